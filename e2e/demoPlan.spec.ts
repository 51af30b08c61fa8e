/** The plan before and during a run, and the dialog that asks what a chain is run on, over a scripted core. */
import { expect, test, type Page } from '@playwright/test'
import type { StokerDemo } from './demo/pageBridge.ts'
import { openDemo } from './demoPage.ts'
import { openRuns } from './runPictures.ts'
import { seriousProblems } from './seriousProblems.ts'

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Run Review a folder' })

async function openInputs(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'What to do' }).fill('Run Review a folder')
  await page.getByRole('option', { name: 'Run Review a folder…' }).click()
  await expect(dialog(page)).toBeVisible()
}

const keptInputs = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { stokerDemo: StokerDemo }).stokerDemo.state.inputs.length)

async function dropFiles(page: Page): Promise<void> {
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer()
    data.items.add(new File(['first text'], 'one.txt'))
    data.items.add(new File(['second text'], 'two.md'))
    data.items.add(new File([new Uint8Array([137, 80, 78, 71, 0, 0])], 'picture.png'))
    return data
  })
  await dialog(page).getByRole('group', { name: 'Files to run on' }).dispatchEvent('drop', { dataTransfer: transfer })
}

test('the plan of a run: what it saves, where it stands, and every action in words', async ({ page }) => {
  await openDemo(page, 'runLive')
  await openRuns(page)
  await page.getByRole('grid').getByRole('row').first().click()
  const plan = page.getByRole('region', { name: 'Plan' })
  await expect(plan).toContainText('instead of 120')
  await expect(plan).toContainText('of 22.4 GB')
  await expect(plan).toContainText('Planned anew: qwen3:8b holds 1.2 GB more than expected.')
  const actions = plan.getByRole('list', { name: 'Actions of the plan' }).getByRole('listitem')
  await expect(actions.first()).toHaveText(/^Summarise on llama3\.1:8b, items 1 to 40, 0:00 to .*, done$/)
  await expect(actions.last()).toHaveText(/, to come$/)
  const line = plan.getByRole('group', { name: /^Time line/ })
  await line.focus()
  await page.keyboard.press('ArrowRight')
  await expect(plan.getByRole('status')).toHaveText(/^Summarise on llama3\.1:8b/)
  await page.keyboard.press('End')
  await expect(plan.getByRole('status')).toHaveText(/^Verdict on mistral-small:22b/)
  // Escape first lets go of what is in hand.
  await page.keyboard.press('Escape')
  await expect(plan.getByRole('status')).toHaveText('')
  await plan.getByRole('button', { name: 'Plan' }).click()
  await expect(line).not.toBeAttached()
})

test('a chain is run on dropped files: what is no text is named, the plan follows, and the inputs are remembered', async ({
  page
}) => {
  await openDemo(page, 'runDone')
  await openInputs(page)
  await expect(dialog(page).getByRole('button', { name: 'Run', exact: true })).toBeDisabled()
  await expect(dialog(page)).toContainText('Nothing to run on yet.')
  await dialog(page).getByText('Files', { exact: true }).click()
  await dropFiles(page)
  await expect(dialog(page)).toContainText('2 files, 21 B')
  await expect(dialog(page)).toContainText('picture.png is not text')
  await expect(dialog(page).getByRole('region', { name: 'Plan' })).toContainText('instead of 6')
  await dialog(page).getByRole('button', { name: 'Run 2 files' }).click()
  await expect(dialog(page)).not.toBeAttached()
  await expect(page.getByRole('heading', { name: 'Review a folder', level: 1 })).toBeVisible()
  await expect(page.getByRole('listbox', { name: 'Items' })).toContainText('two.md')
  await openInputs(page)
  await expect(dialog(page)).toContainText('As last time: 2 files, 21 B')
  await expect(dialog(page).getByRole('button', { name: 'Run 2 files' })).toBeEnabled()
})

