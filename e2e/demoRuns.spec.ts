/** What a person does on the Runs screen, over a scripted core: finds runs, watches one, mends it, takes its results away, compares two. */
import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { strFromU8, unzipSync } from 'fflate'
import type { StokerDemo } from './demo/pageBridge.ts'
import { openDemo } from './demoPage.ts'
import { openRuns } from './runPictures.ts'
import { seriousProblems } from './seriousProblems.ts'

const rows = (page: Page) => page.getByRole('grid').getByRole('row')
const items = (page: Page) => page.getByRole('listbox', { name: 'Items' })
const status = (page: Page) => page.getByRole('main').locator('header').first()

async function openList(page: Page, state: string): Promise<void> {
  await openDemo(page, state)
  await openRuns(page)
}

async function openRun(page: Page, state: string): Promise<void> {
  await openList(page, state)
  await rows(page).first().click()
  await expect(items(page)).toBeVisible()
}

/** The scripted core's work goes on by one piece, or for good. */
const tell = (page: Page, what: 'step' | 'goOn'): Promise<void> =>
  page.evaluate((told) => (globalThis as unknown as { stokerDemo: StokerDemo }).stokerDemo[told](), what)

async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: /^More for the run/ }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

async function exported(page: Page, item: string): Promise<{ name: string; bytes: Buffer }> {
  const coming = page.waitForEvent('download')
  await choose(page, item)
  const download = await coming
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
}

test('runs are found by words, status and chain, who is queued says behind whom, and arrows open one', async ({
  page
}) => {
  await openList(page, 'runsList')
  await expect(rows(page)).toHaveCount(8)
  await expect(page.getByRole('row', { name: 'Translate a folder, Queued' })).toContainText(
    'Waiting for the run of Review a folder'
  )
  await expect(page.getByRole('row', { name: 'Review a folder, Interrupted' })).toContainText(
    'Nothing that was finished is lost'
  )
  await expect(page.getByRole('navigation', { name: 'Screens' })).toContainText('1 running')
  await page.getByRole('textbox', { name: 'Search runs' }).fill('disk')
  await expect(rows(page)).toHaveCount(1)
  await page.getByRole('textbox', { name: 'Search runs' }).fill('no such thing')
  await page.getByRole('button', { name: 'Show all runs' }).click()
  await page.getByRole('combobox', { name: 'Status' }).click()
  await page.getByRole('option', { name: 'Paused' }).click()
  await expect(rows(page)).toHaveCount(1)
  await rows(page).first().focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Translate a folder', level: 1 })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('heading', { name: 'Runs', level: 1 })).toBeVisible()
  await expect(rows(page).first()).toBeFocused()
})

