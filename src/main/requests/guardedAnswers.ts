/** An answer through the pipeline: breaker, turn, limits on its silences and on the whole, another attempt where nothing came yet. */
import { toErrorInfo } from '../../shared/errors.ts'
import type { GenerateResult } from '../../shared/model.ts'
import { abortable } from '../lib/abortable.ts'
import { abortReason } from '../lib/abortReason.ts'
import type { GenerateRequest, Provider } from '../providers/provider.ts'
import { createAnswerTimer, createTotalTimer, type AnswerTimer, type TotalTimer } from './answerTimer.ts'
import { observed, type CallContext } from './callContext.ts'
import { createCallEnding, type CallEnding } from './callEnding.ts'
import { traitsOf } from './errorPolicy.ts'
import type { QueueMember, Turn } from './hostQueue.ts'
import { timedOut } from './limitWords.ts'
import { createLoadExcuse } from './silentLoad.ts'

type Generate = Provider['generate']

/** A host that turns one away after the other at once would do so with all who wait: each further one in a row makes its place rest longer. */
const restPerRefusalMs = 50
const longestRestMs = 500

/** One call over all its attempts. */
interface Call {
  name: string
  request: GenerateRequest
  characters: number
  member: QueueMember
  ending: CallEnding
  total: TotalTimer
  hasText: boolean
  pieces: number
  waitedMs: number
}

