/**
 * Runs of the demonstration, that answer step after step, as long as a story lets them.
 * Put into the page as text, so every function stands at its top.
 */
import type { Chain } from '../../src/shared/chain.ts'
import type { Input } from '../../src/shared/contract.ts'
import type { Plan, PlanAction } from '../../src/shared/plan.ts'
import type { ItemStatus, RunItem, RunProgress, RunSummary, StepResult, StepTexts } from '../../src/shared/run.ts'
import { stepNote } from '../../src/shared/stepNotes.ts'
import { demoFindChain, demoPlan } from './chains.ts'
import type { DemoInput } from './inputs.ts'
import { DemoFailure, pause, send, type DemoCore } from './pageWork.ts'

/** Ended before its last step, and why. */
export interface DemoEnd {
  step: number
  words: string
}

export interface DemoRun {
  summary: RunSummary
  chain: Chain
  plan: Plan | null
  replans: string[]
  /** By step: so many items, from the first, have it behind them. */
  doneUntil: number[]
  /** Letters that the answer under way has said. */
  said: number
  failed: Record<number, DemoEnd>
  stopped: Record<number, DemoEnd>
  /** Said otherwise than in another run of the same. */
  tone: number
}

const demoWords = [
  'The change is sound, but its error path is never taken by a test.',
  'It reads the file twice where once would do.',
  'Names are clear and the structure follows the one described in the notes.',
  'The limit is checked after the buffer has been filled.',
  'Nothing here touches what is written to disk.',
  'A retry would ask the server again although the answer was refused for good.'
]

export function demoFindRun(core: DemoCore, runId: string): DemoRun {
  const run = core.state.runs.find(({ summary }) => summary.id === runId)
  if (!run) throw new DemoFailure('invalid_input', 'There is no such run. It may have been removed.')
  return run
}

export function demoRunList(core: DemoCore, { beforeAt = Infinity, chainId, limit = 100 }: Input<'runs.list'>) {
  const runs = core.state.runs.map(({ summary }) => summary)
  const asked = runs.filter((run) => run.createdAt < beforeAt && (chainId === undefined || run.chainId === chainId))
  return { runs: asked.sort((a, b) => b.createdAt - a.createdAt).slice(0, limit) }
}

export function demoRunProgress({ plan, summary, replans }: DemoRun): RunProgress {
  const share = summary.stepRuns === 0 ? 0 : summary.stepRunsDone / summary.stepRuns
  const nowMs = summary.status === 'queued' ? 0 : summary.workedMs
  // What was planned at first took so much time of it as was truly needed.
  const factor = plan?.durationMs ? nowMs / Math.max(1, plan.durationMs * Math.max(share, 0.001)) : 1
  const scaled = (atMs: number): number => Math.round(atMs * factor)
  const actions = (plan?.actions ?? []).map((action): PlanAction => ({
    ...action,
    startMs: scaled(action.startMs),
    endMs: scaled(action.endMs)
  }))
  const held = (plan?.held ?? []).map(({ atMs, bytes }) => ({ atMs: scaled(atMs), bytes }))
  const done = actions
    .filter(({ startMs }) => startMs < nowMs)
    .map((action) => ({ ...action, endMs: Math.min(action.endMs, nowMs) }))
  const measured = held.filter(({ atMs }) => atMs <= nowMs).map(({ atMs, bytes }) => ({ atMs, bytes: bytes * 0.97 }))
  return { plan: plan && { ...plan, actions, held }, done, held: measured, nowMs, replans }
}

export function demoRunDetail(core: DemoCore, runId: string) {
  const run = demoFindRun(core, runId)
  return { run: run.summary, chain: run.chain, progress: demoRunProgress(run) }
}

/** The step that answers just now. */
function demoTurn({ summary, doneUntil }: DemoRun): { item: number; step: number } | null {
  if (summary.status !== 'running') return null
  const step = doneUntil.findIndex((count) => count < summary.itemCount)
  return step < 0 ? null : { item: doneUntil[step] ?? 0, step }
}

export function demoOutput(run: DemoRun, item: number, step: number): string {
  const of = run.chain.steps[step]
  if (of?.output.format === 'json')
    return JSON.stringify({
      risks: [demoWords[(item + run.tone) % 6], demoWords[(item + 2) % 6]],
      worst: item % 3 === 0 ? 'high' : 'low'
    })
  const count = 2 + ((item + step) % 3)
  const said = Array.from({ length: count }, (_, index) => demoWords[(item + step + index * (1 + run.tone)) % 6])
  return step === run.chain.steps.length - 1
    ? `**Go.** ${said.join(' ')}`
    : said.map((words) => `- ${words}`).join('\n')
}

