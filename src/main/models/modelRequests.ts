/** Asking a model: loaded first if it is not, counted as busy while it answers, its idle time begun anew when it has. */
import type { OutputFormat } from '../../shared/chain.ts'
import { abortedError } from '../../shared/errors.ts'
import type { ChatMessage, GenerateOptions, GenerateResult } from '../../shared/model.ts'
import { createTextBatcher } from '../lib/textBatcher.ts'
import type { RunningOperation } from '../operations/operationRegistry.ts'
import type { GenerateRequest } from '../providers/provider.ts'
import { createAnswerMeter, type AnswerMeter } from './answerMeter.ts'
import type { ModelContext, Request } from './modelContext.ts'
import type { ModelKeepAlive } from './modelKeepAlive.ts'
import type { ModelLoads, ReadyWish } from './modelLoads.ts'
import type { ModelRecord } from './modelRecord.ts'
import type { Savings } from './savings.ts'
import { isReadyWith } from './sharedLoad.ts'

const textEveryMs = 40
/** A warm-up is no use: what should go after its first one stays until then, as long as a load alone would keep it. */
const untilFirstUseSeconds = 300

export interface GenerateWish extends Request, ReadyWish {
  prompt: string
  messages?: ChatMessage[] | undefined
  system?: string | undefined
  options?: GenerateOptions | undefined
  /** Left out: text. */
  format?: OutputFormat | undefined
  operationId?: string | undefined
  /** Of the schedule: no use of the model, but its first token still teaches. */
  isWarmup?: boolean | undefined
  /** Who asks, for a fair order among them in the host's queue; left out: the actor. */
  caller?: string | undefined
  /** Ends it as its operation does. */
  signal?: AbortSignal | undefined
  /** Its place in the host's queue has come; never told where nothing was waited for. */
  onTurn?: (() => void) | undefined
  /** The same pieces as its operation's progress, at most some 25 a second; together they are the answer. */
  onText?: ((text: string) => void) | undefined
}

interface RequestDeps {
  context: ModelContext
  loads: ModelLoads
  keepAlive: ModelKeepAlive
  savings: Savings
  onIdle: (record: ModelRecord) => void
}

/** One answer under way. */
interface Running {
  /** Found its model ready, with nothing of ours on it: a load was saved. */
  foundWarm: boolean
  /** Nothing else of ours ran on its model when its turn came: only then its first token says how fast the model is. */
  isAlone: boolean
  meter: AnswerMeter
}

