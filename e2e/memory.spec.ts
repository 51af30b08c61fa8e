/** Memory in earnest: real models in the chart, what two of them would take together, and the history as a file. */
import { demoModels } from './fakeOllama/demoModels.ts'
import { expect, test } from './fixtures.ts'
import { modelsPage } from './pages/modelsPage.ts'
import { savedFile } from './savedFile.ts'

test('what-if answers while a context is dragged, agrees with the prediction, and is done with one click', async ({
  start
}) => {
  const { page, ask } = await start()
  const models = modelsPage(page)
  const small = await models.createSample('small')
  await page.keyboard.press('Escape')
  const medium = await models.createSample('medium')
  await models.load(small)
  await models.goTo('Memory')
  const panel = page.getByRole('complementary', { name: 'What if, and in memory now' })
  const together = panel.locator('dl > div').filter({ hasText: 'Together' }).locator('dd')
  await expect(panel.getByRole('checkbox', { name: small })).toBeChecked()
  await panel.getByRole('checkbox', { name: medium }).click()
  await expect(panel).toContainText('They fit together.')

  const slider = panel.getByRole('slider', { name: `Context of ${medium}` })
  const box = await slider.boundingBox()
  if (!box) throw new Error('the slider has no place on the screen')
  const seen = new Set<string | null>()
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  for (let step = 1; step <= 8; step++) {
    await page.mouse.move(box.x + step * 16, box.y + box.height / 2)
    await page.waitForTimeout(150)
    seen.add(await together.textContent())
  }
  await page.mouse.up()
  expect(seen.size).toBeGreaterThan(2)

  const words = await slider.getAttribute('aria-valuetext')
  const contextLength = Number(words?.replace(/\D/g, ''))
  const hostId = 'built-in'
  const { needBytes } = await ask('models.predict', { id: { hostId, name: medium }, contextLength })
  const { models: parts } = await ask('models.whatIf', { models: [{ id: { hostId, name: medium }, contextLength }] })
  expect(parts[0]?.need?.bytes).toBe(needBytes)

  await panel.getByRole('button', { name: 'Do it' }).click()
  await expect(panel).toContainText('These are loaded now.', { timeout: 40_000 })
  const { models: loaded } = await ask('models.list', {})
  expect(loaded.find(({ id }) => id.name === medium)).toMatchObject({ state: 'ready', contextLength })
})

test('what was sampled is saved as a table, of the time that is shown', async ({ start }) => {
  const app = await start()
  const { page } = app
  const models = modelsPage(page)
  const name = await models.createSample('small')
  await models.load(name)
  await models.goTo('Memory')
  await page.getByRole('radiogroup', { name: 'Time shown' }).getByText('5 m', { exact: true }).click()
  // Saved again until the model was measured twice.
  await expect(async () => {
    const file = await savedFile(app, () => page.getByRole('button', { name: 'Export CSV' }).click())
    expect(file.name).toMatch(/^stoker-memory-.*\.csv$/)
    const [header = '', ...rows] = file.text.trim().split('\r\n')
    const columns = header.split(',')
    expect(columns).toContain('used_bytes')
    expect(columns.at(-1)).toBe(`built-in/${name}`)
    expect(rows.length).toBeGreaterThan(1)
    expect(Number(rows.at(-1)?.split(',').at(-1))).toBeGreaterThan(30e6)
  }).toPass({ timeout: 30_000 })
})

test('a longer range comes from the stored history, and Escape leads back from a zoomed span', async ({ start }) => {
  const { page } = await start()
  await modelsPage(page).goTo('Memory')
  const state = page.getByRole('figure', { name: 'Memory over time' }).getByRole('status')
  await expect(state).toContainText(/measured · \d+ s/)
  await page.getByRole('radiogroup', { name: 'Time shown' }).getByText('24 h', { exact: true }).click()
  await expect(state).toContainText(/measured · \d+ min/)
  await page.keyboard.press('+')
  await expect(state).toContainText('Whole range')
  await page.keyboard.press('Escape')
  await expect(state).toContainText('measured')
})

test('on a simulated 16 GB Mac four models do not fit together, and what to leave out is said', async ({
  start,
  startOllama
}) => {
  const ollama = await startOllama({ generation: '0.30', models: demoModels })
  const environment = { OLLAMA_HOST: ollama.url, STOKER_SIMULATE_MEMORY_GB: '16', STOKER_SIMULATE_CHIP: 'Apple M4' }
  const { page, ask } = await start({ environment })
  await modelsPage(page).goTo('Memory')
  const panel = page.getByRole('complementary', { name: 'What if, and in memory now' })
  await expect(panel).toContainText('Simulated: 16 GB, Apple M4')
  // Their shapes are asked for in the background: until then a need is known by its file's size alone.
  await expect
    .poll(async () => (await ask('models.fits', {})).fits.map(({ source }) => source))
    .toEqual(['formula', 'formula', 'formula', 'formula'])
  for (const name of ['llama3.2:3b', 'qwen2.5:7b']) await panel.getByRole('checkbox', { name }).click()
  await expect(panel).toContainText('They fit together.')
  for (const name of ['qwen2.5:14b', 'llama3.3:70b']) await panel.getByRole('checkbox', { name }).click()
  const sum = panel.locator('dl > div')
  // 12124 MiB less 4096 MiB.
  await expect(sum.filter({ hasText: 'Budget' })).toContainText('8.4 GB')
  await expect(sum.filter({ hasText: 'Over by' })).toBeVisible()
  await expect(panel).toContainText(/without .*llama3\.3:70b/)
})
