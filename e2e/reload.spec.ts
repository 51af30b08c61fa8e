/** The page is only a mirror: closed, reloaded or opened twice, it shows what is. */
import { expect, test } from './fixtures.ts'
import { modelsPage } from './pages/modelsPage.ts'

test('the page is reloaded in the middle of a load and goes on showing it', async ({ start, startOllama }) => {
  const ollama = await startOllama({ generation: '0.30', models: { 'slow:1b': { hangs: 'load' } } })
  const { page } = await start({ environment: { OLLAMA_HOST: ollama.url } })
  const models = modelsPage(page)
  await models.button('Load', 'slow:1b').click()
  await expect(models.row('slow:1b')).toContainText(/Loading/)
  await page.reload()
  await expect(models.row('slow:1b')).toContainText(/Loading 0:(0[1-9]|[1-5]\d)/)
  ollama.script('slow:1b', { hangs: null })
  await expect(models.button('Unload', 'slow:1b')).toBeVisible()
  expect(ollama.events.filter((event) => event.startsWith('loaded slow:1b'))).toHaveLength(1)
})

test('an event that the page did not ask for arrives by itself', async ({ start }) => {
  const { page, ask } = await start()
  const models = modelsPage(page)
  await expect(page.getByText('No models on this machine yet')).toBeVisible()
  const { model } = await ask('models.createSample', { size: 'small' })
  await ask('models.load', { id: model.id })
  await expect(models.button('Unload', model.id.name)).toBeVisible()
  await ask('models.unload', { id: model.id })
  await expect(models.button('Load', model.id.name)).toBeVisible()
})
