/** What Stoker counts of itself, for Prometheus: fed by what happens, written down when asked for. */
import type { ActivityKind, NewActivityEvent } from '../../shared/activity.ts'
import type { ErrorInfo } from '../../shared/errors.ts'
import type { MemorySample } from '../../shared/memory.ts'
import type { GenerateResult, ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import { writeExposition, type Exposition, type Family } from './exposition.ts'
import { createGauges, type GaugeSources } from './gauges.ts'
import { createCounter, createHistogram, type Labels, type Tally } from './tally.ts'

/** One call through the request pipeline of a host, ended. */
export interface CallObservation {
  hostId: string
  /** The provider's method: load, generate, list. */
  route: string
  durationMs: number
  /** Null: it did not have to wait for a turn. */
  queueWaitMs: number | null
  error: Pick<ErrorInfo, 'code' | 'phase'> | null
}

export interface Metrics {
  noteActivity(event: NewActivityEvent): void
  noteSample(sample: MemorySample): void
  noteCall(call: CallObservation): void
  noteAnswer(answer: { id: ModelId; result: GenerateResult }): void
  /** The text of `GET /metrics`. */
  write(): Promise<Exposition>
}

const loadBounds = [0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640]
const callBounds = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800]
const waitBounds = [0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120]
const firstTokenBounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120]
const rateBounds = [1, 2, 3, 5, 10, 20, 40, 80, 160]

/** What a load or an unload came to, by the line of the event log that tells it. */
const loadOutcomes: Partial<Record<ActivityKind, string>> = {
  loaded: 'done',
  load_failed: 'failed',
  load_cancelled: 'cancelled'
}
const unloadOutcomes: Partial<Record<ActivityKind, string>> = { unloaded: 'done', unload_failed: 'failed' }
const warmupOutcomes: Partial<Record<ActivityKind, string>> = {
  warmed_up: 'done',
  warmup_failed: 'failed',
  warmup_missed: 'missed'
}
/** Who unloads without being asked to by a person or a program. */
const evictors: readonly string[] = ['limit', 'budget', 'pressure', 'keep_alive']

function createTallies() {
  return {
    loads: createCounter(),
    loadSeconds: createHistogram(loadBounds),
    lateLoads: createCounter(),
    unloads: createCounter(),
    evictions: createCounter(),
    returnedBytes: createCounter(),
    engineCrashes: createCounter(),
    warmups: createCounter(),
    samples: createCounter(),
    callSeconds: createHistogram(callBounds),
    queueSeconds: createHistogram(waitBounds),
    errors: createCounter(),
    answers: createCounter(),
    promptTokens: createCounter(),
    outputTokens: createCounter(),
    firstTokenSeconds: createHistogram(firstTokenBounds),
    tokenRates: createHistogram(rateBounds)
  }
}
type Tallies = ReturnType<typeof createTallies>

function familiesOf(tallies: Tallies): Family[] {
  const family = (type: Family['type'], name: string, help: string, { points }: Tally): Family => ({
    name,
    help,
    type,
    points
  })
  return [
    family('counter', 'stoker_loads_total', 'Loads that ended, by who asked and how they ended.', tallies.loads),
    family('histogram', 'stoker_load_seconds', 'What loads took that were done.', tallies.loadSeconds),
    family('counter', 'stoker_late_loads_total', 'Loads that took longer than their limit.', tallies.lateLoads),
    family('counter', 'stoker_unloads_total', 'Unloads that ended, by who asked and how they ended.', tallies.unloads),
    family('counter', 'stoker_evictions_total', 'Unloads that nobody asked for, by reason.', tallies.evictions),
    family('counter', 'stoker_returned_bytes_total', 'Memory seen to come back after unloads.', tallies.returnedBytes),
    family('counter', 'stoker_engine_crashes_total', 'Loaded models whose engine died unasked.', tallies.engineCrashes),
    family('counter', 'stoker_warmups_total', 'Warm-ups of the schedule.', tallies.warmups),
    family('counter', 'stoker_memory_samples_total', 'Memory samples taken.', tallies.samples),
    family('histogram', 'stoker_call_seconds', 'Calls to hosts, without the wait for a turn.', tallies.callSeconds),
    family('histogram', 'stoker_queue_wait_seconds', 'Waits for a turn.', tallies.queueSeconds),
    family(
      'counter',
      'stoker_call_errors_total',
      'Calls to hosts that failed, by class; phase: which limit was overrun.',
      tallies.errors
    ),
    family('counter', 'stoker_answers_total', 'Answers that ended well.', tallies.answers),
    family(
      'counter',
      'stoker_prompt_tokens_total',
      'Tokens of prompts, where the host counts them.',
      tallies.promptTokens
    ),
    family(
      'counter',
      'stoker_output_tokens_total',
      'Tokens of answers, where the host counts them.',
      tallies.outputTokens
    ),
    family(
      'histogram',
      'stoker_first_token_seconds',
      'From a request to the first token of its answer.',
      tallies.firstTokenSeconds
    ),
    family('histogram', 'stoker_answer_tokens_per_second', 'Speed of answers.', tallies.tokenRates)
  ]
}

