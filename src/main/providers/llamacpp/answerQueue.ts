/** Answers of one engine child, one after the other: they share its context. */
import PQueue from 'p-queue'
import type { StokerError } from '../../../shared/errors.ts'
import type { GenerateResult } from '../../../shared/model.ts'
import { abortReason } from '../../lib/abortReason.ts'
import type { Clock } from '../../lib/clock.ts'
import type { GenerateRequest } from '../provider.ts'
import { createAnswerStream, type AnswerStream } from './answerStream.ts'
import { toGrammarSchema } from './grammarSchema.ts'
import type { AnswerFormat, FromEngine, ToEngine } from './engineProtocol.ts'

export interface AnswerQueue {
  receive(message: Extract<FromEngine, { answerId: number }>): void
  generate(request: GenerateRequest, signal: AbortSignal): Promise<GenerateResult>
  /** Nobody waits for an answer. */
  isIdle(): boolean
  /** Resolves when nobody waits for an answer any more; the child may still be busy with one that was given up. */
  idle(): Promise<void>
  /** The child is gone: every answer fails, now and from now on. */
  close(error: StokerError): void
}

interface AnswerQueueDeps {
  name: string
  send: (message: ToEngine) => void
  /** Called when the child does not even hear that an answer was given up. */
  onHung: () => void
  clock: Clock
}

/** A large model on a slow processor may need seconds before it hears anything. */
const hungAfterMs = 30_000

export function createAnswerQueue({ name, send, onHung, clock }: AnswerQueueDeps): AnswerQueue {
  const queue = new PQueue({ concurrency: 1 })
  const wanted = new Set<Promise<unknown>>()
  let current: AnswerStream | null = null
  let closed: StokerError | null = null
  let nextAnswerId = 1

  async function answer(request: GenerateRequest, signal: AbortSignal): Promise<GenerateResult> {
    if (signal.aborted) throw abortReason(signal)
    if (closed) throw closed
    const format = formatOf(request)
    const answerId = nextAnswerId++
    const stream = createAnswerStream({
      answerId,
      name,
      onText: request.onText
    })
    current = stream
    const onAbort = (): void => stream.abandon(abortReason(signal))
    signal.addEventListener('abort', onAbort, { once: true })
    const { prompt, messages = [], system = null, options } = request
    send({ type: 'generate', answerId, conversation: { system, messages, prompt }, options, format })
    try {
      return await stream.result
    } catch (error) {
      send({ type: 'abort', answerId })
      const cancelPatience = clock.after(hungAfterMs, onHung)
      // The next answer may not start while the child is still busy with this one.
      await stream.ended
      cancelPatience()
      throw error
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  /** Settles as soon as the answer is there or given up; its turn lasts until the child is done with it. */
  function inTurn(request: GenerateRequest, signal: AbortSignal): Promise<GenerateResult> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(abortReason(signal))
      if (signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort, { once: true })
      queue
        .add(() => answer(request, signal))
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', onAbort))
    })
  }

  return {
    receive: (message) => current?.receive(message),
    generate(request, signal) {
      const result = inTurn(request, signal)
      wanted.add(result)
      const forget = (): void => void wanted.delete(result)
      result.then(forget, forget)
      return result
    },
    isIdle: () => wanted.size === 0,
    async idle() {
      while (wanted.size > 0) await Promise.allSettled(wanted)
    },
    close(error) {
      closed = error
      current?.abandon(error)
      current?.end()
    }
  }
}

/** Throws `invalid_input` for a schema that the engine cannot keep to. */
function formatOf({ format }: GenerateRequest): AnswerFormat | null {
  if (format === undefined || format.format === 'text') return null
  return { schema: format.schema === null ? null : toGrammarSchema(format.schema) }
}
