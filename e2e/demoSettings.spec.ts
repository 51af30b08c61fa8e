/** Settings as a person finds, reads and changes them. */
import { expect, test, type Page } from '@playwright/test'
import { openDemo } from './demoPage.ts'
import { seriousProblems } from './seriousProblems.ts'

async function openSettings(page: Page): Promise<void> {
  await openDemo(page, 'configured')
  await page.keyboard.press('Control+,')
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`what the environment holds is locked, with its name and what it would be, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    await openSettings(page)
    const field = page.getByRole('textbox', { name: 'First token within' })
    await expect(field).toHaveValue('1.5 s')
    await expect(field).toBeDisabled()
    await expect(page.getByText('Set by STOKER_FIRST_TOKEN_TIMEOUT_MS, without it 1 min')).toBeVisible()
    expect(await seriousProblems(page)).toEqual([])
  })
}

test('the index leads to a group and follows the reading', async ({ page }) => {
  await openSettings(page)
  const index = page.getByRole('navigation', { name: 'Groups of settings' })
  await index.getByRole('button', { name: 'Requests' }).click()
  await expect(page.getByRole('textbox', { name: 'Turn comes within' })).toBeInViewport()
  await expect(index.getByRole('button', { name: 'Requests' })).toHaveAttribute('aria-current', 'true')
  await index.getByRole('button', { name: 'Models', exact: true }).click()
  await expect(index.getByRole('button', { name: 'Models', exact: true })).toHaveAttribute('aria-current', 'true')
})

test('only what is changed is shown when asked, and a group goes back to its defaults together', async ({ page }) => {
  await openSettings(page)
  await page.getByRole('switch', { name: 'Only changed' }).press('Space')
  await expect(page.getByRole('region', { name: /settings$/ })).toHaveCount(3)
  await expect(page.getByRole('textbox')).toHaveCount(7)
  await page.getByRole('button', { name: 'Reset all of Timeouts' }).click()
  const dialog = page.getByRole('dialog', { name: 'Reset 2 settings of Timeouts?' })
  await expect(dialog).toContainText('Load is late after: 10 min becomes 5 min')
  await dialog.getByRole('button', { name: 'Reset 2 settings' }).click()
  await expect(page.getByRole('region', { name: 'Timeouts settings' }).getByRole('textbox')).toHaveCount(1)
})

test('what the core refuses is said at the field, and the old value stays in force', async ({ page }) => {
  await openSettings(page)
  const least = page.getByRole('textbox', { name: 'Answers at once, at least' })
  await least.fill('6')
  await least.press('Enter')
  await expect(page.getByText('Answers at once, at least, is more than at most.')).toBeVisible()
  await least.press('Escape')
  await expect(least).toHaveValue('1')
  const first = page.getByRole('textbox', { name: 'First pause, other servers' })
  await first.fill('soon')
  await first.press('Enter')
  await expect(page.getByText('Write a time, like “30 s” or “500 ms”.')).toBeVisible()
})

test('advice on the time for all models takes one click', async ({ page }) => {
  await openSettings(page)
  const models = page.getByRole('region', { name: 'Models settings' })
  await expect(models).toContainText('Three models are kept. 30 minutes suits that.')
  await models.getByRole('button', { name: 'Keep 30 min' }).click()
  await expect(page.getByRole('textbox', { name: 'Keep loaded' })).toHaveValue('30 min')
  await expect(models).not.toContainText('suits that')
})
