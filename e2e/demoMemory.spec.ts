/** The Memory screen over a scripted core: moving in time, and what would be in memory. */
import { expect, test, type Page } from '@playwright/test'
import { holdWork, measureAs, openDemo } from './demoPage.ts'
import { modelsPage } from './pages/modelsPage.ts'
import { seriousProblems } from './seriousProblems.ts'

function memoryPage(page: Page) {
  const chart = page.getByRole('figure', { name: 'Memory over time' })
  const panel = page.getByRole('complementary', { name: 'What if, and in memory now' })
  return {
    chart,
    panel,
    range: (label: string) => page.getByRole('radiogroup', { name: 'Time shown' }).getByText(label, { exact: true }),
    state: chart.getByRole('status'),
    tick: (name: string) => panel.getByRole('checkbox', { name }),
    slider: (name: string) => panel.getByRole('slider', { name: `Context of ${name}` }),
    /** The value of a row of the sum. */
    sum: (label: string) => panel.locator('dl > div').filter({ hasText: label }).locator('dd'),
    /** Drags over the plot, by parts of the chart's width. */
    async drag(from: number, to: number) {
      const box = await chart.boundingBox()
      if (!box) throw new Error('the chart has no place on the screen')
      const y = box.y + box.height / 2
      await page.mouse.move(box.x + box.width * from, y)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width * ((from + to) / 2), y)
      await page.mouse.move(box.x + box.width * to, y)
      await page.mouse.up()
    }
  }
}

async function openMemory(page: Page, state: string) {
  await openDemo(page, state)
  await modelsPage(page).goTo('Memory')
  const memory = memoryPage(page)
  await expect(memory.chart.locator('.recharts-area').first()).toBeVisible()
  return memory
}

test('a month shows days, its highest moments and its events; the range is remembered', async ({ page }) => {
  const memory = await openMemory(page, 'everyday')
  await memory.range('30 d').click()
  await expect(memory.state).toContainText('2 h')
  await expect(memory.chart.getByText(/^\d+ (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)$/).first()).toBeVisible()
  await expect(memory.chart.getByText('highest')).toBeVisible()
  await expect(page.getByRole('button', { name: /^All \d+ in Activity$/ })).toBeVisible()
  await expect(page.getByRole('list', { name: 'Events on the chart' }).getByRole('button').first()).toBeVisible()
  await modelsPage(page).goTo('Models')
  await modelsPage(page).goTo('Memory')
  await expect(page.getByRole('radio', { name: '30 d' })).toBeChecked()
})

test('Space pauses and goes on; a drag zooms in, keys move, Escape comes back', async ({ page }) => {
  const memory = await openMemory(page, 'working')
  await expect(memory.state).toContainText('measured')
  await page.keyboard.press('Space')
  await expect(memory.state).toContainText(/Paused at \d\d:\d\d:\d\d/)
  const paused = await memory.state.textContent()
  for (let measured = 0; measured < 3; measured++) await measureAs(page, {})
  expect(await memory.state.textContent()).toBe(paused)
  await page.keyboard.press('Space')
  await expect(memory.state).toContainText('measured')

  await memory.drag(0.4, 0.6)
  await expect(memory.state).toContainText(/\d\d:\d\d – \d\d:\d\d/)
  const zoomed = await memory.state.textContent()
  await page.keyboard.press('ArrowLeft')
  await expect(memory.state).not.toHaveText(zoomed ?? '')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('+')
  await expect(memory.state).toContainText('Whole range')
  await page.keyboard.press('Escape')
  await expect(memory.state).toContainText('measured')
  // A click is no drag, and the browser's own zoom stays its own.
  await memory.drag(0.5, 0.5)
  await expect(memory.state).toContainText('measured')
})

test('the sum follows a dragged context, and advice is done with one click', async ({ page }) => {
  const memory = await openMemory(page, 'simulated')
  await expect(memory.panel).toContainText('Simulated: 16 GB, Apple M4')
  await expect(memory.tick('llama3.2:3b')).toBeChecked()
  await expect(memory.panel).toContainText('This is what is loaded now.')
  const before = await memory.sum('Together').textContent()
  await memory.slider('llama3.2:3b').focus()
  await page.keyboard.press('End')
  await expect(memory.panel).toContainText('context 40,960')
  await expect(memory.sum('Together')).not.toHaveText(before ?? '')
  await page.keyboard.press('Home')
  await expect(memory.panel).toContainText('context 512 of 40,960')

  await memory.tick('gemma3:1b').click()
  await expect(memory.tick('gemma3:1b')).toBeFocused()
  await memory.tick('qwen3:8b').click()
  await expect(memory.sum('Over by')).toBeVisible()
  const advice = memory.panel.locator('p').filter({ hasText: /^(Fits|Or) without/ })
  const leftOut = (await advice.locator('strong').first().textContent()) ?? ''
  const work = await holdWork(page)
  await advice.getByRole('button', { name: 'Do it' }).click()
  await expect(memory.panel.getByRole('status')).toBeVisible()
  await work.goOn()
  await expect(memory.panel).toContainText('These are loaded now.')
  await expect(memory.tick(leftOut)).not.toBeChecked()

  await memory.tick(leftOut).click()
  await memory.panel.getByRole('button', { name: 'Reset' }).click()
  await expect(memory.tick(leftOut)).not.toBeChecked()
  await expect(memory.panel.getByRole('checkbox', { checked: true })).toHaveCount(2)
})

test('what answers or is pinned is asked about before it goes', async ({ page }) => {
  const memory = await openMemory(page, 'everyday')
  await memory.slider('llama3.2:3b').focus()
  await page.keyboard.press('PageDown')
  const raise = memory.panel.getByRole('button', { name: /^Raise it to/ })
  await raise.click()
  await memory.panel.getByRole('button', { name: 'Do it' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Reload llama3.2:3b?' })
  await expect(dialog).toContainText('llama3.2:3b is answering')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(memory.panel.getByRole('button', { name: 'Do it' }).first()).toBeVisible()
})

test('forty models are searched, none are explained', async ({ page }) => {
  const memory = await openMemory(page, 'forty')
  await page.keyboard.press('Control+f')
  await expect(memory.panel.getByRole('searchbox', { name: 'Search models' })).toBeFocused()
  await page.keyboard.type('mistral 30b')
  await expect(memory.panel.getByRole('checkbox')).toHaveCount(2)
  await page.keyboard.press('Escape')
  await expect(memory.panel.getByRole('checkbox')).toHaveCount(40)
})

test('the shown time is saved as a file', async ({ page }) => {
  const memory = await openMemory(page, 'everyday')
  await memory.range('5 m').click()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export CSV' }).click()
  expect((await download).suggestedFilename()).toBe('stoker-memory-5-min.csv')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing serious for those who see or hear little, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    const memory = await openMemory(page, 'simulated')
    await memory.tick('mistral:7b').click()
    await memory.tick('qwen3:8b').click()
    await memory.range('30 d').click()
    await page.keyboard.press('Space')
    await expect(memory.state).toContainText('Paused')
    await expect(memory.sum('Over by')).toBeVisible()
    expect(await seriousProblems(page)).toEqual([])
  })
}
