/** Pictures of the Runs screen: its list, a run in every state, one of its items, two beside each other, and the dialog for inputs. */
import type { Page } from '@playwright/test'

type PathOf = (what: string) => string

export async function openRuns(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Runs' }).click()
  await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor()
}

async function openFirst(page: Page): Promise<void> {
  await page.getByRole('grid').getByRole('row').first().click()
  await page.getByRole('listbox', { name: 'Items' }).waitFor()
}

const stories: Record<string, (page: Page, pathOf: PathOf) => Promise<void>> = {
  runLive: async (page, pathOf) => {
    await openItem(page, 17)
    await take(page, pathOf('run-item-live'))
    await closeItem(page)
    const line = page.getByRole('group', { name: /^Time line/ })
    await line.focus()
    for (let times = 0; times < 3; times += 1) await page.keyboard.press('ArrowRight')
    await take(page, pathOf('run-plan-tip'))
  },
  runFailedItems: async (page, pathOf) => {
    await page
      .getByRole('radiogroup', { name: 'Items by status' })
      .getByText(/^Failed/)
      .click()
    await openItem(page, 0)
    await take(page, pathOf('run-item-failed'))
    await closeItem(page)
    await page.getByRole('button', { name: /^More for the run/ }).click()
    await take(page, pathOf('run-menu'))
  },
  runDone: async (page, pathOf) => {
    await openItem(page, 2)
    await take(page, pathOf('run-item-done'))
    await closeItem(page)
    await pictureInputs(page, pathOf)
  },
  runCompare: async (page, pathOf) => {
    await page.getByRole('button', { name: /^More for the run/ }).click()
    await page.getByRole('menuitem', { name: 'Compare with', exact: true }).hover()
    await page.getByRole('menuitem', { name: /yesterday/ }).click()
    await page.getByRole('heading', { name: 'Compare', level: 1 }).waitFor()
    await take(page, pathOf('run-compare-texts'))
  },
  runCompareUnlike: async (page, pathOf) => {
    await page.getByRole('button', { name: /^More for the run/ }).click()
    await page.getByRole('menuitem', { name: 'Compare with', exact: true }).hover()
    await take(page, pathOf('run-compare-menu'))
    await page.getByRole('menuitem', { name: 'Other run…' }).click()
    await page.getByRole('combobox', { name: 'Run' }).fill('44 files')
    await take(page, pathOf('run-compare-other'))
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Compare' }).click()
    const items = page.getByRole('listbox', { name: 'Items' })
    for (let at = 0; at < 3; at += 1) await items.press('ArrowDown')
    await take(page, pathOf('run-compare-unlike'))
    await items.press('ArrowDown')
    await page.getByRole('combobox', { name: 'What is compared' }).click()
    await page.getByRole('option', { name: 'Find risks' }).click()
    await take(page, pathOf('run-compare-step'))
  }
}

async function take(page: Page, path: string): Promise<void> {
  await page.waitForTimeout(350)
  await page.screenshot({ path })
}

async function openItem(page: Page, place: number): Promise<void> {
  const items = page.getByRole('listbox', { name: 'Items' })
  await items.focus()
  for (let at = 0; at <= place; at += 1) await items.press('ArrowDown')
  await page
    .getByRole('region', { name: /^Step / })
    .first()
    .waitFor()
}

async function closeItem(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await page
    .getByRole('region', { name: /^Step / })
    .first()
    .waitFor({ state: 'detached' })
}

async function pictureInputs(page: Page, pathOf: PathOf): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'What to do' }).fill('Run Review a folder')
  await page.getByRole('option', { name: 'Run Review a folder…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Run Review a folder' })
  await dialog.waitFor()
  await take(page, pathOf('inputs-empty'))
  await dialog.getByText('CSV', { exact: true }).click()
  await dialog
    .getByRole('textbox')
    .fill('title,body\nFirst,What the first is about\nSecond,What the second is about\nThird,The rest')
  await dialog.getByText(/^3 rows/).waitFor()
  await take(page, pathOf('inputs-csv'))
  await dialog.getByText('Files', { exact: true }).click()
  await take(page, pathOf('inputs-files'))
}

export async function pictureRuns(page: Page, state: string, pathOf: PathOf): Promise<void> {
  if (!state.startsWith('run')) return
  await openRuns(page)
  await take(page, pathOf(state))
  if (state.startsWith('runs')) return
  await openFirst(page)
  await take(page, pathOf(state))
  await stories[state]?.(page, pathOf)
}
