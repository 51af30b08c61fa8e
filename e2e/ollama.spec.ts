/** Life with an Ollama: slow loads that are cancelled, models that answer while they are unloaded, a server that dies and comes back. */
import { expect, test } from './fixtures.ts'
import { modelsPage } from './pages/modelsPage.ts'

const five = {
  'qwen3:8b': { sizeBytes: 5_200_000_000, parameterSize: '8.2B', quantization: 'Q4_K_M' },
  'llama3.1:8b': { sizeBytes: 4_900_000_000, parameterSize: '8.0B', quantization: 'Q4_K_M' },
  'gemma3:1b': { sizeBytes: 815_000_000, parameterSize: '999.89M', quantization: 'Q4_K_M' },
  'mistral-small:22b': {
    sizeBytes: 12_900_000_000,
    parameterSize: '22.2B',
    quantization: 'Q4_0',
    hangs: 'load' as const
  },
  'nomic-embed-text:latest': { sizeBytes: 274_000_000, parameterSize: '137M', capabilities: ['embedding'] }
}

for (const generation of ['0.11', '0.30'] as const) {
  test(`an Ollama ${generation} with five models: one loads slowly and is cancelled`, async ({
    start,
    startOllama
  }) => {
    const ollama = await startOllama({ generation, models: five })
    const { page } = await start({ environment: { OLLAMA_HOST: ollama.url } })
    const models = modelsPage(page)
    for (const name of Object.keys(five)) await expect(models.row(name)).toBeVisible()

    await models.button('Load', 'mistral-small:22b').click()
    await expect(models.row('mistral-small:22b')).toContainText(/Loading 0:(0[1-9]|[1-5]\d)/)
    await models.button('Cancel', 'mistral-small:22b').click()
    await expect(models.button('Load', 'mistral-small:22b')).toBeVisible()
    await expect
      .poll(() => ollama.requests.some(({ path, status }) => path === '/api/generate' && status === 499))
      .toBe(true)

    await models.load('gemma3:1b')
    await expect(models.bar.getByText(/held by 1 model$/)).toBeVisible()
    await models.unload('gemma3:1b')
  })
}

test('a model is unloaded while it answers: after the answer, or at once', async ({ start, startOllama }) => {
  const tokens = Array.from({ length: 4_000 }, (_, index) => ` word${index}`)
  const ollama = await startOllama({ generation: '0.30', models: { 'slow:1b': { tokens, tokenMs: 60 } } })
  const { page } = await start({ environment: { OLLAMA_HOST: ollama.url } })
  const models = modelsPage(page)
  await models.load('slow:1b')
  await models.ask('slow:1b', 'count')
  await expect(models.row('slow:1b')).toContainText('Answering')

  await models.button('Unload', 'slow:1b').click()
  await page.getByRole('menuitem', { name: 'After the answer' }).click()
  await expect(models.row('slow:1b')).toContainText(/waits for/)
  await models.button('Cancel', 'slow:1b').click()
  await expect(models.row('slow:1b')).toContainText('Answering')

  await models.button('Unload', 'slow:1b').click()
  await page.getByRole('menuitem', { name: 'Stop the answer and unload' }).click()
  await expect(models.button('Load', 'slow:1b')).toBeVisible()
  await expect(models.answer).toContainText('word0')
})

test('the server dies and comes back, and the screen says both', async ({ start, startOllama }) => {
  const ollama = await startOllama({ generation: '0.30', models: five })
  const { page } = await start({ environment: { OLLAMA_HOST: ollama.url } })
  const models = modelsPage(page)
  const host = page.getByRole('region', { name: 'Hosts' }).getByRole('listitem').filter({ hasText: 'Ollama' })
  await models.load('gemma3:1b')

  await ollama.stop()
  await expect(host.getByRole('button', { name: /^Ollama: down/ })).toBeVisible()
  await expect(host).toContainText(/next try 0:\d\d|trying now/)
  await expect(models.bar.getByText('No model loaded')).toBeVisible()
  await expect(models.button('Load', 'qwen3:8b')).toBeDisabled()

  await ollama.restart()
  await host.getByRole('button', { name: 'Try now' }).click()
  await expect(host.getByRole('button', { name: /^Ollama: answers/ })).toBeVisible()
  await models.load('gemma3:1b')
})

test('a load that fails says why and what to do, and can be tried again', async ({ start, startOllama }) => {
  const ollama = await startOllama({
    generation: '0.30',
    models: {
      'big:70b': { loadError: 'llama-server reported out-of-memory during startup: failed to allocate buffer' }
    }
  })
  const { page } = await start({ environment: { OLLAMA_HOST: ollama.url } })
  const models = modelsPage(page)
  await models.button('Load', 'big:70b').click()
  await expect(models.row('big:70b')).toContainText(/memory/i)
  ollama.script('big:70b', { loadError: null })
  await models.button('Try again', 'big:70b').click()
  await expect(models.button('Unload', 'big:70b')).toBeVisible()
})

test("an answer that waits for its turn, and one that runs, are cancelled in the host's panel", async ({
  start,
  startOllama
}) => {
  const tokens = Array.from({ length: 4_000 }, (_, index) => ` word${index}`)
  const slow = { tokens, tokenMs: 100 }
  const ollama = await startOllama({ generation: '0.30', models: { 'one:1b': slow, 'two:1b': slow } })
  const { page } = await start({ environment: { OLLAMA_HOST: ollama.url, STOKER_MAX_CONCURRENCY: '1' } })
  const models = modelsPage(page)
  await models.load('one:1b')
  await models.load('two:1b')
  await models.ask('one:1b', 'count')
  await expect(models.answer).toContainText('word0')
  await models.ask('two:1b', 'count')
  await expect(page.getByText(/^Next in the queue/)).toBeVisible()

  await page.getByRole('button', { name: /^Ollama: answers/ }).click()
  const panel = page.getByRole('dialog', { name: 'Ollama' })
  await panel.getByRole('button', { name: /^Cancel two:1b, waiting for / }).click()
  await expect(panel.getByRole('list', { name: 'Waiting for a turn' })).not.toBeVisible()
  await panel.getByRole('button', { name: /^Cancel one:1b, answering for / }).click()
  await expect(panel.getByRole('list', { name: 'Answering' })).not.toBeVisible()
  await expect(panel.getByRole('heading', { name: 'Queue' })).toBeFocused()
  await expect.poll(() => ollama.requests.some(({ status }) => status === 499)).toBe(true)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Ask', exact: true })).toBeVisible()
  await expect(page.getByRole('alert')).not.toBeVisible()
})
