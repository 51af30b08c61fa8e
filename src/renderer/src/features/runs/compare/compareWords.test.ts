/** Would catch: a run called better for what was less work or another model's, or a change of the chain that is not told. */
import { describe, expect, it } from 'vitest'
import type { Chain } from '../../../../../shared/chain.ts'
import { testChain, testStep } from '../../../../../shared/chainRig.ts'
import type { RunDetail, RunSummary } from '../../../../../shared/run.ts'
import { testRun } from '../testRun.ts'
import { comparedFigures, unlikeWords } from './compareWords.ts'

const chain = testChain([testStep('Draft'), testStep('Verdict')])
const model = (name: string, hostId = 'ollama') => ({ model: { hostId, name } })

function detail(run: Partial<RunSummary> = {}, of: Chain = chain): RunDetail {
  return { run: testRun(run), chain: of, progress: { plan: null, done: [], held: [], nowMs: 0, replans: [] } }
}

const known = {
  needBytes: null,
  needSource: null,
  contextLength: null,
  loadMs: null,
  isResident: false,
  isKept: false,
  isForeign: false
}
const span = { firstItem: 0, lastItem: 0, itemCount: 1, startMs: 0, endMs: 1 }
const times = {
  peakBytes: null,
  budgetBytes: null,
  durationMs: null,
  firstResultMs: null,
  isProven: true,
  held: [],
  answerTokens: null
}
const counts = { itemCount: 1, stepRuns: 1, loads: 1, naiveLoads: 1, itemByItemLoads: 1 }

/** One whose plan says that its first step was asked of this model. */
function asked(name: string, of: Chain): RunDetail {
  const models = [{ ...known, id: { hostId: 'ollama', name } }]
  const stepIds = of.steps.slice(0, 1).map(({ id }) => id)
  const done = [{ kind: 'run' as const, models: [0], stepIds, ...span }]
  const plan = { order: 'fewest_loads' as const, models, actions: [], ...counts, ...times }
  const ran = detail({}, of)
  return { ...ran, progress: { ...ran.progress, plan, done } }
}

const figures = (one: RunDetail, other: RunDetail) => comparedFigures([one, other], 0, (id) => `host ${id}`)

describe('what is better', () => {
  const slow = { loads: 9, workedMs: 90_000, tokensPerSecond: 12 }
  const judged = (other: Partial<RunSummary>, of?: Chain) =>
    figures(detail(), detail(other, of))
      .filter(({ better }) => better === 0)
      .map(({ label }) => label)

  it('is told only where both did the same work', () => {
    expect(judged(slow)).toEqual(['Loads', 'Time', 'Speed'])
    expect(judged({ ...slow, stepRunsDone: 60 })).toEqual([])
    expect(judged({ ...slow, inputId: 'other' })).toEqual([])
  })

  it('is not told of the speed where other models did it', () => {
    const changed = testChain([testStep('Draft'), testStep('Verdict', '{{input}}', model('phi4:14b'))])
    expect(judged(slow, changed)).toEqual(['Loads', 'Time'])
  })
})

describe('what was set', () => {
  it('has what differs marked, and what was planned beside what was', () => {
    const rows = figures(
      detail(),
      detail({ order: 'first_result', autoUnload: false, loads: 9, plannedPeakBytes: null })
    )
    expect(rows.filter(({ isUnlike }) => isUnlike).map(({ label, values }) => [label, ...values])).toEqual([
      ['Order', 'Fewest loads', 'First result soonest'],
      ['Unload after use', 'On', 'Off']
    ])
    const row = (label: string) => rows.find((each) => each.label === label)
    expect(row('Models')?.values).toEqual(['qwen3:8b', 'qwen3:8b'])
    expect(row('Loads')).toMatchObject({ values: ['3', '9'], notes: ['3 planned', '3 planned'] })
    expect(row('Peak memory')).toMatchObject({ values: ['14.0 GB', '14.0 GB'], notes: ['14.2 GB planned', null] })
  })

  it('has a row for each step of other models, with the host where that alone tells them apart', () => {
    const changed = testChain([testStep('Verdict', '{{input}}', model('qwen3:8b', 'far')), testStep('Check')])
    const rows = figures(detail(), detail({}, changed)).filter(({ label }) =>
      /Draft|Verdict|Check|Models|Other/.test(label)
    )
    expect(rows.map(({ label, values, isUnlike }) => [label, ...values, isUnlike])).toEqual([
      ['Draft', 'qwen3:8b', '–', true],
      ['Verdict', 'qwen3:8b (host ollama)', 'qwen3:8b (host far)', true],
      ['Check', '–', 'qwen3:8b', true]
    ])
  })

  it('has what an alias stood for in each run', () => {
    const aliased = testChain([testStep('Draft', '{{input}}', model('coder', 'alias'))])
    const of = (one: string, other: string) =>
      figures(asked(one, aliased), asked(other, aliased)).filter(({ label }) => /Draft|Models/.test(label))
    expect(of('a:1b', 'b:1b')).toMatchObject([
      { label: 'Draft', values: ['coder → a:1b', 'coder → b:1b'], isUnlike: true }
    ])
    expect(of('a:1b', 'a:1b')).toMatchObject([{ label: 'Models', isUnlike: false }])
  })
})

describe('what is unlike', () => {
  it('is nothing of two runs of one chain on one input', () => {
    expect(unlikeWords([detail(), detail()])).toBeNull()
    const moved = testChain([testStep('Draft', '{{input}}', { position: { x: 9, y: 9 } }), testStep('Verdict')])
    expect(unlikeWords([detail(), detail({}, moved)])).toBeNull()
  })

  it('tells how the chain was changed, in words', () => {
    const changed = testChain(
      [testStep('Draft', 'Shorter: {{input}}', { ...model('phi4:14b'), options: { seed: 1 } }), testStep('Check')],
      { options: { temperature: 0 } }
    )
    expect(unlikeWords([detail(), detail({}, changed)])).toBe(
      'The chain was changed between them: another model (Draft), another prompt (Draft), other options (Draft), Verdict only in this run, Check only in the other.'
    )
  })

  it('takes what a chain says for all its steps as theirs, and a renamed step for the same', () => {
    const shared = testChain([testStep('Draft', '{{input}}', { name: 'Sketch' }), testStep('Verdict')], {
      system: 'Be brief.'
    })
    expect(unlikeWords([detail(), detail({}, shared)])).toBe(
      'The chain was changed between them: other prompts (Draft, Verdict).'
    )
    const own = testChain([testStep('Draft', '{{input}}', { system: 'Be brief.' }), testStep('Verdict')])
    expect(unlikeWords([detail({}, shared), detail({}, own)])).toBe(
      'The chain was changed between them: another prompt (Verdict).'
    )
  })

  it('tells other inputs and other chains', () => {
    expect(unlikeWords([detail(), detail({ inputId: 'other' })])).toMatch(/different inputs/)
    expect(unlikeWords([detail(), detail({ chainId: 'other' })])).toBe(
      'They are runs of different chains on the same inputs.'
    )
    const many = testChain(Array.from({ length: 5 }, (_, index) => testStep(`S${index}`)))
    expect(unlikeWords([detail(), detail({ chainId: 'other' }, many)])).toContain(
      'S0, S1, S2 and 2 more only in the other'
    )
  })
})