export function guardAnswers(context: CallContext, provider: Provider): Generate {
  const { breaker, queue, traffic, clock } = context
  /** The answers under way, by model: one of them at work is a sign of life for those behind it. */
  const timersOf = new Map<string, Set<AnswerTimer>>()
  /** Answers under way of which something has come, were it only a sign that the model thinks. */
  let answering = 0
  /** Turned away in a row. */
  let refused = 0

  function startTimer({ name, characters, ending }: Call): AnswerTimer {
    const firstToken = context.limit('first_token', name, characters)
    const tokenGap = context.limit('token_gap', name)
    const timer = createAnswerTimer({
      firstTokenMs: firstToken.limitMs,
      tokenGapMs: tokenGap.limitMs,
      onOverrun: (phase) => ending.end(timedOut(phase, name, phase === 'first_token' ? firstToken : tokenGap)),
      isExcused: createLoadExcuse(
        provider,
        name,
        () => context.limit('load', name).limitMs + firstToken.limitMs,
        clock
      ),
      clock
    })
    const timers = timersOf.get(name) ?? new Set()
    timersOf.set(name, timers.add(timer))
    return timer
  }

  function endTimer(name: string, timer: AnswerTimer): void {
    timer.end()
    const timers = timersOf.get(name)
    timers?.delete(timer)
    if (timers?.size === 0) timersOf.delete(name)
    stirOthers(name, timer)
  }

  function stirOthers(name: string, own: AnswerTimer): void {
    for (const timer of timersOf.get(name) ?? []) if (timer !== own) timer.otherStirred()
  }

  /** The provider's own call, timed; whatever comes after its end is nobody's any more. */
  async function ask(call: Call, turn: Turn): Promise<GenerateResult> {
    const { name, request, ending } = call
    const timer = startTimer(call)
    let isAnswering = false
    const noteAlive = (): void => {
      if (isAnswering) return
      isAnswering = true
      answering += 1
      // The trial has told what there was to tell; the others need not wait for its end.
      if (turn.isTrial) breaker.apply({ kind: 'succeeded' })
    }
    const onText = (text: string): void => {
      if (ending.signal.aborted) return
      stirOthers(name, timer)
      noteAlive()
      if (text === '') return timer.stirred()
      timer.heard()
      call.hasText = true
      call.pieces += 1
      request.onText(text)
    }
    try {
      const answer = provider.generate(name, { ...request, onText }, ending.signal)
      return await abortable(answer, ending.signal)
    } catch (thrown) {
      throw ending.errorOf(thrown)
    } finally {
      if (isAnswering) answering -= 1
      endTimer(name, timer)
    }
  }

  function succeeded(call: Call, turn: Turn, result: GenerateResult, beganAt: number): void {
    const responseMs = Math.max(0, clock.now() - beganAt)
    breaker.apply({ kind: 'succeeded' })
    refused = 0
    traffic.add({ responseMs, queueWaitMs: call.waitedMs })
    const msPerToken = responseMs / Math.max(1, result.outputTokens ?? call.pieces)
    const isQueued = queue.waitingCount() > 0
    context.noteConcurrency({
      kind: 'answered',
      model: call.name,
      msPerToken,
      beganAt,
      wasFull: turn.wasFull,
      isQueued
    })
  }

  /** Answers how long its place should rest. */
  function failed(thrown: unknown, turn: Turn, beganAt: number): number {
    const error = toErrorInfo(thrown)
    const { isBusy, isOverload, isTimeout } = traitsOf(error)
    if (isOverload) context.noteConcurrency({ kind: 'overloaded', beganAt, isTimeout })
    // A host that is busy answering us is not ill: it has as much to do as it can.
    if (!isBusy || answering === 0 || turn.isTrial) {
      breaker.attemptFailed(thrown, turn.isTrial)
      context.noteFailure(error)
    }
    if (!isOverload || isTimeout) return 0
    refused += 1
    return Math.min((refused - 1) * restPerRefusalMs, longestRestMs)
  }

  async function once(call: Call): Promise<GenerateResult> {
    call.total.pause()
    const turn = await call.member.turn(call.ending.signal)
    call.waitedMs += turn.waitedMs
    call.total.run()
    const beganAt = clock.now()
    let restMs = 0
    try {
      // Given up between its turn and this moment: nobody is asked.
      if (call.ending.signal.aborted) throw abortReason(call.ending.signal)
      context.noteConcurrency({ kind: 'began' })
      const result = await ask(call, turn)
      succeeded(call, turn, result, beganAt)
      return result
    } catch (thrown) {
      restMs = failed(thrown, turn, beganAt)
      throw thrown
    } finally {
      turn.leave(restMs)
    }
  }

  function begin(name: string, request: GenerateRequest, signal: AbortSignal): Call {
    const queueLimit = context.limit('queue', name)
    const totalLimit = context.limit('total', name)
    const ending = createCallEnding(signal)
    const member = queue.join({
      model: name,
      caller: request.caller ?? 'others',
      operationId: request.operationId ?? null,
      limitMs: queueLimit.limitMs,
      // The host is left alone: that is the reason, not that others were before it.
      tooLong: () => (breaker.now().state === 'closed' ? timedOut('queue', name, queueLimit) : breaker.refusal()),
      onPlace: request.onQueued
    })
    const total = createTotalTimer(clock, totalLimit.limitMs, () => ending.end(timedOut('total', name, totalLimit)))
    const characters = lengthOf(request)
    return { name, request, characters, member, ending, total, hasText: false, pieces: 0, waitedMs: 0 }
  }

  async function generate(call: Call): Promise<GenerateResult> {
    const { ending, total, request } = call
    try {
      if (breaker.admission() === 'refuse') throw breaker.refusal()
      return await context.attempts(() => once(call), {
        signal: ending.signal,
        mayRepeat: () => !call.hasText,
        onRetry: request.onRetry,
        leftMs: total.leftMs
      })
    } catch (thrown) {
      const isCounted = toErrorInfo(thrown).code !== 'aborted' && !breaker.isRefusal(thrown)
      if (isCounted) traffic.add({ responseMs: null, queueWaitMs: call.waitedMs })
      throw thrown
    } finally {
      total.end()
      ending.dispose()
    }
  }

  return (name, request, signal) => {
    const call = begin(name, request, signal)
    return observed(
      context,
      'generate',
      () => generate(call),
      () => call.waitedMs
    )
  }
}

function lengthOf({ prompt, messages = [], system = '' }: GenerateRequest): number {
  return messages.reduce((sum, { content }) => sum + content.length, prompt.length + system.length)
}
