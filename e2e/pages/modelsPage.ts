/** The Models screen as a person meets it: rows by their name, buttons by their words. */
import { expect, type Locator, type Page } from '@playwright/test'

export function modelsPage(page: Page) {
  const row = (name: string): Locator => page.getByRole('row', { name, exact: true })
  const button = (verb: string, name: string): Locator =>
    page.getByRole('button', { name: `${verb} ${name}`, exact: true })
  return {
    row,
    button,
    bar: page.getByRole('region', { name: 'Memory', exact: true }),
    list: (group: 'Loaded' | 'On disk'): Locator => page.getByRole('grid', { name: group }),
    answer: page.getByRole('log', { name: 'Answer' }),
    async createSample(size: 'small' | 'medium' | 'large'): Promise<string> {
      await page.getByRole('button', { name: 'Add models' }).click()
      await page.getByRole('menuitem', { name: /sample models/ }).click()
      await page.getByRole('button', { name: `Create ${size} sample` }).click()
      const name = `stoker-sample-${size}`
      await expect(button('Load', name)).toBeVisible()
      return name
    },
    async load(name: string): Promise<void> {
      await button('Load', name).click()
      // A cold start of the engine on a busy machine takes its time.
      await expect(button('Unload', name)).toBeVisible({ timeout: 30_000 })
    },
    async unload(name: string): Promise<void> {
      await button('Unload', name).click()
      await expect(button('Load', name)).toBeVisible()
    },
    async ask(name: string, prompt: string): Promise<void> {
      await row(name).click()
      await page.getByRole('textbox', { name: `Ask ${name}` }).fill(prompt)
      await page.getByRole('button', { name: 'Ask', exact: true }).click()
    },
    async goTo(screen: string): Promise<void> {
      await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: screen, exact: true }).click()
    }
  }
}
