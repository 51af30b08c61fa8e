/** The log of a day on which everything happened. */
import { expect, test } from '@playwright/test'
import { openDemo } from './demoPage.ts'
import { modelsPage } from './pages/modelsPage.ts'
import { seriousProblems } from './seriousProblems.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`names lead to what they name, long reasons are folded, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    await openDemo(page, 'eventful')
    await page
      .getByRole('navigation', { name: 'Screens' })
      .getByRole('button', { name: /^Activity/ })
      .click()
    await expect(page.getByText('The schedule warmed up')).toBeVisible()
    expect(await seriousProblems(page)).toEqual([])

    const clash = page.getByRole('listitem').filter({ hasText: 'The schedule does not fit' })
    const folded = (await clash.boundingBox())?.height ?? 0
    await clash.getByRole('button', { name: 'Show all of it' }).click()
    expect((await clash.boundingBox())?.height ?? 0).toBeGreaterThan(folded)

    await page
      .getByRole('listitem')
      .filter({ hasText: 'is left alone' })
      .getByRole('button', { name: 'Ollama' })
      .click()
    await expect(page.getByRole('dialog', { name: 'Ollama' })).toBeVisible()
    await page.keyboard.press('Escape')
    const warmed = page.getByRole('listitem').filter({ hasText: 'The schedule warmed up' })
    await warmed.getByRole('button', { name: 'qwen3:8b' }).click()
    await expect(modelsPage(page).row('qwen3:8b')).toHaveAttribute('aria-selected', 'true')
  })
}

test('what is no longer there is named, and leads nowhere', async ({ page }) => {
  await openDemo(page, 'eventful')
  await page
    .getByRole('navigation', { name: 'Screens' })
    .getByRole('button', { name: /^Activity/ })
    .click()
  const failed = page.getByRole('listitem').filter({ hasText: 'tried to warm up' })
  await expect(failed).toContainText('qwen2.5:32b')
  await expect(failed.getByRole('button', { name: 'qwen2.5:32b' })).toHaveCount(0)
  await failed.getByRole('button', { name: 'Schedule' }).click()
  await expect(page.getByRole('heading', { name: 'Schedule', level: 1 })).toBeVisible()
})
