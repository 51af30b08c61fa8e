/** How long models stay, and loads that take their time. */
import { expect, test } from '@playwright/test'
import { openDemo } from './demoPage.ts'
import { modelsPage } from './pages/modelsPage.ts'
import { seriousProblems } from './seriousProblems.ts'

test('a late load is still loading, is explained, and can be cancelled', async ({ page }) => {
  await openDemo(page, 'late')
  const { row, button } = modelsPage(page)
  await expect(row('phi4-mini:3.8b')).toContainText(/Still loading, 5:[1-5]\d/)
  await expect(row('phi4-mini:3.8b')).toContainText('usually 6 s')
  await expect(button('Cancel', 'phi4-mini:3.8b')).toBeEnabled()
  await row('phi4-mini:3.8b').click({ position: { x: 60, y: 12 } })
  const panel = page.getByRole('complementary')
  await expect(panel).toContainText('Longer than its limit of 5 min. Nothing is cut off')
  await expect(panel.getByRole('button', { name: 'Cancel the load' })).toBeVisible()
  expect(await seriousProblems(page)).toEqual([])
})

test('another program’s time is said, and the person’s own put back with one click', async ({ page }) => {
  await openDemo(page, 'late')
  const { row } = modelsPage(page)
  await expect(row('gemma3:1b')).toContainText('time changed')
  await row('gemma3:1b').click({ position: { x: 60, y: 12 } })
  const panel = page.getByRole('complementary')
  await expect(panel).toContainText(/Another program set this to 5 min at \d\d:\d\d\./)
  await panel.getByRole('button', { name: 'Put back 1 h' }).click()
  await expect(panel).not.toContainText('Another program')
  await expect(panel.getByRole('radio', { name: '1 h' })).toBeChecked()
})

test('a model kept by a rule says which and until when', async ({ page }) => {
  await openDemo(page, 'late')
  const { row } = modelsPage(page)
  await expect(row('qwen3:8b')).toContainText(/kept until \d\d:\d\d by “Office hours”/)
  await row('qwen3:8b').click({ position: { x: 60, y: 12 } })
  await expect(page.getByRole('complementary')).toContainText(/Kept by Office hours until \d\d:\d\d\./)
})

test('every time is in the menu of a row, by keyboard too; advice takes one click', async ({ page }) => {
  await openDemo(page, 'everyday')
  const { row } = modelsPage(page)
  const panel = page.getByRole('complementary')
  await row('gemma3:1b').click({ position: { x: 60, y: 12 } })
  await page.getByRole('button', { name: 'More for gemma3:1b' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Keep loaded' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('menuitemradio')).toHaveText([
    'Unload at once',
    '5 min',
    '15 min',
    '30 min',
    '1 h',
    'Always'
  ])
  await page.getByRole('menuitemradio', { name: '15 min' }).press('Enter')
  await expect(panel).toContainText('Three models are kept. 30 minutes suits that.')
  await panel.getByRole('button', { name: 'Keep 30 min' }).click()
  await expect(panel.getByRole('radio', { name: '30 min' })).toBeChecked()
  await expect(panel).not.toContainText('suits that')
})

test('longer limits of a large model are shown with their reason, what warmth saved beside them', async ({ page }) => {
  await openDemo(page, 'everyday')
  const { row } = modelsPage(page)
  const panel = page.getByRole('complementary')
  await row('llama3.3:70b').click({ position: { x: 60, y: 12 } })
  await expect(panel).toContainText(/First token within|first token within/)
  await expect(panel).toContainText(': 42.5 GB of weights')
  await row('gemma3:1b').click({ position: { x: 60, y: 12 } })
  await expect(panel).not.toContainText('Time limits')
  await expect(panel).toContainText('Warmth saved 1 min 27 s today, 14 cold starts.')
  await expect(page.getByText(/^Warmth saved .* today$/)).toBeVisible()
})

test('the focus is back where it was after a dialog of a row’s menu, and after a click on advice', async ({ page }) => {
  await openDemo(page, 'late')
  const { row } = modelsPage(page)
  const more = page.getByRole('button', { name: 'More for gemma3:1b' })
  await more.click()
  await page.getByRole('menuitem', { name: 'Details' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(more).toBeFocused()

  await row('gemma3:1b').click({ position: { x: 60, y: 12 } })
  await page.getByRole('button', { name: 'Put back 1 h' }).press('Enter')
  await expect(page.getByRole('radio', { name: '1 h' })).toBeFocused()
})
