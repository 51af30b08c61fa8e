/** A step that is lost is an answer paid for twice; a sum that drifts is a lie on every screen. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testChain, testStep } from '../../shared/chainRig.ts'
import type { ItemStatus, StepResult, StepStatus, StepTexts } from '../../shared/run.ts'
import { itemNotes } from '../../shared/stepNotes.ts'
import { newStoredRun } from '../chains/run/newStoredRun.ts'
import { createFakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { openDatabase } from './database.ts'
import { createInputStore } from './inputStore.ts'
import { createRunStore, type ItemEnd, type StoredRun } from './runStore.ts'

const chain = testChain(['first', 'second'].map((id) => testStep(id, '{{input}}', { id, model: null })))
const runOf = (id: string, fields: Partial<StoredRun> = {}): StoredRun => ({
  ...newStoredRun({
    id,
    chain,
    inputId: 'input-1234',
    inputWords: '3 lines',
    itemCount: 3,
    order: 'fewest_loads',
    autoUnload: true,
    createdAt: 1_000
  }),
  ...fields
})
const ended = (
  item: number,
  stepId: string,
  status: StepStatus = 'done',
  fields: Partial<StepTexts> = {}
): StepTexts => ({
  item,
  stepId,
  status,
  modelId: { hostId: 'ollama', name: 'a:1b' },
  isFallback: false,
  attempts: 1,
  startedAt: 2_000,
  durationMs: 100,
  loadMs: 0,
  promptTokens: 7,
  outputTokens: 10,
  firstTokenMs: 5,
  tokensPerSecond: 100,
  heldBytes: 1_000,
  letters: 4,
  contextNote: null,
  error: null,
  prompt: `prompt of ${stepId}`,
  system: null,
  text: `text of ${stepId} ${item}`,
  ...fields
})
const endOf = (item: number, status: ItemStatus = 'done', fields: Partial<ItemEnd> = {}): ItemEnd => ({
  item,
  status,
  reason: null,
  error: null,
  finalOutput: status === 'failed' ? null : `result ${item}`,
  ...fields
})
const failure = { code: 'timed_out' as const, message: 'It took too long.', hint: null }

function open(path = ':memory:', itemCount = 3) {
  const { database } = openDatabase(path)
  const inputs = createInputStore({ database, logger: silentLogger })
  const rows = Array.from({ length: itemCount }, (_, item) => ({
    name: `line ${item + 1}`,
    text: `text ${item}`,
    columns: null
  }))
  if (inputs.get('input-1234') === null) inputs.append('input-1234', 'lines', rows, [])
  return { database, inputs, store: createRunStore({ database, logger: silentLogger }) }
}

describe('a run', () => {
  it('is there after a restart, with all that was recorded and changed', () => {
    const directory = mkdtempSync(join(tmpdir(), 'stoker-runs-'))
    const first = open(join(directory, 'stoker.db'))
    first.store.add(runOf('run-00000001'))
    first.store.record('run-00000001', [ended(0, 'first'), ended(0, 'second')], endOf(0))
    first.store.record('run-00000001', [ended(1, 'first', 'failed', { error: failure, text: '' })], null)
    first.store.change('run-00000001', { status: 'running', startedAt: 1_500, loads: 2, error: failure })
    const told = first.store.get('run-00000001')
    first.database.close()
    const { store, database } = open(join(directory, 'stoker.db'))
    expect(store.get('run-00000001')).toEqual(told)
    expect(told).toEqual(runOf('run-00000001', { status: 'running', startedAt: 1_500, loads: 2, error: failure }))
    expect(store.counts('run-00000001')).toEqual({
      items: { waiting: 2, running: 0, done: 1, stopped: 0, failed: 0 },
      notedItems: 0,
      stepRunsDone: 3,
      outputTokens: 30,
      answerMs: 300
    })
    expect(store.step('run-00000001', 0, 'second')).toEqual(ended(0, 'second'))
    expect(store.output('run-00000001', 0, 'second')).toBe('text of second 0')
    // A failed step has no output: a prompt must not be filled with what it said before it failed.
    expect(store.output('run-00000001', 1, 'first')).toBeNull()
    expect(store.end('run-00000001', 0)).toEqual(endOf(0))
    expect(store.end('run-00000001', 1)).toBeNull()
    expect([...store.endedItems('run-00000001')]).toEqual([{ item: 0, status: 'done' }])
    expect([...store.endedSteps('run-00000001')]).toHaveLength(3)
    database.close()
    rmSync(directory, { recursive: true })
  })

  it('that cannot be written says so: it must not go on when nothing is kept', () => {
    const { database, store } = open()
    store.add(runOf('run-00000001'))
    database.exec('PRAGMA query_only = ON')
    const refusals = [
      () => store.add(runOf('run-00000002')),
      () => store.change('run-00000001', { loads: 1 }),
      () => store.record('run-00000001', [ended(0, 'first')], null),
      () => store.forgetFailures('run-00000001', null, {}),
      () => store.remove('run-00000001')
    ]
    for (const refused of refusals) {
      expect(refused).toThrow(
        expect.objectContaining({
          code: 'storage_failed',
          message: expect.stringMatching(/^The run could not be saved: /)
        })
      )
    }
    expect(store.get('run-00000001')).toEqual(runOf('run-00000001'))
    database.exec('PRAGMA query_only = OFF')
    expect(store.counts('run-00000001').stepRunsDone).toBe(0)
  })

  it('is written whole or not at all: an end without its steps would be an item that never ran', () => {
    const { store } = open()
    store.add(runOf('run-00000001'))
    const broken = ended(0, 'second', 'done', { attempts: Number.NaN })
    expect(() => store.record('run-00000001', [ended(0, 'first'), broken], endOf(0))).toThrow(/could not be saved/)
    expect([...store.endedSteps('run-00000001')]).toEqual([])
    expect(() => store.record('run-unknown', [ended(0, 'first')], null)).toThrow(/no run run-unknown/)
    store.record('run-00000001', [ended(0, 'first')], null)
    expect(store.counts('run-00000001').stepRunsDone).toBe(1)
  })

  it('that a newer Stoker wrote is passed over, and the others are listed', () => {
    const { database, store } = open()
    store.add(runOf('run-00000001'))
    store.add(runOf('run-00000002', { createdAt: 2_000 }))
    database.exec("UPDATE runs SET chain = '{}' WHERE id = 'run-00000002'")
    const again = createRunStore({ database, logger: silentLogger })
    expect(again.list({ limit: 10 }).map(({ id }) => id)).toEqual(['run-00000001'])
    expect(again.get('run-00000002')).toBeNull()
  })

  it('is listed newest first, of one chain, in pages', () => {
    const { store } = open()
    for (let at = 1; at <= 7; at++) {
      store.add(runOf(`run-0000000${at}`, { createdAt: at, chain: { ...chain, id: at % 2 ? 'odd' : 'even' } }))
    }
    const ids = (wish: Parameters<typeof store.list>[0]): number[] => store.list(wish).map(({ createdAt }) => createdAt)
    expect(ids({ limit: 3 })).toEqual([7, 6, 5])
    expect(ids({ limit: 3, beforeAt: 5 })).toEqual([4, 3, 2])
    expect(ids({ limit: 3, beforeAt: 5, chainId: 'odd' })).toEqual([3, 1])
  })

  // Would catch: runs of one millisecond that fall between two pages.
  it('is in one page only, also where others were created in the same moment', () => {
    const { store } = open()
    for (let at = 1; at <= 7; at++) store.add(runOf(`run-0000000${at}`, { createdAt: at < 6 ? 5 : at }))
    const listed: string[] = []
    for (;;) {
      const last = store.get(listed.at(-1) ?? '')
      const page = store.list({ limit: 2, ...(last && { beforeAt: last.createdAt, beforeId: last.id }) })
      if (page.length === 0) break
      listed.push(...page.map(({ id }) => id))
    }
    expect(listed.map((id) => Number(id.slice(-1)))).toEqual([7, 6, 5, 4, 3, 2, 1])
  })

  it('once more for its failures: what failed or was left out is forgotten, what was answered is kept', () => {
    const { store } = open()
    store.add(runOf('run-00000001'))
    const id = 'run-00000001'
    store.record(id, [ended(0, 'first'), ended(0, 'second')], endOf(0))
    store.record(
      id,
      [ended(1, 'first'), ended(1, 'second', 'failed', { error: failure, outputTokens: null })],
      endOf(1, 'failed', { error: failure })
    )
    store.record(
      id,
      [ended(2, 'first', 'failed'), ended(2, 'second', 'skipped', { outputTokens: null })],
      endOf(2, 'failed')
    )
    expect(store.forgetFailures(id, [0, 1, 77], {})).toBe(1)
    expect(store.counts(id).items).toMatchObject({ waiting: 1, done: 1, failed: 1 })
    expect(store.step(id, 1, 'first')).toEqual(ended(1, 'first'))
    expect(store.step(id, 1, 'second')).toBeNull()
    expect(store.forgetFailures(id, null, {})).toBe(1)
    expect(store.counts(id)).toEqual({
      items: { waiting: 2, running: 0, done: 1, stopped: 0, failed: 0 },
      notedItems: 0,
      stepRunsDone: 3,
      outputTokens: 30,
      answerMs: 300
    })
    store.record(id, [ended(1, 'second')], endOf(1))
    expect(store.end(id, 1)).toEqual(endOf(1))
  })
})

describe('the sums of a run', () => {
  const answerMsOf = ({ outputTokens, tokensPerSecond, durationMs }: StepResult): number =>
    tokensPerSecond ? ((outputTokens ?? 0) * 1_000) / tokensPerSecond : (durationMs ?? 0)
  const step = fc.record({
    item: fc.integer({ min: 0, max: 3 }),
    stepId: fc.constantFrom('first', 'second'),
    status: fc.constantFrom<StepStatus>('done', 'defaulted', 'skipped', 'failed'),
    outputTokens: fc.option(fc.integer({ min: 0, max: 50 })),
    durationMs: fc.option(fc.integer({ min: 0, max: 50 })),
    tokensPerSecond: fc.option(fc.constantFrom(0, 20, 50)),
    isFallback: fc.boolean(),
    contextNote: fc.option(fc.constant('cut')),
    error: fc.option(fc.constant(failure))
  })
  const end = fc.option(fc.constantFrom<ItemStatus>('done', 'stopped', 'failed'))
  const move = fc.oneof(
    fc.record({ kind: fc.constant('record' as const), step, end }),
    fc.record({ kind: fc.constant('forget' as const), items: fc.option(fc.array(fc.integer({ min: 0, max: 4 }))) })
  )

  it('are what counting every row would say, whatever is recorded again or forgotten', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 25 }), (moves) => {
        const { database, store } = open(':memory:', 4)
        const id = 'run-00000001'
        store.add(runOf(id, { itemCount: 4 }))
        for (const one of moves) {
          if (one.kind === 'forget') store.forgetFailures(id, one.items, {})
          else {
            const { item, stepId, status, ...numbers } = one.step
            store.record(
              id,
              [ended(item, stepId, status, numbers)],
              one.end ? endOf(item, one.end) : store.end(id, item)
            )
          }
        }
        const items = store.items(id, { fromItem: 0, limit: 10 }).items
        const steps = items.flatMap((item) => item.steps).filter(({ status }) => status !== 'waiting')
        const answered = steps.filter(({ outputTokens }) => outputTokens !== null)
        const noted = items.filter(
          ({ status, steps: own }) => (status === 'done' || status === 'stopped') && itemNotes(own, chain).length > 0
        )
        const count = (status: ItemStatus): number => items.filter((item) => item.status === status).length
        expect(store.counts(id)).toEqual({
          items: {
            waiting: count('waiting'),
            running: 0,
            done: count('done'),
            stopped: count('stopped'),
            failed: count('failed')
          },
          notedItems: noted.length,
          stepRunsDone: steps.length,
          outputTokens: answered.reduce((sum, { outputTokens }) => sum + (outputTokens ?? 0), 0),
          answerMs: answered.reduce((sum, one) => sum + answerMsOf(one), 0)
        })
        expect(store.items(id, { status: 'noted', fromItem: 0, limit: 10 }).items).toEqual(noted)
        expect([...store.endedSteps(id)]).toHaveLength(steps.length)
        expect([...store.endedItems(id)]).toHaveLength(4 - count('waiting'))
        database.close()
      }),
      { numRuns: 40 }
    )
  })
})

describe('the items of a run', () => {
  it('come with every step in the order of the chain, those that wait included', () => {
    const { store } = open()
    store.add(runOf('run-00000001'))
    store.record('run-00000001', [ended(1, 'second')], null)
    const { items, total } = store.items('run-00000001', { fromItem: 1, limit: 1 })
    expect(total).toBe(3)
    expect(items).toMatchObject([
      {
        item: 1,
        name: 'line 2',
        preview: 'text 1',
        status: 'waiting',
        steps: [
          { status: 'waiting', outputTokens: null },
          { status: 'done', outputTokens: 10 }
        ]
      }
    ])
    expect(items[0]).not.toHaveProperty('steps.1.text')
  })

  it('are found by name and result, capital letters or not, and a % is a %', () => {
    const { store } = open()
    store.add(runOf('run-00000001'))
    store.record('run-00000001', [], endOf(0, 'done', { finalOutput: 'ÜBER 100 % sure' }))
    store.record('run-00000001', [], endOf(1, 'stopped', { finalOutput: 'Over_100', reason: 'enough' }))
    const found = (search: string, status?: ItemStatus): number[] =>
      store.items('run-00000001', { search, status, fromItem: 0, limit: 10 }).items.map(({ item }) => item)
    expect(found('über')).toEqual([0])
    expect(found('100 %')).toEqual([0])
    expect(found('r_1')).toEqual([1])
    expect(found('LINE')).toEqual([0, 1, 2])
    expect(found('line', 'waiting')).toEqual([2])
    expect(found('line 1', 'stopped')).toEqual([])
  })

  it('among 100,000 are paged by status and search without a gap or a repetition', () => {
    const count = 100_000
    const { database, store } = open(':memory:', count)
    const id = 'run-00000001'
    store.add(runOf(id, { itemCount: count }))
    database.exec(
      `INSERT INTO run_items SELECT 1, item, CASE item % 10 WHEN 3 THEN 'failed' ELSE 'done' END, NULL, NULL, 0 FROM input_items WHERE item < 99990;
       INSERT INTO run_finals SELECT 1, item, 'result ' || item FROM input_items WHERE item % 10 <> 3 AND item < 99990;`
    )
    const seen: number[] = []
    for (let fromItem = 0; ;) {
      const page = store.items(id, { status: 'failed', fromItem, limit: 500 })
      expect(page.total).toBe(9_999)
      if (page.items.length === 0) break
      seen.push(...page.items.map(({ item }) => item))
      fromItem = (seen.at(-1) ?? 0) + 1
    }
    expect(seen).toEqual(Array.from({ length: 9_999 }, (_, at) => at * 10 + 3))
    expect(store.items(id, { status: 'waiting', fromItem: 0, limit: 100 }).items.map(({ item }) => item)).toEqual(
      Array.from({ length: 10 }, (_, at) => 99_990 + at)
    )
    expect(store.items(id, { search: 'result 77777', fromItem: 0, limit: 10 })).toMatchObject({
      total: 1,
      items: [{ item: 77_777 }]
    })
    expect([...store.endedItems(id)]).toHaveLength(99_990)
    database.close()
  })
})

describe('a run that is removed', () => {
  const rowCounts = (database: ReturnType<typeof open>['database']): number[] =>
    [
      'runs',
      'run_items',
      'run_finals',
      'run_steps',
      'run_texts',
      'inputs',
      'input_items',
      'input_texts',
      'removed_rows'
    ].map((table) => Number(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count']))

  it('takes its rows with it, and its batch with the last run on that', () => {
    const { database, inputs, store } = open()
    store.add(runOf('run-00000001'))
    store.add(runOf('run-00000002'))
    store.record('run-00000001', [ended(0, 'first')], endOf(0))
    store.record('run-00000002', [ended(0, 'first')], endOf(0))
    store.remove('run-00000001')
    expect(store.get('run-00000001')).toBeNull()
    expect(store.step('run-00000001', 0, 'first')).toBeNull()
    expect(inputs.get('input-1234')?.itemCount).toBe(3)
    expect(store.step('run-00000002', 0, 'first')).toEqual(ended(0, 'first'))
    store.remove('run-00000002')
    expect(inputs.get('input-1234')).toBeNull()
    expect(rowCounts(database)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0])
  })

  it('is cleared away in pieces, and a kill in the middle is made up for at the next start', async () => {
    const { database, inputs } = open(':memory:', 250)
    const clock = createFakeClock()
    const store = createRunStore({ database, logger: silentLogger, clock })
    store.add(runOf('run-00000001', { itemCount: 250 }))
    for (let item = 0; item < 250; item++) store.record('run-00000001', [ended(item, 'first')], endOf(item))
    store.remove('run-00000001')
    expect(store.list({ limit: 10 })).toEqual([])
    expect(inputs.get('input-1234')).toBeNull()
    expect(rowCounts(database)[3]).toBeGreaterThan(0)
    store.dispose()
    // The same id again must not find rows of the run before it.
    const next = createRunStore({ database, logger: silentLogger, clock })
    next.add(runOf('run-00000001', { itemCount: 250 }))
    expect(next.step('run-00000001', 0, 'first')).toBeNull()
    next.remove('run-00000001')
    await clock.advance(60_000)
    expect(rowCounts(database)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0])
  })
})
