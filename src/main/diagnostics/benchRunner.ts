/** One model on the test bench: loaded, asked one simple question with the limits in force, classed, and left as it was. */
import { StokerError, toErrorInfo, type ErrorInfo } from '../../shared/errors.ts'
import type { BenchResult } from '../../shared/diagnostics.ts'
import type { GenerateResult, Model, ModelId, TimeLimit } from '../../shared/model.ts'
import { delay, type Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { benchOutcome } from './benchOutcome.ts'
import { isEmbeddingOnly, isResident, isUsedSince, type DiagnosedModels } from './diagnosedModels.ts'

const reason = 'for the test bench'
/** For others who work meanwhile: what is in use now may go in a moment. */
const patienceMs = 120_000
const againAfterMs = 2_000
/** The beginning of an answer that is kept. */
const keptLetters = 240

interface BenchDeps {
  models: DiagnosedModels
  limitsOf: (id: ModelId) => readonly TimeLimit[]
  clock: Clock
  logger: Logger
}

/**
 * Rejects only when the signal aborts: a model that fails is a result. null: somebody ended its load or its answer alone, which says
 * nothing of the model.
 */
export type BenchOne = (id: ModelId, signal: AbortSignal) => Promise<BenchResult | null>

export function createBenchRunner({ models, limitsOf, clock, logger }: BenchDeps): BenchOne {
  const nothing = {
    loadMs: null,
    firstTokenMs: null,
    totalMs: null,
    tokensPerSecond: null,
    heldBytes: null,
    text: null
  }

  async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; ms: number }> {
    const startedAt = clock.now()
    const result = await work()
    return { result, ms: Math.max(0, clock.now() - startedAt) }
  }

  /** Another model in use is no fault of this one: its turn comes when that is idle. */
  async function inTurn<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const until = clock.now() + patienceMs
    for (;;) {
      try {
        return await work()
      } catch (thrown) {
        const isBusy = models.list().some((model) => model.activeRequests > 0 || model.state === 'loading')
        if (toErrorInfo(thrown).code !== 'limit_reached' || !isBusy || clock.now() >= until) throw thrown
        await delay(clock, againAfterMs, signal)
      }
    }
  }

  async function tryIt(model: Model, signal: AbortSignal): Promise<BenchResult | null> {
    const { id } = model
    const measured: Omit<BenchResult, 'id' | 'at' | 'outcome' | 'reason' | 'error'> = { ...nothing }
    const ended = (rest: Pick<BenchResult, 'outcome' | 'reason' | 'error'>): BenchResult => ({
      id,
      at: clock.now(),
      ...measured,
      heldBytes: models.find(id)?.heldBytes ?? null,
      ...rest
    })
    try {
      await inTurn(signal, async () => {
        const wasThere = isResident(models.find(id) ?? model)
        const load = await timed(() => models.load(id, reason, signal))
        if (!wasThere) measured.loadMs = load.ms
        if (isEmbeddingOnly(model)) return
        // Somebody else's load may have taken its room before it was asked.
        const answer = await timed(() => models.ask(id, reason, signal))
        measured.totalMs = answer.ms
        Object.assign(measured, partsOf(answer.result))
      })
      return ended({ ...benchOutcome(measured, limitsOf(id)), error: null })
    } catch (thrown) {
      signal.throwIfAborted()
      const error = toErrorInfo(thrown)
      if (error.code === 'aborted') return null
      return ended({ outcome: 'fails', reason: error.message, error })
    }
  }

  /** A run that is cancelled takes its model out of memory all the same. */
  async function putAway(id: ModelId, startedAt: number): Promise<void> {
    const model = models.find(id)
    // Somebody else has begun to use it: theirs now.
    if (!model || !isResident(model) || isUsedSince(model, startedAt)) return
    await models
      .unload(id, 'after its turn on the test bench', new AbortController().signal)
      .catch((thrown: unknown) => logger.warn(`${id.name} was not unloaded after the bench`, toErrorInfo(thrown)))
  }

  return async (id, signal) => {
    const model = models.find(id)
    const problem = model === undefined ? notThere(id) : problemOf(model)
    if (model === undefined || problem !== null)
      return { id, at: clock.now(), outcome: 'fails', reason: problem?.message ?? null, ...nothing, error: problem }
    const startedAt = clock.now()
    try {
      return await tryIt(model, signal)
    } finally {
      if (!isResident(model)) await putAway(id, startedAt)
    }
  }
}

/** Throws where nothing was said at all. */
function partsOf(answer: GenerateResult): Pick<BenchResult, 'firstTokenMs' | 'tokensPerSecond' | 'text'> {
  const { firstTokenMs, tokensPerSecond, outputTokens } = answer
  const text = answer.text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  // A model that only thought has said something, though not aloud.
  if (text === '' && (outputTokens ?? 0) === 0)
    throw new StokerError('bad_answer', 'It ended its answer without a word.', 'Look at its prompt template.')
  return { firstTokenMs, tokensPerSecond, text: text === '' ? null : beginningOf(text) }
}

function beginningOf(text: string): string {
  const letters = [...text]
  return letters.length <= keptLetters ? text : `${letters.slice(0, keptLetters).join('')}…`
}

function notThere({ name }: ModelId): ErrorInfo {
  return { code: 'model_not_found', message: `${name} is not on its host.`, hint: 'Refresh the list, or pull it.' }
}

/** A file that Stoker itself has read and found to be bad need not be tried. What a server once said may be mended since. */
function problemOf({ id, state, error, providerKind }: Model): ErrorInfo | null {
  if (state === 'absent') return notThere(id)
  const isBadFile = error?.code === 'bad_model_file' || error?.code === 'unknown_architecture'
  return providerKind === 'llamacpp' && state === 'failed' && isBadFile ? error : null
}
