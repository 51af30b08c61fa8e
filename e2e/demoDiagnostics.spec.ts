/** The Diagnostics screen over a scripted core: what was found, runs and their cancel, the table by keyboard, files. */
import { expect, test, type Page } from '@playwright/test'
import { holdWork, openDemo } from './demoPage.ts'
import { modelsPage } from './pages/modelsPage.ts'
import { seriousProblems } from './seriousProblems.ts'

async function openDiagnostics(page: Page, state: string) {
  await openDemo(page, state)
  await modelsPage(page).goTo('Diagnostics')
  const region = (name: string) => page.getByRole('region', { name, exact: true })
  const bench = region('Test bench')
  return {
    checks: region('Check this machine'),
    bench,
    /** Names in their order. */
    names: () =>
      bench
        .getByRole('rowheader')
        .locator('[title]')
        .evaluateAll((all) => all.map((each) => each.getAttribute('title'))),
    filter: (label: RegExp) => bench.getByRole('radiogroup', { name: 'Outcome' }).getByText(label)
  }
}

test('results are read at a glance: worst first, with the reason, what to do, and what was said', async ({ page }) => {
  const { checks, bench, names, filter } = await openDiagnostics(page, 'diagnostics')
  await expect(checks.getByRole('listitem')).toHaveCount(8)
  await expect(checks.getByRole('listitem').last()).toContainText('Skipped')
  await expect(checks.getByRole('listitem').last()).toContainText('Unload all models, then run the checks again.')
  await expect(checks).toContainText('Last run 4 min ago')
  expect((await names()).slice(0, 2)).toEqual(['llama3.3:70b', 'mistral-small:22b'])
  await expect(bench).toContainText('Unload other models, or choose a shorter context.')
  await expect(bench).toContainText('4 work, 1 slow, 1 fails · last tested 4 min ago')
  const gone = bench.locator('tbody').filter({ hasText: 'vicuna:13b' })
  await expect(gone).toContainText('gone')
  await expect(gone.getByRole('button')).toHaveCount(0)

  await filter(/^Slow/).click()
  expect(await names()).toEqual(['mistral-small:22b'])
  await filter(/^All/).click()
  await bench.getByRole('columnheader', { name: 'Speed' }).getByRole('button').click()
  await expect(bench.getByRole('columnheader', { name: 'Speed' })).toHaveAttribute('aria-sort', 'descending')
  expect((await names())[0]).not.toBe('llama3.3:70b')
  await page.keyboard.press('Control+f')
  await page.keyboard.type('gemma')
  expect(await names()).toEqual(['gemma3:1b'])
})

test('only what is chosen is tested, with its step, and a cancel keeps what was done and the focus', async ({
  page
}) => {
  const { bench } = await openDiagnostics(page, 'diagnosticsNever')
  await bench.getByRole('checkbox', { name: 'Choose deepseek-r1:8b' }).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowDown')
  await expect(bench.getByRole('checkbox', { name: 'Choose gemma3:1b' })).toBeFocused()
  await page.keyboard.press('Space')
  const start = bench.getByRole('button', { name: 'Test 2 models' })
  const work = await holdWork(page)
  await start.focus()
  await page.keyboard.press('Enter')
  await expect(bench).toContainText('1 of 2: deepseek-r1:8b')
  await work.step()
  await expect(bench).toContainText('2 of 2: gemma3:1b')
  const cancel = bench.getByRole('button', { name: 'Cancel the test bench' })
  await expect(cancel).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(start).toBeFocused()
  await expect(bench.locator('tbody').filter({ hasText: 'deepseek-r1:8b' })).toContainText('Works')
  await expect(bench.locator('tbody').filter({ hasText: 'gemma3:1b' })).toContainText('Not tested')
  await expect(page.getByRole('alert')).toHaveCount(0)
})

test('a check shows its step, holds the bench back, and brings its list', async ({ page }) => {
  const { checks, bench } = await openDiagnostics(page, 'diagnosticsNever')
  const work = await holdWork(page)
  await checks.getByRole('button', { name: 'Check this machine' }).click()
  await expect(checks).toContainText('1 of 8: Ollama')
  await expect(bench.getByRole('button', { name: 'Test all models' })).toBeDisabled()
  await work.goOn()
  await expect(checks.getByRole('listitem')).toHaveCount(8)
  await expect(checks).toContainText('Last run just now')
})

test('what was found is saved as a file, to read or for programs', async ({ page }) => {
  await openDiagnostics(page, 'diagnostics')
  for (const [item, ending] of [
    [/^Markdown/, '.md'],
    [/^JSON/, '.json']
  ] as const) {
    await page.getByRole('button', { name: 'Export' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: item }).click()
    expect((await download).suggestedFilename()).toBe(`stoker-diagnostics-2026-03-01-1402${ending}`)
  }
})

test('nothing found yet is nothing to export, and nothing installed leads to the models', async ({ page }) => {
  const { bench } = await openDiagnostics(page, 'diagnosticsEmpty')
  await expect(page.getByRole('button', { name: 'Export' })).toBeDisabled()
  await expect(bench.getByRole('button', { name: 'Test all models' })).toBeDisabled()
  await bench.getByRole('button', { name: 'Go to Models' }).click()
  await expect(page.getByRole('heading', { name: 'Models', level: 1 })).toBeVisible()
})

for (const [colorScheme, width, height, states] of [
  ['light', 1280, 800, ['diagnostics', 'diagnosticsRunning']],
  ['dark', 1280, 800, ['diagnostics']],
  ['light', 900, 600, ['diagnosticsNever', 'diagnosticsForty']],
  ['dark', 900, 600, ['diagnosticsIll', 'diagnosticsRunning']]
] as const) {
  test(`nothing serious and nothing cut off, ${colorScheme}, ${width} px`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height })
    for (const state of states) {
      const { bench } = await openDiagnostics(page, state)
      await expect(bench).toBeVisible()
      expect(await seriousProblems(page), state).toEqual([])
      const isTooWide = await page
        .getByRole('main')
        .locator('> div')
        .evaluateAll((all) => all.some((each) => each.scrollWidth > each.clientWidth))
      expect(isTooWide, state).toBe(false)
    }
  })
}
