/** What a person sees of a load before it: what it would take, who would go, whether it fits; and what is asked where it does not. */
import { expect, test } from '@playwright/test'
import { holdWork, measureAs, openDemo } from './demoPage.ts'
import { modelsPage } from './pages/modelsPage.ts'

test('a Load under the pointer or in focus shows in the bar what it would take and who would go', async ({ page }) => {
  await openDemo(page, 'everyday')
  const models = modelsPage(page)
  const ghost = models.bar.getByText(/^mistral-small:22b would take 14\.2 GB/)
  const leaving = models.bar.getByText(/^qwen3:8b would be unloaded first: 7\.9 GB/)
  await expect(models.row('mistral-small:22b')).toContainText('needs 14.2 GB')
  await expect(models.row('mistral-small:22b')).toContainText('Fits without qwen3:8b')

  await models.button('Load', 'mistral-small:22b').hover()
  await expect(ghost).toBeAttached()
  await expect(leaving).toBeAttached()
  await page.mouse.move(0, 0)
  await expect(ghost).not.toBeAttached()
  await expect(leaving).not.toBeAttached()

  await models.row('mistral-small:22b').click({ position: { x: 60, y: 12 } })
  await models.row('mistral-small:22b').focus()
  await page.keyboard.press('Tab')
  await expect(models.button('Load', 'mistral-small:22b')).toBeFocused()
  await expect(ghost).toBeAttached()
  await page.keyboard.press('Tab')
  await expect(ghost).not.toBeAttached()
})

test('a load that does not fit asks first, with the sum, and is loaded where it is insisted on', async ({ page }) => {
  await openDemo(page, 'everyday')
  const models = modelsPage(page)
  await models.button('Load…', 'llama3.3:70b').click()
  const dialog = page.getByRole('dialog', { name: 'Load llama3.3:70b?' })
  await expect(dialog).toContainText('22.4 GB over the budget')
  await expect(dialog).toContainText('Budget for models')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(models.button('Load…', 'llama3.3:70b')).toBeVisible()

  await models.button('Load…', 'llama3.3:70b').click()
  await holdWork(page)
  await dialog.getByRole('button', { name: 'Load anyway' }).click()
  await expect(models.row('llama3.3:70b')).toContainText(/Loading/)
})

test('a load the core refuses asks the same, on whichever screen it was asked for', async ({ page }) => {
  await openDemo(page, 'refusing')
  const models = modelsPage(page)
  await expect(models.row('gemma3:1b')).toContainText('Fits')
  await models.goTo('Settings')
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
  await page.keyboard.press('Control+k')
  // As a person does: types when the field is there, chooses when the command is.
  await expect(page.getByRole('combobox', { name: 'What to do' })).toBeFocused()
  await page.keyboard.type('load gemma3')
  await expect(page.getByRole('option', { name: /Load gemma3:1b/ })).toBeVisible()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Load gemma3:1b?' })
  // The core said no once: asking the same again would be refused again.
  await dialog.getByRole('button', { name: 'Load anyway' }).click()
  await models.goTo('Models')
  await expect(models.button('Unload', 'gemma3:1b')).toBeVisible()
})

test('another context has its own need and verdict, and is what gets loaded', async ({ page }) => {
  await openDemo(page, 'five')
  const models = modelsPage(page)
  const panel = page.getByRole('complementary', { name: 'About qwen3:8b' })
  await models.row('qwen3:8b').click({ position: { x: 60, y: 12 } })
  await expect(panel).toContainText('Context, 4,096 tokens')
  const slider = panel.getByRole('slider', { name: 'Context of qwen3:8b' })
  await slider.focus()
  await page.keyboard.press('End')
  await expect(slider).toHaveAttribute('aria-valuetext', '40,960 tokens')
  await expect(panel).toContainText('Context, 40,960 tokens')
  await panel.getByRole('button', { name: 'Load with 40,960 tokens' }).click()
  await expect(models.row('qwen3:8b')).toContainText('context 40,960')
})

test('an offer under pressure can be put aside, and comes again only after pressure was normal', async ({ page }) => {
  await openDemo(page, 'pressure')
  const { bar, row } = modelsPage(page)
  await expect(bar).toContainText('Unload 2 idle models to give back 9.1 GB')
  const decline = bar.getByRole('button', { name: 'Not now' })
  await decline.click()
  await expect(decline).not.toBeVisible()
  await measureAs(page, { pressure: 'critical' })
  await expect(bar).toContainText('Pressure critical')
  await expect(decline).not.toBeVisible()

  await measureAs(page, { pressure: 'normal' })
  await expect(bar).toContainText('Pressure normal')
  await measureAs(page, { pressure: 'warn' })
  await expect(decline).toBeVisible()
  await bar.getByRole('button', { name: 'Unload', exact: true }).click()
  await expect(row('qwen3:8b')).toContainText('on disk')
  await expect(row('gemma3:1b')).toContainText('on disk')
  // Nothing was seen to come back in this state, and that is said.
  await expect(page.getByText(/Not seen to come back: the memory of/)).toBeVisible()
})

test('other programs colour a verdict, and never forbid a load', async ({ page }) => {
  await openDemo(page, 'five')
  const models = modelsPage(page)
  await expect(models.row('qwen3:8b')).toContainText('Fits')
  await measureAs(page, { otherBytes: 26_500_000_000 })
  await expect(models.row('qwen3:8b')).toContainText('Tight')
  await expect(models.row('qwen3:8b')).toContainText('other programs leave 2.6 GB')
  await holdWork(page)
  await models.button('Load', 'qwen3:8b').click()
  await expect(models.row('qwen3:8b')).toContainText(/Loading/)
})
