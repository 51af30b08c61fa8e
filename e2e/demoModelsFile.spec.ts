/** models.yaml as it is read and changed on the settings screen. */
import { expect, test, type Locator, type Page } from '@playwright/test'
import { openDemo } from './demoPage.ts'
import { seriousProblems } from './seriousProblems.ts'

async function openSection(page: Page, state = 'modelsFile'): Promise<Locator> {
  await openDemo(page, state)
  await page.keyboard.press('Control+,')
  await page.getByRole('button', { name: 'Models file' }).click()
  const section = page.getByRole('region', { name: 'Models file' })
  await expect(section.getByRole('heading', { name: 'Models file' })).toBeInViewport()
  return section
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`roles, models and mistakes are shown, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    const section = await openSection(page)
    await expect(section.getByRole('status')).toContainText('2 mistakes in the file, the first in line 15')
    await expect(section.getByRole('row', { name: 'coder' }).first()).toContainText('qwen3:8b')
    await expect(section.getByRole('row', { name: 'writer' })).toContainText('Not there')
    await expect(section.getByRole('row', { name: 'qwen-coder' })).toContainText('temperature 0.2, top p 0.9, 1 stop')
    expect(await seriousProblems(page)).toEqual([])
    await section.getByRole('button', { name: 'Edit qwen-coder' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    expect(await seriousProblems(page), 'the dialog').toEqual([])
  })
}

test('the page itself never scrolls, narrow or wide', async ({ page }) => {
  for (const size of [
    { width: 900, height: 600 },
    { width: 1280, height: 800 }
  ]) {
    await page.setViewportSize(size)
    await openSection(page)
    expect(await page.evaluate(() => [scrollX, scrollY, document.documentElement.scrollHeight - innerHeight])).toEqual([
      0, 0, 0
    ])
  }
})

test('an empty file shows what it may look like, and the first alias takes its place', async ({ page }) => {
  const section = await openSection(page, 'everyday')
  await expect(section.getByLabel('Example of models.yaml')).toContainText('coder: built-in/qwen-coder')
  await section.getByRole('button', { name: 'Add alias' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add alias' })
  await dialog.getByRole('button', { name: 'Add alias' }).click()
  await expect(dialog).toContainText('An alias needs a name.')
  await expect(dialog).toContainText('Choose a model.')
  await dialog.getByLabel('Role').fill('two words')
  await expect(dialog).toContainText('One word of letters, digits and . _ - only')
  await dialog.getByLabel('Role').fill('coder')
  await dialog.getByRole('combobox', { name: 'Model' }).click()
  await page.getByRole('option', { name: 'qwen3:8b' }).click()
  await dialog.getByRole('button', { name: 'Add alias' }).click()
  await expect(dialog).toBeHidden()
  await expect(section.getByRole('row', { name: 'coder' })).toContainText('qwen3:8b')
  await expect(section.getByRole('button', { name: 'Add alias' })).toBeFocused()
  await expect(section.getByLabel('Example of models.yaml')).toBeHidden()
})

test('an alias whose model is gone is pointed at another one', async ({ page }) => {
  const section = await openSection(page)
  await section.getByRole('button', { name: 'Edit writer' }).click()
  const dialog = page.getByRole('dialog', { name: 'Edit writer' })
  const target = dialog.getByRole('combobox', { name: 'Model' })
  await expect(target).toHaveValue('mistral-nemo:12b')
  await target.fill('gemma')
  await page.getByRole('option', { name: 'gemma3:1b' }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(section.getByRole('row', { name: 'writer' })).toContainText('gemma3:1b')
  await expect(section.getByRole('row', { name: 'writer' })).not.toContainText('Not there')
})

test('what was deleted is back after Undo', async ({ page }) => {
  const section = await openSection(page)
  for (const name of ['coder', 'qwen-coder']) {
    const row = section.getByRole('rowheader', { name, exact: true })
    await section.getByRole('button', { name: `Delete ${name}`, exact: true }).press('Enter')
    await expect(row).toBeHidden()
    await expect(section).toBeFocused()
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(row).toBeVisible()
  }
})

test('a model is added with its options, and a value out of range is said at its field', async ({ page }) => {
  const section = await openSection(page)
  await section.getByRole('button', { name: 'Add model' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add model' })
  await dialog.getByLabel('Name').fill('qwen-coder')
  await dialog.getByLabel('File').fill('/models/x.gguf')
  await dialog.getByLabel('Temperature').fill('9')
  await dialog.getByRole('button', { name: 'Add model' }).click()
  await expect(dialog).toContainText('“qwen-coder” is in the file already.')
  await expect(dialog).toContainText('From 0 to 5.')
  await dialog.getByLabel('Name').fill('mine')
  await dialog.getByLabel('Temperature').fill('0.5')
  await dialog.getByLabel('Context (tokens)').fill('8,192')
  await dialog.getByRole('button', { name: 'Add model' }).click()
  await expect(section.getByRole('row', { name: 'mine' })).toContainText('8,192 tokens')
  await expect(section.getByRole('row', { name: 'mine' })).toContainText('temperature 0.5')
})

test('a file that cannot be written says so in the dialog, and nothing is lost', async ({ page }) => {
  const section = await openSection(page, 'modelsFileReadOnly')
  await section.getByRole('button', { name: 'Add model' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add model' })
  await dialog.getByLabel('Name').fill('mine')
  await dialog.getByLabel('File').fill('/models/x.gguf')
  await dialog.getByRole('button', { name: 'Add model' }).click()
  await expect(dialog).toContainText('Stoker may not write /read-only/models.yaml.')
  await expect(dialog.getByLabel('Name')).toHaveValue('mine')
})
