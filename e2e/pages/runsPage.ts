/** The Runs screen as a person meets it: runs by their chain, figures by their name, items by theirs, steps of an item by theirs. */
import { expect, type Locator, type Page } from '@playwright/test'

export function runsPage(page: Page) {
  const item = page.getByRole('complementary', { name: 'Item' })
  const step = (name: string): Locator => item.getByRole('region', { name: `Step ${name}`, exact: true })
  const runs = {
    item,
    step,
    /** In the list of all runs. */
    row: (name: RegExp): Locator => page.getByRole('row', { name }),
    /** "Done": in the open run, beside its name. */
    status: (word: string): Locator =>
      page.getByRole('main', { name: /./ }).locator('header').getByText(word, { exact: true }),
    figure: (label: string): Locator =>
      page.getByLabel('Figures').locator('> div').filter({ hasText: label }).locator('dd'),
    items: page.getByRole('listbox', { name: 'Items' }).getByRole('option'),
    itemRow: (name: string): Locator =>
      page.getByRole('listbox', { name: 'Items' }).getByRole('option').filter({ hasText: name }),
    output: (name: string): Locator => item.getByRole('region', { name: `Output of ${name}`, exact: true }),
    prompt: (name: string): Locator => item.getByRole('region', { name: `Prompt of ${name}`, exact: true }),
    button: (name: string | RegExp): Locator =>
      page.getByRole('button', { name, ...(typeof name === 'string' && { exact: true }) }),
    async open(): Promise<void> {
      await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: /^Runs/ }).click()
      await expect(page.getByRole('main', { name: /./ })).toBeVisible()
    },
    /** What the open run has come to. */
    async ended(word = 'Done'): Promise<void> {
      await expect(runs.status(word)).toBeVisible({ timeout: 120_000 })
    },
    async openItem(name: string): Promise<void> {
      await runs.itemRow(name).click()
      await expect(item).toBeVisible()
    },
    async showPrompt(name: string): Promise<Locator> {
      await step(name).getByRole('button', { name: 'Show the prompt' }).click()
      return runs.prompt(name)
    },
    /** With the other run of that name. */
    async compare(chainName: string): Promise<void> {
      await page.getByRole('button', { name: `More for the run of ${chainName}` }).click()
      await page.getByRole('menuitem', { name: 'Compare with' }).hover()
      await page.getByRole('menuitem', { name: new RegExp(`^${chainName}, `) }).click()
    },
    async menu(choice: string | RegExp, chainName: string): Promise<void> {
      await page.getByRole('button', { name: `More for the run of ${chainName}` }).click()
      await page.getByRole('menuitem', { name: choice }).click()
    }
  }
  return runs
}