test('a table shows its columns, lines of JSON name what is none, and another wish is another plan', async ({
  page
}) => {
  await openDemo(page, 'runDone')
  await openInputs(page)
  await dialog(page).getByText('CSV', { exact: true }).click()
  await dialog(page).getByRole('textbox').fill('title,body\nFirst,one\nSecond,two')
  const table = dialog(page).getByRole('table')
  await expect(table.getByRole('columnheader')).toHaveText(['Item', 'title', 'body', 'Length'])
  await expect(table.getByRole('cell', { name: 'two', exact: true })).toBeVisible()
  await expect(dialog(page)).toContainText('{{input.title}}')
  await dialog(page).getByText('JSONL', { exact: true }).click()
  await dialog(page).getByRole('textbox').fill('{"title": "First"}\nno json')
  await expect(dialog(page)).toContainText('line 2 is not JSON')
  const order = dialog(page).getByRole('radiogroup', { name: 'What comes first' })
  await order.getByText('First result soonest').click()
  await expect(order.getByRole('radio', { name: 'First result soonest' })).toBeChecked()
})

test('models stay after their last step where the switch of the dialog says so', async ({ page }) => {
  await openDemo(page, 'runDone')
  const keeping = (): Promise<number> =>
    page.evaluate(() => {
      const { state } = (globalThis as unknown as { stokerDemo: StokerDemo }).stokerDemo
      return state.runs.filter(({ summary }) => !summary.autoUnload).length
    })
  expect(await keeping()).toBe(0)
  await openInputs(page)
  await dialog(page).getByRole('textbox').fill('a text')
  const unloads = dialog(page).getByRole('switch', { name: 'Unload each model when no later step needs it' })
  await expect(unloads).toBeChecked()
  await unloads.uncheck()
  await dialog(page).getByRole('button', { name: 'Run', exact: true }).click()
  await expect(dialog(page)).not.toBeAttached()
  expect(await keeping()).toBe(1)
})

test('what is typed on and on is kept once', async ({ page }) => {
  await openDemo(page, 'runDone')
  const before = await keptInputs(page)
  await openInputs(page)
  for (const text of ['first', 'first and second', 'first, second and third']) {
    await dialog(page).getByRole('textbox').fill(text)
    await expect(dialog(page).getByRole('cell', { name: text, exact: true })).toBeVisible()
  }
  await expect.poll(() => keptInputs(page)).toBe(before + 1)
})

test('a chain with mistakes cannot be run, and says where the first is', async ({ page }) => {
  await openDemo(page, 'runDone')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'What to do' }).fill('Run Full of mistakes')
  await page.getByRole('option', { name: 'Run Full of mistakes…' }).click()
  const broken = page.getByRole('dialog', { name: 'Run Full of mistakes' })
  await broken.getByRole('textbox').fill('a text')
  await expect(broken.getByText('No plan was made.')).toBeVisible()
  // Said once, beside the button.
  await expect(broken.getByText(/These steps wait for each other/)).toHaveCount(1)
  await expect(broken.getByRole('button', { name: 'Run', exact: true })).toBeDisabled()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nobody is shut out of the dialog for inputs (${colorScheme})`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    await openDemo(page, 'runDone')
    await openInputs(page)
    await dialog(page).getByText('Files', { exact: true }).click()
    await dropFiles(page)
    await expect(dialog(page)).toContainText('2 files')
    expect(await seriousProblems(page)).toEqual([])
  })
}

test('a plan of twenty models and five hundred actions: all lanes in reach, nothing overlaps, and it is said to be unproven', async ({
  page
}) => {
  await openDemo(page, 'runLargePlan')
  await openRuns(page)
  await page.getByRole('grid').getByRole('row').first().click()
  const plan = page.getByRole('region', { name: 'Plan' })
  await expect(plan).toContainText('250 loads instead of 1,000')
  await expect(plan).toContainText('best found, not proven')
  const actions = plan.getByRole('list', { name: 'Actions of the plan' }).getByRole('listitem')
  await expect(actions.nth(499)).toBeAttached()
  const line = plan.getByRole('group', { name: /^Time line/ })
  expect(await line.evaluate(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight)).toBe(true)
  await line.focus()
  await page.keyboard.press('End')
  await expect(plan.getByRole('status')).toHaveText(/, items 997 to 1,000, /)
  await expect(plan.getByTitle('district-reports-4:5b')).toBeInViewport()
  expect(await seriousProblems(page)).toEqual([])
})