test('a run says its words as they come, and is paused, resumed and cancelled', async ({ page }) => {
  await openRun(page, 'runLive')
  await items(page).focus()
  for (let at = 0; at < 18; at += 1) await items(page).press('ArrowDown')
  const step = page.getByRole('region', { name: 'Step Find risks' })
  const output = step.getByRole('region', { name: 'Output of Find risks' })
  await expect(output).toHaveText(/^\{"risks":\[".{40,60}$/)
  const before = await output.textContent()
  await tell(page, 'step')
  await expect(output).not.toHaveText(before ?? '')
  const after = (await output.textContent()) ?? ''
  expect(after.startsWith(before ?? 'nothing')).toBe(true)
  await tell(page, 'goOn')
  await expect(step.getByText('Done')).toBeVisible()
  // What is JSON is laid out once it is whole.
  await expect(output).toContainText('"worst":')
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(status(page)).toContainText('Paused')
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(status(page)).toContainText('Running')
  await page.getByRole('main').getByRole('button', { name: 'Cancel' }).click()
  await expect(status(page)).toContainText('Cancelled')
})

test('failed items are filtered, read with what to do, and retried', async ({ page }) => {
  await openRun(page, 'runFailedItems')
  await page.getByRole('radiogroup', { name: 'Items by status' }).getByText('Failed 3').click()
  await expect(items(page).getByRole('option')).toHaveCount(3)
  await items(page).getByRole('option').nth(1).click()
  const panel = page.getByRole('complementary', { name: 'Item' })
  await expect(panel).toContainText('9,212 tokens')
  await expect(panel).toContainText('Allow this step to cut its prompt')
  await expect(panel.getByRole('region', { name: 'Step Verdict' })).toContainText('Left out')
  await panel.getByRole('region', { name: 'Step Summarise' }).getByRole('button', { name: 'Show the prompt' }).click()
  await expect(panel.getByRole('region', { name: 'Prompt of Summarise' })).toContainText('Summarise in five points')
  await page.getByRole('button', { name: 'Retry failed (3)' }).click()
  await expect(page.getByRole('button', { name: /^Retry failed/ })).not.toBeAttached()
})

test('items with a result that is not the whole one are found, and say why', async ({ page }) => {
  await openRun(page, 'runDone')
  await page.getByRole('radiogroup', { name: 'Items by status' }).getByText('With notes 8').click()
  await expect(items(page).getByRole('option')).toHaveCount(8)
  await expect(items(page).getByRole('option').first()).toContainText('Summarise: 4,100 of 9,000 tokens cut')
  await expect(page.getByLabel('Figures')).toContainText('8 with notes')
})

test('results are exported: tables as they come, and one file per item in an archive', async ({ page }) => {
  await openRun(page, 'runDone')
  const csv = await exported(page, 'CSV, one row an item')
  expect(csv.name).toBe('review.csv')
  expect(csv.bytes.toString('utf8').trimEnd().split('\r\n')).toHaveLength(41)
  const jsonl = (await exported(page, 'JSONL, one line an item')).bytes.toString('utf8').trimEnd().split('\n')
  expect(jsonl.map((line) => (JSON.parse(line) as { item: number }).item)).toEqual(
    Array.from({ length: 40 }, (_, item) => item + 1)
  )
  const zip = await exported(page, 'One file per item, zipped')
  expect(zip.name).toBe('review-a-folder-2026-03-18.zip')
  const files = unzipSync(zip.bytes)
  expect(Object.keys(files)).toHaveLength(40)
  expect(strFromU8(files['src/reader-1.md.txt'] ?? new Uint8Array())).toMatch(/^\*\*Go\.\*\* /)
})

test('a hundred thousand items: the last one is a key away, and one of them is found', async ({ page }) => {
  await openRun(page, 'runHuge')
  await items(page).press('End')
  await expect(page.getByRole('complementary', { name: 'Item' })).toContainText('item 100,000 of 100,000')
  await items(page).press('Home')
  await expect(page.getByRole('complementary', { name: 'Item' })).toContainText('item 1 of 100,000')
  await page.getByRole('radiogroup', { name: 'Items by status' }).getByText('Failed 2').click()
  await expect(items(page).getByRole('option')).toHaveCount(2)
})

test('in a narrow window Escape closes the item, and the run stays', async ({ page }) => {
  await page.setViewportSize({ width: 900, height: 600 })
  await openRun(page, 'runLive')
  await items(page).press('ArrowDown')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).not.toBeAttached()
  await expect(page.getByRole('heading', { name: 'Review a folder', level: 1 })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('heading', { name: 'Runs', level: 1 })).toBeVisible()
})

test('two runs beside each other: figures, and the words that differ', async ({ page }) => {
  await openRun(page, 'runCompare')
  await page.getByRole('button', { name: /^More for the run/ }).click()
  await page.getByRole('menuitem', { name: 'Compare with', exact: true }).hover()
  await page.getByRole('menuitem', { name: /yesterday/ }).click()
  await expect(page.getByRole('row', { name: /^Loads/ })).toContainText('1, better')
  await expect(page.getByRole('row', { name: /^Speed/ })).toContainText('34.2 tok/s, better')
  await expect(page.getByRole('region', { name: 'This run', exact: true }).getByRole('deletion')).not.toHaveCount(0)
  await expect(page.getByRole('region', { name: 'The other run', exact: true }).getByRole('insertion')).not.toHaveCount(
    0
  )
  await page.getByRole('combobox', { name: 'What is compared' }).click()
  await page.getByRole('option', { name: 'Find risks' }).click()
  await expect(page.getByRole('region', { name: 'This run', exact: true })).toContainText('risks')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('heading', { name: 'Review a folder', level: 1 })).toBeVisible()
})

test('any run of the list can be compared, and what is unlike is said: of the chain, of each item, of each side', async ({
  page
}) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await openRun(page, 'runCompareUnlike')
  const dots = page.getByRole('button', { name: /^More for the run/ })
  const dialog = page.getByRole('dialog', { name: 'Compare with another run' })
  const openDialog = async (): Promise<void> => {
    await dots.click()
    await page.getByRole('menuitem', { name: 'Compare with', exact: true }).press('ArrowRight')
    await page.getByRole('menuitem', { name: 'Other run…' }).press('Enter')
    await expect(dialog.getByRole('combobox', { name: 'Run' })).toBeFocused()
  }
  const chooseOther = async (): Promise<void> => {
    await dialog.getByRole('combobox', { name: 'Run' }).fill('44 files')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: 'Compare' }).click()
    await expect(page.getByRole('heading', { name: 'Compare', level: 1 })).toBeVisible()
  }
  await openDialog()
  await page.keyboard.press('Escape')
  await expect(dialog).not.toBeAttached()
  await expect(dots).toBeFocused()
  await openDialog()
  await dialog.getByRole('combobox', { name: 'Run' }).fill('44 files')
  await page.keyboard.press('ArrowDown')
  expect(await seriousProblems(page)).toEqual([])
  await chooseOther()
  // The screen has the keys, though the dialog that had them is gone.
  await page.keyboard.press('Escape')
  await expect(dots).toBeVisible()
  await openDialog()
  await chooseOther()

  await expect(page.getByRole('row', { name: /^Verdict \(not the same/ })).toContainText('mistral-small:22b')
  await expect(page.getByRole('row', { name: /^Order \(not the same/ })).toContainText('First result soonest')
  await expect(page.getByRole('row', { name: /^Unload after use \(not the same/ })).toContainText('Off')
  await expect(page.getByRole('row', { name: /^Loads/ })).toContainText(/9.* planned/)
  // Neither the same work nor the same models: no speed is better.
  await expect(page.getByRole('row', { name: /^Speed/ })).not.toContainText('better')
  await expect(page.getByText('The chain was changed between them')).toContainText(
    'another model (Verdict), another prompt (Summarise), Check only in this run'
  )

  const item = (name: RegExp) => items(page).getByRole('option', { name })
  await item(/-4\.md \(this run: failed, the other: done/).click()
  const side = (name: string) => page.getByRole('region', { name, exact: true })
  await expect(side('This run')).toContainText('9,212 tokens')
  await expect(side('The other run')).toContainText('Go.')
  await items(page).press('End')
  await expect(item(/-44\.md.*this run: no such item, the other: done/)).toHaveAttribute('aria-selected', 'true')
  await expect(side('This run')).toHaveText('This run has no such item')
  await expect(side('The other run')).toContainText('Go.')
  for (let up = 0; up < 4; up += 1) await items(page).press('ArrowUp')
  await expect(item(/-40\.md.*this run: waiting, the other: done/)).toHaveAttribute('aria-selected', 'true')
  await expect(side('This run')).toHaveText('Not run yet')
  await items(page).press('Home')
  await item(/-8\.md \(this run: stopped, the other: done/).click()
  await expect(side('Output of this run')).toContainText('Stopped: no risks found')
  await item(/-3\.md \(this run: done with notes/).click()
  await page.getByRole('combobox', { name: 'What is compared' }).click()
  await page.getByRole('option', { name: 'Summarise' }).click()
  await expect(side('Output of this run')).toContainText('4,100 of 9,000 tokens cut')
  await expect(side('Output of this run')).toContainText(/llama3\.1:8b.* s.* tok\/s.* out tokens.*first after/)
  expect(await seriousProblems(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(page.getByRole('heading', { name: 'Review a folder', level: 1 })).toBeVisible()
})

test('an interrupted run offers to go on, and a run is removed only when asked twice', async ({ page }) => {
  await openRun(page, 'runInterrupted')
  await expect(page.getByText('Resume goes on from the first step that was not finished.')).toBeVisible()
  await choose(page, 'Remove…')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await choose(page, 'Remove…')
  await page.getByRole('button', { name: 'Remove run' }).click()
  await expect(page.getByText('Nothing has run yet')).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nobody is shut out of the runs (${colorScheme})`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    await openList(page, 'runsList')
    expect(await seriousProblems(page)).toEqual([])
    await openRun(page, 'runFailedItems')
    expect(await seriousProblems(page)).toEqual([])
    await items(page).getByRole('option').nth(3).click()
    await expect(page.getByRole('region', { name: 'Step Summarise' })).toBeVisible()
    expect(await seriousProblems(page)).toEqual([])
    await openRun(page, 'runCompare')
    await page.getByRole('button', { name: /^More for the run/ }).click()
    await page.getByRole('menuitem', { name: 'Compare with', exact: true }).hover()
    await page.getByRole('menuitem', { name: /yesterday/ }).click()
    await expect(page.getByRole('row', { name: /^Loads/ })).toBeVisible()
    expect(await seriousProblems(page)).toEqual([])
  })
}