function demoStep(run: DemoRun, item: number, step: number): StepResult {
  const of = run.chain.steps[step]
  const turn = demoTurn(run)
  const failed = run.failed[item]
  const stopped = run.stopped[item]
  const ended = failed ?? stopped
  const isReached = item < (run.doneUntil[step] ?? 0)
  const isRunning = turn?.item === item && turn.step === step
  const status: StepResult['status'] =
    ended && step > ended.step && item < (run.doneUntil[ended.step] ?? 0)
      ? 'skipped'
      : failed?.step === step && isReached
        ? 'failed'
        : isReached
          ? 'done'
          : isRunning
            ? 'running'
            : 'waiting'
  const letters = status === 'done' ? demoOutput(run, item, step).length : 0
  const durationMs = 1_800 + ((item * 613 + step * 977) % 3_000)
  const outputTokens = Math.round(letters / 4.2)
  const isDone = status === 'done'
  const error =
    status === 'failed'
      ? {
          code: 'context_exceeded' as const,
          message: failed?.words ?? '',
          hint: 'Allow this step to cut its prompt, or give it a longer context.'
        }
      : null
  return {
    item,
    stepId: of?.id ?? '',
    status,
    modelId: status === 'waiting' || status === 'skipped' ? null : (run.plan?.models[step]?.id ?? of?.model ?? null),
    isFallback: isDone && item % 17 === 5 && step === 1,
    attempts: status === 'waiting' || status === 'skipped' ? 0 : item % 11 === 4 ? 2 : 1,
    startedAt: status === 'waiting' ? null : (run.summary.startedAt ?? 0) + item * 3_000,
    durationMs: isDone ? durationMs : null,
    loadMs: isDone ? (item === 0 ? 6_200 : 0) : null,
    promptTokens: isDone ? 340 + ((item * 97) % 800) : null,
    outputTokens: isDone ? outputTokens : null,
    firstTokenMs: isDone ? 180 + ((item * 31) % 300) : null,
    tokensPerSecond: isDone ? Math.round((outputTokens / durationMs) * 1e5) / 100 : null,
    heldBytes: isDone ? (run.plan?.models[step]?.needBytes ?? null) : null,
    letters,
    contextNote:
      isDone && item % 9 === 2 && step === 0 ? '4,100 of 9,000 tokens cut from the middle (estimated)' : null,
    error
  }
}

function demoItemStatus(run: DemoRun, item: number): ItemStatus {
  const isPast = ({ step }: DemoEnd): boolean => item < (run.doneUntil[step] ?? 0)
  const failed = run.failed[item]
  const stopped = run.stopped[item]
  if (failed && isPast(failed)) return 'failed'
  if (stopped && isPast(stopped)) return 'stopped'
  if (run.doneUntil.every((count) => item < count)) return 'done'
  return demoTurn(run)?.item === item ? 'running' : 'waiting'
}

function demoItemText(core: DemoCore, run: DemoRun, item: number): DemoInput['texts'][number] {
  const kept = core.state.inputs.find(({ id }) => id === run.summary.inputId)?.texts[item]
  if (kept) return kept
  const folder = ['src', 'docs', 'notes', 'src/parsers'][item % 4] ?? ''
  const name = `${folder}/${['reader', 'writer', 'limits', 'queue', 'words'][item % 5] ?? ''}-${item + 1}.md`
  return { name, text: `# ${name}\n\n${demoWords.join('\n\n')}`, columns: null }
}

export function demoRunItem(core: DemoCore, run: DemoRun, item: number): RunItem {
  const { name, text } = demoItemText(core, run, item)
  const status = demoItemStatus(run, item)
  const steps = run.chain.steps.map((_, step) => demoStep(run, item, step))
  return {
    item,
    name,
    preview: text.slice(0, 200),
    status,
    reason: status === 'stopped' ? (run.stopped[item]?.words ?? null) : null,
    error: steps.find((step) => step.error !== null)?.error ?? null,
    finalOutput: demoFinal(run, item, status)?.slice(0, 300) ?? null,
    steps
  }
}

function demoFinal(run: DemoRun, item: number, status: ItemStatus): string | null {
  if (status === 'done') return demoOutput(run, item, run.chain.steps.length - 1)
  return status === 'stopped' ? demoOutput(run, item, run.stopped[item]?.step ?? 0) : null
}

