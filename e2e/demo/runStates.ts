/** Runs to look at: none, one of every status, one in the middle of its work, one that is done, one with failures, two to compare, a huge one. */
import type { Chain } from '../../src/shared/chain.ts'
import type { RunSummary } from '../../src/shared/run.ts'
import { chainStates } from './chainStates.ts'
import { largePlan } from './largePlan.ts'
import { demoPlan } from './chains.ts'
import type { DemoCore } from './pageWork.ts'
import { minute, gb } from './parts.ts'
import { demoCounted, type DemoRun } from './runs.ts'
import type { DemoState } from './state.ts'

const hour = 60 * minute

interface Wish extends Omit<Partial<DemoRun>, 'summary' | 'doneUntil'> {
  id: string
  agoMs: number
  items?: number
  /** By step; left out: all of them. */
  doneUntil?: number[]
  summary?: Partial<RunSummary>
}

function machine(base: DemoState): DemoState {
  return chainStates.chainsList?.(base) ?? base
}

function chainOf(state: DemoState): Chain {
  const [first] = state.chains
  if (first === undefined) throw new Error('The demonstration has no chain.')
  return first.chain
}

function runOf(state: DemoState, { id, agoMs, items = 40, doneUntil, summary = {}, ...rest }: Wish): DemoRun {
  const chain = rest.chain ?? chainOf(state)
  const core = { state } as unknown as DemoCore
  const { plan } = demoPlan(core, { chain, itemCount: items })
  const until = doneUntil ?? chain.steps.map(() => items)
  const stepRuns = items * chain.steps.length
  const stepRunsDone = until.reduce((sum, count) => sum + count, 0)
  const createdAt = Date.now() - agoMs
  const durationMs = plan?.durationMs ?? 600_000
  const run: DemoRun = {
    summary: {
      id,
      chainId: chain.id,
      chainName: chain.name,
      status: 'done',
      order: 'fewest_loads',
      autoUnload: true,
      inputId: 'input-of-forty',
      inputWords: `${items.toLocaleString('en-US')} files, 312 kB`,
      createdAt,
      startedAt: createdAt,
      endedAt: createdAt + durationMs,
      workedMs: Math.round((durationMs * stepRunsDone) / stepRuns),
      itemCount: items,
      items: { waiting: 0, running: 0, done: 0, stopped: 0, failed: 0 },
      notedItems: 0,
      stepRuns,
      stepRunsDone,
      loads: plan?.loads ?? 0,
      plannedLoads: plan?.loads ?? null,
      peakBytes: plan?.peakBytes == null ? null : Math.round(plan.peakBytes * 0.98),
      plannedPeakBytes: plan?.peakBytes ?? null,
      outputTokens: stepRunsDone * 58,
      tokensPerSecond: 31.4,
      remainingMs: null,
      doing: null,
      error: null,
      ...summary
    },
    chain,
    plan,
    replans: [],
    doneUntil: until,
    said: 0,
    failed: {},
    stopped: {},
    tone: 0,
    ...rest
  }
  Object.assign(run.summary, demoCounted(run))
  return run
}

const tooLong = (step: number) => ({ step, words: 'The prompt has 9,212 tokens, and the window of this step 4,096.' })
const failures = { 3: tooLong(0), 11: tooLong(1), 12: tooLong(1) }
const stops = { 7: { step: 1, words: 'no risks found' }, 20: { step: 1, words: 'no risks found' } }

function live(state: DemoState): DemoRun {
  return runOf(state, {
    id: 'run-live-0001',
    agoMs: 4 * minute,
    doneUntil: [40, 17, 0],
    said: 60,
    failed: failures,
    stopped: stops,
    replans: ['qwen3:8b holds 1.2 GB more than expected.'],
    summary: {
      status: 'running',
      endedAt: null,
      loads: 1,
      doing: 'Find risks, item 18 of 40',
      remainingMs: 214_000
    }
  })
}

