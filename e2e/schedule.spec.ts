/** The schedule in the running app: a rule warms its model at its time, and one that does not fit is announced before and after. */
import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { modelsPage } from './pages/modelsPage.ts'
import { rigFile, type StokerApp } from './stokerApp.ts'

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs
const sample = 'stoker-sample-small'

/** Of what an Ollama tells about a loaded model. */
interface Running {
  name: string
  expires_at: string
}

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
  const app = await start()
  const { page } = app
  await app.ask('models.createSample', { size: 'small' })
  await openSchedule(page)

  const editor = await writeRule(page, 'At a time', [clockAt(Date.now() + 90 * minuteMs)], sample, 'Coffee')
  // Its minute is chosen last: a busy machine may take its time for all else.
  const dueAt = nextMinute(10_000)
  await editor.getByRole('textbox', { name: 'At', exact: true }).fill(clockAt(dueAt))
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
  await expect(row).toContainText(/warmed in [\d.]+ (s|min)/)
  await modelsPage(page).goTo('Activity')
  const said = page.getByRole('listitem').filter({ hasText: `The schedule warmed up ${sample}` })
  await expect(said).toHaveCount(1)
  await expect(said).toContainText('for Coffee')
})

test('a Stoker that is killed in a window releases at its next start what no rule keeps any more', async ({
  start,
  startOllama,
  target
}) => {
  test.skip(target === 'electron' && rigFile() !== null, 'the core of a prepared window outlives its kill')
  const ollama = await startOllama({ models: { 'kept:1b': {}, 'chosen:1b': {} } })
  const goesAt = async (name: string): Promise<string | undefined> => {
    const running = (await (await fetch(`${ollama.url}/api/ps`)).json()) as Record<string, Running[]>
    const at = Date.parse(running['models']?.find((model) => model.name === name)?.expires_at ?? '')
    return Number.isNaN(at) ? 'not loaded' : at > Date.now() + 365 * dayMs ? 'never' : 'soon'
  }
  const environment = { OLLAMA_HOST: ollama.url, TZ: 'UTC' }
  const killed = async (app: StokerApp): Promise<void> => {
    const ended = once(app.process, 'exit')
    app.process.kill('SIGKILL')
    await ended
  }

  const first = await start({ environment })
  const id = (await first.ask('models.list', {})).models.find((model) => model.id.name === 'kept:1b')!.id
  const chosen = { ...id, name: 'chosen:1b' }
  await first.ask('models.load', { id: chosen, keepAliveSeconds: -1 })
  const time = new Date(Date.now() - 60 * minuteMs).toISOString().slice(11, 16)
  const when = { kind: 'window' as const, time, days: [1, 2, 3, 4, 5, 6, 7], minutes: 120 }
  const models = [{ id, contextLength: null }]
  await first.ask('warmup.save', { rule: { id: 'r', name: 'Office hours', isEnabled: true, models, when } })
  await expect.poll(() => goesAt('kept:1b')).toBe('never')
  await expect.poll(async () => (await first.ask('warmup.list', {})).rules[0]?.lastRun?.results.length).toBe(1)
  await killed(first)
  expect(await goesAt('kept:1b')).toBe('never')

  // Its window is open still.
  const { dataDirectory } = first
  const second = await start({ environment, dataDirectory })
  const isKept = async (): Promise<unknown> =>
    (await second.ask('models.list', {})).models.find((model) => model.id.name === 'kept:1b')?.keptBy?.name
  await expect.poll(isKept).toBe('Office hours')
  await second.ask('hosts.check', { hostId: id.hostId })
  expect(await goesAt('kept:1b')).toBe('never')
  await killed(second)

  // Six hours later, as far as its clock on the wall is concerned.
  const third = await start({ environment: { ...environment, TZ: 'Asia/Dhaka' }, dataDirectory })
  await expect.poll(() => goesAt('kept:1b')).toBe('soon')
  expect(await goesAt('chosen:1b')).toBe('never')
  await modelsPage(third.page).goTo('Activity')
  await expect(
    third.page.getByRole('listitem').filter({ hasText: 'The schedule no longer keeps kept:1b' })
  ).toContainText('Office hours')
})

test('a rule that does not fit beside another is announced: in the editor, in the week, in Activity', async ({
  start
}) => {
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
