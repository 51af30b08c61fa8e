/** Diagnostics in earnest: a real engine checked and tested, and what other programs may watch. */
import { readExposition } from '../src/main/metrics/expositionRig.ts'
import { expect, test } from './fixtures.ts'
import { modelsPage } from './pages/modelsPage.ts'
import { savedFile } from './savedFile.ts'

test('a machine with two samples is checked from end to end, and left as it was', async ({ start, startOllama }) => {
  const ollama = await startOllama({ generation: '0.30', models: {} })
  const { page, ask } = await start({ environment: { OLLAMA_HOST: ollama.url } })
  const models = modelsPage(page)
  await models.createSample('small')
  await page.keyboard.press('Escape')
  await models.createSample('medium')
  await models.goTo('Diagnostics')
  const checks = page.getByRole('region', { name: 'Check this machine' })
  await checks.getByRole('button', { name: 'Check this machine' }).click()
  await expect(checks.getByRole('button', { name: 'Cancel the check' })).toBeVisible()
  await expect(checks).toContainText('Last run just now', { timeout: 90_000 })

  const { checks: run } = await ask('diagnostics.get', {})
  // The disk of a test machine may be nearly full; that is said, and fails nothing here.
  const outcomes = (run?.checks ?? []).filter(({ id }) => id !== 'disk').map(({ id, outcome }) => `${id} ${outcome}`)
  expect(outcomes, JSON.stringify(run, null, 2)).toEqual([
    'server ok',
    'server ok',
    'load ok',
    'generate ok',
    'unload ok',
    'memory ok',
    'eviction ok'
  ])
  await expect(checks.getByRole('listitem').filter({ hasText: 'Its memory comes back' })).toContainText(
    /\d+ MB came back/
  )
  await expect(checks.getByRole('listitem').filter({ hasText: 'Room is made' })).toContainText(
    'stoker-sample-small left for stoker-sample-medium'
  )
  expect((await ask('memory.current', {})).models).toEqual([])
  const { models: installed } = await ask('models.list', {})
  expect(installed.map(({ id, state }) => `${id.name} ${state}`).sort()).toEqual([
    'stoker-sample-medium unloaded',
    'stoker-sample-small unloaded'
  ])
})

test('a machine without a model is given two for the checks, and has none after them', async ({
  start,
  startOllama
}) => {
  const ollama = await startOllama({ generation: '0.30', models: {} })
  const { page, ask } = await start({ environment: { OLLAMA_HOST: ollama.url } })
  await modelsPage(page).goTo('Diagnostics')
  const checks = page.getByRole('region', { name: 'Check this machine' })
  await checks.getByRole('button', { name: 'Check this machine' }).click()
  await expect(checks).toContainText('Last run just now', { timeout: 90_000 })
  const row = (label: string) => checks.getByRole('listitem').filter({ hasText: label })
  await expect(row('A model loads')).toContainText('the small sample (50 MB) was written for it, and is deleted')
  await expect(row('It answers')).toContainText('tokens per second')
  await expect(row('Room is made')).toContainText('stoker-sample-small left for stoker-sample-small-2')
  expect((await ask('models.list', {})).models).toEqual([])
})

test('the bench tries every model, keeps what it found over a restart, and writes it down', async ({ start }) => {
  const app = await start()
  const { page, ask } = app
  const models = modelsPage(page)
  const name = await models.createSample('small')
  await models.goTo('Diagnostics')
  const bench = page.getByRole('region', { name: 'Test bench' })
  await bench.getByRole('button', { name: 'Test all models' }).click()
  const row = bench.locator('tbody').filter({ hasText: name })
  // One thread may be slow on a busy machine: both are results, a failure is none.
  await expect(row).toContainText(/Works|Slow/, { timeout: 60_000 })
  await expect(row).toContainText(/[\d.]+ tok\/s/)
  await expect(row).toContainText(/“.+”/s)
  await expect(row).toContainText(/\d+ MB/)
  await expect(bench.getByRole('button', { name: 'Test all models' })).toBeEnabled()
  expect((await ask('memory.current', {})).models).toEqual([])

  const file = await savedFile(app, async () => {
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: /^Markdown/ }).click()
  })
  expect(file.name).toMatch(/^stoker-diagnostics-.*\.md$/)
  expect(file.text).toContain('| Model | Host | Outcome |')
  expect(file.text).toContain(`| ${name.replaceAll('_', '\\_')} | built-in |`)

  const { bench: before } = await ask('diagnostics.get', {})
  const { dataDirectory } = app
  await app.quit()
  const again = await start({ dataDirectory })
  expect((await again.ask('diagnostics.get', {})).bench).toEqual(before)
})

test('health and metrics are for those who may know, and tell what happened', async ({ start, startOllama }) => {
  const ollama = await startOllama({ generation: '0.30', models: {} })
  const { page, ask, address } = await start({ environment: { OLLAMA_HOST: ollama.url } })
  test.skip(address === null, 'the window serves nothing to other programs')
  if (address === null) return
  const models = modelsPage(page)
  const name = await models.createSample('small')
  await models.load(name)
  await ask('models.generate', { id: { hostId: 'built-in', name }, prompt: 'hello', options: { maxTokens: 8 } })

  const authorization = `Bearer ${address.token}`
  const get = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, address.origin), { headers })
  expect(await (await get('/healthz')).json()).toEqual({ status: 'ok', version: expect.stringMatching(/^\d/) })
  expect((await get('/healthz', { authorization: 'Bearer nope' })).status).toBe(401)
  expect(await (await get('/healthz', { authorization })).json()).toMatchObject({
    status: 'ok',
    problems: [],
    loaded: [{ id: { hostId: 'built-in', name }, state: 'ready', heldBytes: expect.any(Number), error: null }],
    settings: { maxLoadedModels: 2 }
  })

  expect((await get('/metrics')).status).toBe(401)
  const scrape = async () => {
    const answer = await get('/metrics', { authorization })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toContain('version=0.0.4')
    return readExposition(await answer.text())
  }
  const loaded = await scrape()
  const host = 'built-in'
  expect(loaded.value('stoker_host_up', { host })).toBe(1)
  expect(loaded.value('stoker_models_loaded', { host })).toBe(1)
  expect(loaded.value('stoker_loads_total', { host, outcome: 'done' })).toBe(1)
  expect(loaded.value('stoker_load_seconds_count', { host })).toBe(1)
  expect(loaded.value('stoker_answers_total', { host, model: name })).toBe(1)
  expect(loaded.value('stoker_output_tokens_total', { host, model: name })).toBeGreaterThan(0)
  expect(loaded.value('stoker_call_seconds_count', { host, call: 'generate' })).toBe(1)
  expect(loaded.value('stoker_memory_samples_total')).toBeGreaterThan(0)
  await expect
    .poll(async () => (await scrape()).value('stoker_model_held_bytes', { host, model: name }))
    .toBeGreaterThan(30e6)

  await ask('models.unload', { id: { hostId: host, name } })
  const unloaded = await scrape()
  expect(unloaded.value('stoker_models_loaded', { host })).toBe(0)
  expect(unloaded.value('stoker_unloads_total', { host, outcome: 'done' })).toBe(1)
  expect(unloaded.value('stoker_evictions_total', { host, reason: 'limit' })).toBe(0)
  expect(unloaded.value('stoker_returned_bytes_total', { host })).toBeGreaterThan(30e6)
})