function everyStatus(state: DemoState): DemoRun[] {
  const longName =
    'Names and places out of every letter of the estate, with what they mean for the family tree and for nobody else'
  const long = { ...chainOf(state), id: 'names', name: longName, steps: chainOf(state).steps.slice(0, 1) }
  const translate = { ...chainOf(state), id: 'translate', name: 'Translate a folder' }
  const notEnded = { endedAt: null } as const
  const diskFull = { code: 'storage_failed' as const, message: 'The disk is full.', hint: 'Make room, then resume.' }
  return [
    live(state),
    runOf(state, {
      id: 'run-queued-001',
      agoMs: 2 * minute,
      chain: translate,
      items: 12,
      doneUntil: [0, 0, 0],
      summary: {
        ...notEnded,
        status: 'queued',
        doing: 'Waiting for the run of Review a folder',
        startedAt: null,
        loads: 0,
        peakBytes: null,
        tokensPerSecond: null
      }
    }),
    runOf(state, {
      id: 'run-paused-001',
      agoMs: 50 * minute,
      chain: translate,
      items: 120,
      doneUntil: [120, 31, 0],
      summary: { ...notEnded, status: 'paused', loads: 2 }
    }),
    runOf(state, {
      id: 'run-broken-001',
      agoMs: 3 * hour,
      items: 300,
      doneUntil: [300, 300, 112],
      summary: { status: 'interrupted', loads: 3 }
    }),
    runOf(state, { id: 'run-done-0001', agoMs: 5 * hour }),
    runOf(state, { id: 'run-lost-0001', agoMs: 7 * hour, failed: failures, stopped: stops, summary: { loads: 5 } }),
    runOf(state, {
      id: 'run-failed-001',
      agoMs: 27 * hour,
      chain: long,
      items: 1_240,
      doneUntil: [430],
      summary: { status: 'failed', error: diskFull }
    }),
    runOf(state, {
      id: 'run-cancel-001',
      agoMs: 51 * hour,
      chain: long,
      items: 8,
      doneUntil: [2],
      summary: { status: 'cancelled' }
    })
  ]
}

/** One of a chain that was changed since, after a dozen of others, and the one before the change: of more items, in another order. */
function unlikeRuns(state: DemoState): DemoRun[] {
  const chain = chainOf(state)
  const [draft, risks, verdict] = chain.steps
  if (draft === undefined || risks === undefined || verdict === undefined) throw new Error('It has three steps.')
  const prompt = 'Summarise in three points, the worst first:\n{{input}}'
  const check = { ...draft, id: 'check', name: 'Check', prompt: 'Is {{steps.Verdict}} fair?' }
  const steps = [{ ...draft, prompt }, risks, { ...verdict, model: { hostId: 'ollama', name: 'qwen3:8b' } }, check]
  const others = Array.from({ length: 13 }, (_, index) =>
    runOf(state, { id: `run-other-${index}`, agoMs: (4 + index) * hour })
  )
  return [
    runOf(state, {
      id: 'run-new-00001',
      agoMs: 2 * hour,
      chain: { ...chain, steps },
      doneUntil: [40, 40, 30, 30],
      failed: failures,
      stopped: stops,
      tone: 1,
      summary: { status: 'cancelled', tokensPerSecond: 34.2, order: 'first_result', autoUnload: false }
    }),
    ...others,
    runOf(state, {
      id: 'run-old-00001',
      agoMs: 29 * hour,
      items: 44,
      summary: { loads: 9, inputId: 'input-of-44', tokensPerSecond: 29.8 }
    })
  ]
}

const withRuns = (made: (state: DemoState) => DemoRun[]) => (base: DemoState) => {
  const state = machine(base)
  return { ...state, runs: made(state) }
}

/** Each from an everyday machine with chains. */
export const runStates: Record<string, (base: DemoState) => DemoState> = {
  runsEmpty: withRuns(() => []),
  runsList: withRuns(everyStatus),
  /** Held in the middle of an answer. */
  runLive: (base) => ({ ...withRuns((state) => [live(state)])(base), isHeld: true }),
  runDone: withRuns((state) => [runOf(state, { id: 'run-done-0001', agoMs: 5 * hour })]),
  runFailedItems: withRuns((state) => [
    runOf(state, { id: 'run-lost-0001', agoMs: 7 * hour, failed: failures, stopped: stops, summary: { loads: 5 } })
  ]),
  runInterrupted: withRuns((state) => everyStatus(state).filter(({ summary }) => summary.status === 'interrupted')),
  runCompare: withRuns((state) => [
    runOf(state, {
      id: 'run-new-00001',
      agoMs: 2 * hour,
      tone: 1,
      summary: { tokensPerSecond: 34.2, peakBytes: 16.1 * gb }
    }),
    runOf(state, { id: 'run-old-00001', agoMs: 29 * hour, summary: { loads: 9, tokensPerSecond: 29.8 } })
  ]),
  runCompareUnlike: withRuns(unlikeRuns),
  runLargePlan: (base) => ({
    ...withRuns((state) => {
      const run = runOf(state, { id: 'run-large-001', agoMs: 3 * hour, items: 1_000, doneUntil: [400, 300, 200] })
      const plan = run.plan && largePlan(run.plan)
      Object.assign(run.summary, { status: 'running', endedAt: null, loads: 90, plannedLoads: 250 })
      return [{ ...run, plan }]
    })(base),
    isHeld: true
  }),
  runHuge: withRuns((state) => [
    runOf(state, {
      id: 'run-huge-0001',
      agoMs: 9 * hour,
      items: 100_000,
      failed: { 99_998: tooLong(2), 500: tooLong(0) }
    })
  ])
}