export function demoRunItems(core: DemoCore, asked: Input<'runs.items'>) {
  const { runId, status, search = '', fromItem = 0, limit = 100 } = asked
  const run = demoFindRun(core, runId)
  const words = search.toLowerCase()
  const isAsked = (item: number): boolean => {
    if (status === 'noted' ? !demoIsNoted(run, item) : status !== undefined && demoItemStatus(run, item) !== status)
      return false
    if (words === '') return true
    const { name, finalOutput } = demoRunItem(core, run, item)
    return `${name} ${finalOutput ?? ''}`.toLowerCase().includes(words)
  }
  const isAll = status === undefined && words === ''
  const every = Array.from({ length: run.summary.itemCount }, (_, item) => item)
  const found = isAll ? every : every.filter(isAsked)
  const page = (isAll ? every.slice(fromItem) : found.filter((item) => item >= fromItem)).slice(0, limit)
  return { items: page.map((item) => demoRunItem(core, run, item)), total: found.length }
}

export function demoRunStep(core: DemoCore, { runId, item, stepId }: Input<'runs.step'>): StepTexts {
  const run = demoFindRun(core, runId)
  const step = run.chain.steps.findIndex(({ id }) => id === stepId)
  const result = demoStep(run, item, step)
  const output = demoOutput(run, item, step)
  const text = result.status === 'done' ? output : result.status === 'running' ? output.slice(0, run.said) : ''
  const prompt = (run.chain.steps[step]?.prompt ?? '').replaceAll('{{input}}', demoItemText(core, run, item).text)
  const isAsked = result.status !== 'waiting' && result.status !== 'skipped'
  return { ...result, prompt: isAsked ? prompt : null, system: null, text }
}

export function demoRunItemTexts(core: DemoCore, { runId, item }: Input<'runs.item'>) {
  const run = demoFindRun(core, runId)
  const { name, text, columns } = demoItemText(core, run, item)
  return { name, input: text, columns, finalOutput: demoFinal(run, item, demoItemStatus(run, item)) }
}

export function demoCounted(run: DemoRun): Pick<RunSummary, 'items' | 'notedItems'> {
  const items = { waiting: 0, running: 0, done: 0, stopped: 0, failed: 0 }
  let notedItems = 0
  for (let item = 0; item < run.summary.itemCount; item += 1) {
    items[demoItemStatus(run, item)] += 1
    notedItems += Number(demoIsNoted(run, item))
  }
  return { items, notedItems }
}

function demoIsNoted(run: DemoRun, item: number): boolean {
  const status = demoItemStatus(run, item)
  if (status !== 'done' && status !== 'stopped') return false
  return run.chain.steps.some((_, step) => stepNote(demoStep(run, item, step)) !== null)
}

function demoTell(core: DemoCore, run: DemoRun): void {
  const { summary, doneUntil } = run
  const { itemCount, stepRuns, workedMs } = summary
  Object.assign(summary, demoCounted(run))
  summary.stepRunsDone = doneUntil.reduce((sum, count) => sum + Math.min(count, itemCount), 0)
  const share = stepRuns === 0 ? 1 : summary.stepRunsDone / stepRuns
  summary.remainingMs = summary.status === 'running' && share > 0 ? Math.round((workedMs / share) * (1 - share)) : null
  const turn = demoTurn(run)
  const step = turn && run.chain.steps[turn.step]
  if (summary.status === 'running')
    summary.doing = step ? `${step.name}, item ${(turn?.item ?? 0) + 1} of ${itemCount}` : null
  else if (summary.status !== 'queued') summary.doing = null
  send(core, { type: 'runs.changed', payload: demoRunList(core, {}) })
  send(core, { type: 'run.progressed', payload: { runId: summary.id, progress: demoRunProgress(run) } })
}

/** Answers word by word until it is over, paused or cancelled; a story that holds the work moves it from piece to piece. */
export async function demoWork(core: DemoCore, run: DemoRun): Promise<void> {
  const runId = run.summary.id
  for (;;) {
    await pause(core, core.state.runPieceMs)
    const turn = demoTurn(run)
    if (turn === null) break
    const { item, step } = turn
    const stepId = run.chain.steps[step]?.id ?? ''
    const output = demoOutput(run, item, step)
    run.summary.workedMs += core.state.runPieceMs
    if (run.said < output.length && run.failed[item]?.step !== step) {
      const text = output.slice(run.said, run.said + 24)
      run.said += text.length
      send(core, { type: 'run.tokens', payload: { runId, item, stepId, text } })
      continue
    }
    run.said = 0
    run.doneUntil[step] = demoNext(run, item, step)
    run.summary.outputTokens += Math.round(output.length / 4.2)
    demoTell(core, run)
    const next = demoTurn(run)
    const moved = [demoStep(run, item, step), ...(next ? [demoStep(run, next.item, next.step)] : [])]
    send(core, { type: 'run.moved', payload: { runId, steps: moved } })
    if (next === null) return demoEnd(core, run, 'done')
  }
}

