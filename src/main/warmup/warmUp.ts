/**
 * One warm-up: a load and one token with the very same load options, model after model. A failure is a warning, told once and answered,
 * and never keeps the next model from its turn.
 */
import { formatBytes } from '../../shared/byteWords.ts'
import type { Actor, NewActivityEvent } from '../../shared/activity.ts'
import { abortedError, StokerError, toErrorInfo, type ErrorInfo } from '../../shared/errors.ts'
import type { Prediction } from '../../shared/fit.ts'
import type { Model, ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Rule, WarmUpResult } from '../../shared/schedule.ts'
import type { Clock } from '../lib/clock.ts'
import type { ModelManager } from '../models/modelManager.ts'
import type { OperationRegistry, RunningOperation } from '../operations/operationRegistry.ts'

export interface WarmUpDeps {
  models: Pick<ModelManager, 'get' | 'ensureLoaded' | 'generate'>
  /** What an id is at this moment: an alias is what it points at. Throws `model_not_found`. */
  resolve: (id: ModelId) => ModelId
  /** Whether it has room, and who would go for it. */
  predict: (id: ModelId, contextLength: number | undefined, signal: AbortSignal) => Promise<Prediction>
  operations: OperationRegistry
  log: (event: NewActivityEvent) => void
  clock: Clock
}

export interface WarmUpWish {
  models: readonly Rule['models'][number][]
  actor: Actor
  /** The rule's name; null: none, a person chose the models. */
  reason: string | null
  /** Whether this one may be unloaded to make room. */
  mayUnload: (id: ModelId) => boolean
  /** Whether a failure of the model at this place is news. */
  isNews: (index: number, error: ErrorInfo) => boolean
  /** A load begins, of this model; null: it has ended. */
  onLoad: (id: ModelId | null) => void
  operationId?: string | undefined
  /** Left out: of no rule. */
  ruleId?: string | undefined
}

export type WarmUp = (wish: WarmUpWish) => Promise<WarmUpResult[]>

/** Any prompt will do: its first token is what is waited for, and thrown away. */
const prompt = 'Hi'