export function createModelRequests({ context, loads, keepAlive, savings, onIdle }: RequestDeps) {
  const { deps } = context
  /** Wait for their turn in the queue of their host. */
  const queued = new WeakSet<AbortController>()

  /** Marks the model busy in the same turn in which it was seen ready: no unload can slip in between. */
  async function acquire(
    record: ModelRecord,
    { actor, reason, contextLength, minContextLength, onLoad, isWarmup = false }: GenerateWish,
    controller: AbortController
  ): Promise<boolean> {
    const wish = { actor, reason, contextLength, minContextLength, onLoad }
    let foundWarm = isReadyWith(record, wish) && record.unload === null
    await loads.ensureReady(record, wish, controller.signal)
    while (record.state !== 'ready') {
      foundWarm = false
      await loads.ensureReady(record, wish, controller.signal)
    }
    foundWarm &&= !context.alike(record).some(({ activeRequests }) => activeRequests.size > 0)
    record.activeRequests.add(controller)
    if (isWarmup) record.warmups.add(controller)
    record.uses += 1
    record.cancelIdleTimer()
    context.changed(record)
    return foundWarm
  }

  function release(record: ModelRecord, wish: GenerateWish, controller: AbortController): void {
    record.activeRequests.delete(controller)
    record.warmups.delete(controller)
    record.uses += 1
    if (!wish.isWarmup) {
      record.wasUsed = true
      deps.facts.change(record.id, { lastUsedAt: deps.clock.now() })
      context.journal.ended()
    }
    if (record.activeRequests.size > 0) return context.changed(record)
    for (const resolve of record.onIdle) resolve()
    record.onIdle.clear()
    onIdle(record)
    context.changed(record)
    // A load may wait for this room.
    context.wake()
  }

  function isAlone(record: ModelRecord): boolean {
    const runs = context.alike(record).flatMap(({ activeRequests }) => [...activeRequests])
    return runs.filter((one) => !queued.has(one)).length <= 1
  }

  /** What the request pipeline tells of an answer that waits or is asked for again. */
  function waits(
    record: ModelRecord,
    controller: AbortController,
    operation: RunningOperation,
    running: Running,
    onTurn: (() => void) | undefined
  ): Required<Pick<GenerateRequest, 'onQueued' | 'onRetry'>> {
    const startedAt = deps.clock.now()
    return {
      onQueued(place) {
        if (place === null) queued.delete(controller)
        else queued.add(controller)
        running.isAlone = place === null && isAlone(record)
        if (place !== null)
          return operation.progress({ kind: 'queued', ...place, elapsedMs: deps.clock.now() - startedAt })
        onTurn?.()
        operation.progress({ kind: 'tokens', text: '' })
      },
      onRetry: (retry) => operation.progress({ kind: 'retrying', ...retry })
    }
  }

  function learn(record: ModelRecord, wish: GenerateWish, result: GenerateResult, running: Running): void {
    const { firstTokenMs, promptTokens } = result
    const gapMs = running.meter.longestGapMs()
    if (firstTokenMs !== null && running.isAlone) {
      deps.timings.add(record.id, 'first_token', { durationMs: firstTokenMs, promptTokens })
    }
    if (gapMs !== null) deps.timings.add(record.id, 'token_gap', { durationMs: gapMs, promptTokens: null })
    if (wish.isWarmup) return
    const { tokensPerSecond } = result
    record.tokensPerSecond = tokensPerSecond
    // Side by side with others an answer is slower than the model.
    if (tokensPerSecond !== null && tokensPerSecond > 0 && running.isAlone) {
      deps.timings.add(record.id, 'token', { durationMs: 1_000 / tokensPerSecond, promptTokens: null })
    }
    deps.onAnswer?.(record.id, result)
    // A run keeps its models itself: that its next step needs no load is its plan's doing, and counted there.
    if (running.foundWarm && wish.actor !== 'diagnostics' && wish.actor !== 'chain') savings.avoidedLoad(record.id)
  }

  async function ask(
    record: ModelRecord,
    wish: GenerateWish,
    request: Omit<GenerateRequest, 'keepAliveSeconds'>,
    signal: AbortSignal
  ): Promise<GenerateResult> {
    const seconds = keepAlive.secondsToTell(record)
    const keepAliveSeconds = wish.isWarmup && seconds === 0 ? untilFirstUseSeconds : seconds
    const before = record.sentKeepAliveSeconds
    record.sentKeepAliveSeconds = seconds
    const { hostId, name } = record.id
    try {
      const result = await deps.provider(hostId).generate(name, { ...request, keepAliveSeconds }, signal)
      const { sentKeepAliveSeconds: sent } = record
      // It may have been told another time while it answered: the last one counts. Null: it was out of sight, and which one that is nobody knows.
      if (sent !== null) keepAlive.told(record, sent)
      return result
    } catch (error) {
      keepAlive.doubted(record, seconds, before)
      throw error
    }
  }

  async function answer(
    record: ModelRecord,
    wish: GenerateWish,
    operation: RunningOperation,
    controller: AbortController
  ): Promise<GenerateResult> {
    const foundWarm = await acquire(record, wish, controller)
    const meter = createAnswerMeter(deps.clock)
    const running: Running = { foundWarm, isAlone: isAlone(record), meter }
    const batch = createTextBatcher(deps.clock, textEveryMs, (text) => {
      operation.progress({ kind: 'tokens', text })
      wish.onText?.(text)
    })
    try {
      const request = {
        prompt: wish.prompt,
        ...(wish.messages === undefined ? {} : { messages: wish.messages }),
        ...(wish.system === undefined ? {} : { system: wish.system }),
        options: wish.options ?? {},
        ...(wish.format === undefined ? {} : { format: wish.format }),
        // As it was loaded, by whomever: another length would make some servers load it again.
        contextLength: record.loaded?.contextLength ?? record.askedContextLength,
        caller: wish.caller ?? wish.actor,
        operationId: operation.id,
        ...waits(record, controller, operation, running, wish.onTurn),
        onText(text: string) {
          meter.piece()
          batch.add(text)
        }
      }
      const result = await ask(record, wish, request, controller.signal)
      learn(record, wish, result, running)
      return result
    } finally {
      batch.flush()
      release(record, wish, controller)
    }
  }

  return function generate(record: ModelRecord, wish: GenerateWish): Promise<GenerateResult> {
    return deps.operations.run('generate', record.id, wish, async (operation) => {
      const outer = wish.signal ? AbortSignal.any([operation.signal, wish.signal]) : operation.signal
      if (outer.aborted) throw abortedError()
      const controller = new AbortController()
      const onAbort = (): void => controller.abort(abortedError())
      outer.addEventListener('abort', onAbort, { once: true })
      try {
        return await answer(record, wish, operation, controller)
      } finally {
        // Node keeps a signal made of others for as long as somebody listens to it, and with it all that this answer held.
        outer.removeEventListener('abort', onAbort)
      }
    })
  }
}