/** What has failed or stopped before is passed by. */
function demoNext({ failed, stopped, summary }: DemoRun, item: number, step: number): number {
  const isOut = (at: number): boolean => [failed[at], stopped[at]].some((end) => end !== undefined && end.step < step)
  let next = item + 1
  while (next < summary.itemCount && isOut(next)) next += 1
  return next
}

function demoEnd(core: DemoCore, run: DemoRun, status: RunSummary['status']): void {
  Object.assign(run.summary, { status, endedAt: status === 'paused' ? null : Date.now() })
  if (status === 'done') run.summary.loads = run.plan?.loads ?? 0
  demoTell(core, run)
}

export function demoStartRun(core: DemoCore, input: Input<'chains.run'>) {
  const { plan } = demoPlan(core, input)
  if (plan === null) throw new DemoFailure('invalid_input', 'The chain cannot be run yet.')
  const chain = structuredClone((input.chain ?? demoFindChain(core, input.chainId ?? '').chain) as Chain)
  const of = core.state.inputs.find(({ id }) => id === input.inputId)
  const itemCount = of?.itemCount ?? plan.itemCount
  const run: DemoRun = {
    summary: {
      id: input.operationId ?? `run-${core.state.runs.length}-made`,
      chainId: chain.id,
      chainName: chain.name,
      status: 'running',
      order: input.order ?? 'fewest_loads',
      autoUnload: input.autoUnload ?? true,
      inputId: input.inputId ?? 'no-input',
      inputWords: `${itemCount} ${of?.kind === 'files' ? 'files' : 'items'}`,
      createdAt: Date.now(),
      startedAt: Date.now(),
      endedAt: null,
      workedMs: 0,
      itemCount,
      items: { waiting: itemCount, running: 0, done: 0, stopped: 0, failed: 0 },
      notedItems: 0,
      stepRuns: itemCount * chain.steps.length,
      stepRunsDone: 0,
      loads: 0,
      plannedLoads: plan.loads,
      peakBytes: null,
      plannedPeakBytes: plan.peakBytes,
      outputTokens: 0,
      tokensPerSecond: null,
      remainingMs: plan.durationMs,
      doing: `Loading ${plan.models[0]?.id.name ?? ''}`,
      error: null
    },
    chain,
    plan,
    replans: [],
    doneUntil: chain.steps.map(() => 0),
    said: 0,
    failed: {},
    stopped: {},
    tone: 1
  }
  core.state.runs = [run, ...core.state.runs]
  demoTell(core, run)
  void demoWork(core, run)
  return { run: run.summary }
}

export function demoHaltRun(core: DemoCore, runId: string, status: 'paused' | 'cancelled') {
  const run = demoFindRun(core, runId)
  demoEnd(core, run, status)
  return { run: run.summary }
}

export function demoResumeRun(core: DemoCore, runId: string) {
  const run = demoFindRun(core, runId)
  Object.assign(run.summary, { status: 'running', endedAt: null, error: null })
  demoTell(core, run)
  void demoWork(core, run)
  return { run: run.summary }
}

/** What failed goes well this time. */
export function demoRetryRun(core: DemoCore, { runId, items }: Input<'runs.retry'>) {
  const run = demoFindRun(core, runId)
  for (const item of items ?? Object.keys(run.failed).map(Number)) {
    const end = run.failed[item]
    delete run.failed[item]
    if (end)
      run.chain.steps.forEach((_, step) =>
        send(core, { type: 'run.moved', payload: { runId, steps: [demoStep(run, item, step)] } })
      )
  }
  demoTell(core, run)
  return { run: run.summary }
}

export function demoRemoveRun(core: DemoCore, runId: string) {
  const run = demoFindRun(core, runId)
  core.state.runs = core.state.runs.filter((each) => each !== run)
  send(core, { type: 'runs.changed', payload: demoRunList(core, {}) })
  return {}
}

/** What was under way when the page was opened goes on. */
export function demoGoOnWithRuns(core: DemoCore): void {
  for (const run of core.state.runs) if (run.summary.status === 'running') void demoWork(core, run)
}