export function createMetrics(sources: GaugeSources): Metrics {
  let newest: MemorySample | null = null
  const tallies = createTallies()
  tallies.samples.open({})
  const families = [...createGauges(sources, () => newest), ...familiesOf(tallies)]

  return {
    noteActivity: (event) => countActivity(tallies, event),
    noteSample(sample) {
      newest = sample
      tallies.samples.add({})
    },
    noteCall({ hostId, route, durationMs, queueWaitMs, error }) {
      tallies.callSeconds.add({ host: hostId, call: route }, durationMs / 1000)
      if (queueWaitMs !== null) tallies.queueSeconds.add({ host: hostId }, queueWaitMs / 1000)
      if (error) tallies.errors.add({ host: hostId, call: route, code: error.code, phase: error.phase ?? '' })
    },
    noteAnswer({ id, result }) {
      const ofModel = { host: id.hostId, model: id.name }
      const { promptTokens, outputTokens, firstTokenMs, tokensPerSecond } = result
      tallies.answers.add(ofModel)
      if (promptTokens !== null) tallies.promptTokens.add(ofModel, promptTokens)
      if (outputTokens !== null) tallies.outputTokens.add(ofModel, outputTokens)
      if (firstTokenMs !== null) tallies.firstTokenSeconds.add({ host: id.hostId }, firstTokenMs / 1000)
      if (tokensPerSecond !== null) tallies.tokenRates.add({ host: id.hostId }, tokensPerSecond)
    },
    write() {
      const isThere = presence(sources)
      for (const tally of Object.values(tallies)) tally.keep(isThere)
      for (const { id } of sources.hosts()) openForHost(tallies, id)
      return writeExposition(families)
    }
  }
}

function countActivity(tallies: Tallies, { kind, actor, hostId, durationMs, bytes }: NewActivityEvent): void {
  const host = hostId ?? ''
  const load = loadOutcomes[kind]
  if (load !== undefined) tallies.loads.add({ host, by: actor, outcome: load })
  if (kind === 'loaded' && durationMs !== null) tallies.loadSeconds.add({ host }, durationMs / 1000)
  if (kind === 'load_late') tallies.lateLoads.add({ host })
  const unload = unloadOutcomes[kind]
  if (unload !== undefined) tallies.unloads.add({ host, by: actor, outcome: unload })
  if (kind === 'unloaded' && evictors.includes(actor)) tallies.evictions.add({ host, reason: actor })
  if (kind === 'unloaded' && bytes !== null) tallies.returnedBytes.add({ host }, bytes)
  if (kind === 'engine_crashed') tallies.engineCrashes.add({ host })
  const warmup = warmupOutcomes[kind]
  if (warmup !== undefined) tallies.warmups.add({ host, outcome: warmup })
}

/** What is told of every host from the start, and bounded. */
function openForHost(tallies: Tallies, host: string): void {
  const { loadSeconds, lateLoads, engineCrashes, returnedBytes, queueSeconds, firstTokenSeconds, tokenRates } = tallies
  for (const tally of [
    loadSeconds,
    lateLoads,
    engineCrashes,
    returnedBytes,
    queueSeconds,
    firstTokenSeconds,
    tokenRates
  ])
    tally.open({ host })
  for (const reason of evictors) tallies.evictions.open({ host, reason })
}

/** Hosts that were removed and models that were deleted leave the text; else it would only ever grow. */
function presence({ hosts, models }: GaugeSources): (labels: Labels) => boolean {
  const hostIds = new Set(['', 'other', ...hosts().map(({ id }) => id)])
  const keys = new Set(['other/other', ...models().map(({ id }) => modelKey(id))])
  return ({ host, model }) => {
    if (host === undefined) return true
    return hostIds.has(host) && (model === undefined || keys.has(modelKey({ hostId: host, name: model })))
  }
}