export function createWarmUp(deps: WarmUpDeps): WarmUp {
  const { models, operations, clock } = deps

  return function warmUp(wish) {
    const [only, ...others] = wish.models
    const modelId = only && others.length === 0 ? only.id : null
    return operations.run('warm_up', modelId, wish, async (operation) => {
      const results: WarmUpResult[] = []
      /** What this very warm-up has made ready stays until it ends. */
      const own = new Set<string>()
      for (const [index, model] of wish.models.entries()) {
        operation.progress({ kind: 'steps', done: index, total: wish.models.length, words: model.id.name })
        const result = operation.signal.aborted ? skipped(model.id) : await warmOne(wish, index, own, operation)
        results.push(result)
        const words = wordsOf(result)
        operation.progress({ kind: 'steps', done: index + 1, total: wish.models.length, words })
      }
      return results
    })
  }

  async function warmOne(
    wish: WarmUpWish,
    index: number,
    own: Set<string>,
    operation: RunningOperation
  ): Promise<WarmUpResult> {
    const wanted = wish.models[index]
    if (!wanted) throw new Error(`no model ${index}`)
    const startedAt = clock.now()
    const passedMs = (): number => Math.max(0, clock.now() - startedAt)
    let id = wanted.id
    try {
      id = deps.resolve(wanted.id)
      const outcome = await makeWarm(id, wanted.contextLength ?? undefined, wish, own, operation.signal)
      own.add(modelKey(id))
      if (outcome === 'warm') return { id: wanted.id, outcome, durationMs: null, error: null }
      const durationMs = passedMs()
      log(wish, 'warmed_up', id, durationMs, null)
      return { id: wanted.id, outcome, durationMs, error: null }
    } catch (thrown) {
      const error = operation.signal.aborted ? toErrorInfo(abortedError()) : toErrorInfo(thrown)
      if (error.code === 'aborted') return { id: wanted.id, outcome: 'skipped', durationMs: null, error }
      if (wish.isNews(index, error)) log(wish, 'warmup_failed', id, passedMs(), error)
      const outcome = error.code === 'does_not_fit' || error.code === 'limit_reached' ? 'skipped' : 'failed'
      return { id: wanted.id, outcome, durationMs: null, error }
    } finally {
      wish.onLoad(null)
    }
  }

  async function makeWarm(
    id: ModelId,
    contextLength: number | undefined,
    wish: WarmUpWish,
    own: ReadonlySet<string>,
    signal: AbortSignal
  ): Promise<'ready' | 'warm'> {
    const before = models.get(id)
    if (isWarm(before, contextLength)) return 'warm'
    await requireRoom(id, contextLength, (other) => wish.mayUnload(other) && !own.has(modelKey(other)), signal)
    wish.onLoad(id)
    const { actor, reason } = wish
    const loaded = await models.ensureLoaded(id, { actor, reason, contextLength, signal })
    // Its host gave it another context than asked for, as it had before: nothing was loaded.
    if (before.state === 'ready' && loaded.loadedAt === before.loadedAt) return 'warm'
    if (isForEmbedding(loaded)) return 'ready'
    try {
      await models.generate(id, {
        actor,
        reason,
        prompt,
        contextLength,
        options: { maxTokens: 1 },
        isWarmup: true,
        signal
      })
    } catch (thrown) {
      // An older server does not say that a model is for embeddings only; loaded it is all the same.
      if (toErrorInfo(thrown).code !== 'not_supported') throw thrown
    }
    return 'ready'
  }

  /** The manager makes room by its own rules, which know nothing of whose models the schedule has promised to keep. */
  async function requireRoom(
    id: ModelId,
    contextLength: number | undefined,
    mayUnload: (id: ModelId) => boolean,
    signal: AbortSignal
  ): Promise<void> {
    const { isAllowed, unload, sum, needBytes } = await deps.predict(id, contextLength, signal)
    const inTheWay = unload.filter((other) => !mayUnload(other)).map(({ name }) => name)
    if (isAllowed && inTheWay.length === 0) return
    const need = needBytes === null ? '' : ` It needs ${formatBytes(needBytes)}.`
    const over = sum.overBytes ? `, ${formatBytes(sum.overBytes)} too much` : ''
    const message =
      inTheWay.length > 0
        ? `${id.name} has no room beside ${inTheWay.join(' and ')}.${need}`
        : `${id.name} does not fit${over}.${need}`
    throw new StokerError('does_not_fit', message, 'Unload something, or let the rules follow each other.')
  }

  function log(
    { actor, reason }: WarmUpWish,
    kind: 'warmed_up' | 'warmup_failed',
    id: ModelId,
    durationMs: number,
    error: ErrorInfo | null
  ): void {
    deps.log({ kind, actor, modelId: id, hostId: id.hostId, reason, durationMs, bytes: null, error })
  }
}

function isWarm({ state, contextLength: inForce }: Model, contextLength: number | undefined): boolean {
  return state === 'ready' && (contextLength === undefined || contextLength === inForce)
}

function isForEmbedding({ capabilities }: Model): boolean {
  return capabilities !== null && capabilities.includes('embedding') && !capabilities.includes('completion')
}

function skipped(id: ModelId): WarmUpResult {
  return { id, outcome: 'skipped', durationMs: null, error: toErrorInfo(abortedError()) }
}

/** "llama3.2:3b ready in 6.2 s". */
function wordsOf({ id, outcome, durationMs }: WarmUpResult): string {
  switch (outcome) {
    case 'ready':
      return `${id.name} ready in ${((durationMs ?? 0) / 1_000).toFixed(1)} s`
    case 'warm':
      return `${id.name} was ready`
    case 'failed':
      return `${id.name} failed`
    case 'skipped':
      return `${id.name} skipped`
  }
}
