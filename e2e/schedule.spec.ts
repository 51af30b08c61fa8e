/** The schedule in the running app: a rule warms its model at its time, and one that does not fit is announced before and after. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { modelsPage } from './pages/modelsPage.ts'
import type { StokerApp } from './stokerApp.ts'

const minuteMs = 60_000
const sample = 'stoker-sample-small'

/** As this machine's clock shows it, which is the core's too. */
function clockAt(at: number): string {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':')
}

/** The next full minute that leaves time to write a rule. */
function nextMinute(leastMs: number): number {
  return Math.ceil((Date.now() + leastMs) / minuteMs) * minuteMs
}

async function openSchedule(page: Page): Promise<void> {
  await modelsPage(page).goTo('Schedule')
  await expect(page.getByRole('heading', { name: 'Schedule', level: 1 })).toBeVisible()
}

async function writeRule(
  page: Page,
  kind: 'Window' | 'At a time',
  times: readonly string[],
  model: string,
  name: string
) {
  const editor = page.getByRole('form')
  await page.getByRole('button', { name: 'New rule' }).click()
  await editor.getByText(kind, { exact: true }).click()
  await editor.getByRole('button', { name: 'Every day' }).click()
  const [start = '', end] = times
  await editor.getByRole('textbox', { name: kind === 'Window' ? 'From' : 'At', exact: true }).fill(start)
  if (end !== undefined) await editor.getByRole('textbox', { name: 'To', exact: true }).fill(end)
  await page.getByRole('combobox', { name: 'Add a model' }).click()
  await page.getByRole('option', { name: model, exact: true }).click()
  await editor.getByRole('textbox', { name: 'Name' }).fill(name)
  return editor
}

function stateOf(app: StokerApp, name: string): () => Promise<string | undefined> {
  return async () => {
    const { models } = await app.ask('models.list', {})
    return models.find(({ id }) => id.name === name)?.state
  }
}

test('a rule one minute ahead warms its model, and Activity says why', async ({ start }) => {
  test.setTimeout(180_000)
  const app = await start()
  const { page } = app
  await app.ask('models.createSample', { size: 'small' })
  await openSchedule(page)

  const dueAt = nextMinute(15_000)
  const editor = await writeRule(page, 'At a time', [clockAt(dueAt)], sample, 'Coffee')
  await expect(page.getByRole('region', { name: 'What it will do' })).toContainText(
    `Daily at ${clockAt(dueAt)} load ${sample}.`
  )
  await expect(page.getByRole('region', { name: 'What it will do' })).toContainText(/Next: (today|tomorrow) /)
  await editor.getByRole('button', { name: 'Add rule' }).click()
  const row = page.getByRole('listitem').filter({ hasText: 'Coffee' })
  await expect(row).toContainText('Has not run yet')
  expect(Date.now(), 'the rule was written in time').toBeLessThan(dueAt)
  expect(await stateOf(app, sample)()).toBe('unloaded')

  await expect.poll(stateOf(app, sample), { timeout: 100_000 }).toBe('ready')
  expect(Date.now(), 'not before its time').toBeGreaterThanOrEqual(dueAt - 1_000)
  await expect(row).toContainText(/warmed in [\d.]+ (s|min)/, { timeout: 20_000 })
  await modelsPage(page).goTo('Activity')
  const said = page.getByRole('listitem').filter({ hasText: `The schedule warmed up ${sample}` })
  await expect(said).toHaveCount(1)
  await expect(said).toContainText('for Coffee')
})

test('a rule that does not fit beside another is announced: in the editor, in the week, in Activity', async ({
  start
}) => {
  test.setTimeout(120_000)
  const app = await start({ environment: { STOKER_MAX_LOADED_MODELS: '1' } })
  const { page } = app
  await app.ask('models.createSample', { size: 'small' })
  copyFileSync(join(app.modelsDirectory, `${sample}.gguf`), join(app.modelsDirectory, 'second.gguf'))
  const { models } = await app.ask('models.list', { refresh: true })
  expect(models.map(({ id }) => id.name).sort()).toEqual(['second', sample])
  await openSchedule(page)

  const hourMs = 60 * minuteMs
  const times = [clockAt(Date.now() - hourMs), clockAt(Date.now() + 2 * hourMs)]
  const first = await writeRule(page, 'Window', times, sample, 'Office hours')
  await first.getByRole('button', { name: 'Add rule' }).click()
  // In the middle of its window it is warmed at once.
  await expect.poll(stateOf(app, sample), { timeout: 60_000 }).toBe('ready')
  await expect(page.getByRole('listitem').filter({ hasText: 'Office hours' })).toContainText('warm until')

  const second = await writeRule(page, 'Window', times, 'second', 'Batch')
  await expect(page.getByRole('region', { name: 'What it will do' })).toContainText(
    'this rule and Office hours together keep 1 model more than may be loaded at a time'
  )
  await second.getByRole('button', { name: 'Add rule' }).click()
  await expect(page.getByRole('list', { name: 'Clashes' })).toContainText('1 model more than may be loaded at a time')
  await expect(
    page
      .getByRole('region', { name: 'Week' })
      .getByRole('button', { name: /^Batch, .*does not fit: 1 model too many/ })
      .first()
  ).toBeVisible()

  await modelsPage(page).goTo('Activity')
  await expect(page.getByRole('listitem').filter({ hasText: 'The schedule does not fit' })).toContainText('Batch')
  // What was there first stays.
  expect(await stateOf(app, sample)()).toBe('ready')
  expect(await stateOf(app, 'second')()).toBe('unloaded')
})
