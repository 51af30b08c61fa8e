/** One answer as its messages arrive: text gathered, silence timed, ended by the child, by its death, or by our patience. */
import { abortedError, StokerError } from '../../../shared/errors.ts'
import type { GenerateResult } from '../../../shared/model.ts'
import type { Clock } from '../../lib/clock.ts'
import type { EngineFailure, FromEngine } from './engineProtocol.ts'

export interface AnswerStream {
  readonly result: Promise<GenerateResult>
  /** Resolves when the child is done with it, which after a timeout is later than `result`. */
  readonly ended: Promise<void>
  receive(message: Extract<FromEngine, { answerId: number }>): void
  fail(error: StokerError): void
}

interface AnswerOptions {
  answerId: number
  name: string
  onText: (text: string) => void
  firstTokenTimeoutMs: number
  tokenGapTimeoutMs: number
  clock: Clock
}

export function createAnswerStream(options: AnswerOptions): AnswerStream {
  const { clock, name } = options
  const result = Promise.withResolvers<GenerateResult>()
  const ended = Promise.withResolvers<void>()
  let text = ''
  let isOpen = true
  let cancelTimer = clock.after(options.firstTokenTimeoutMs, () => timeOut('first token', options.firstTokenTimeoutMs))

  function close(settle: () => void): void {
    if (!isOpen) return
    isOpen = false
    cancelTimer()
    settle()
  }

  function timeOut(what: 'first token' | 'next token', limitMs: number): void {
    close(() => result.reject(timedOut(name, what, limitMs)))
  }

  return {
    result: result.promise,
    ended: ended.promise,
    receive(message) {
      if (message.answerId !== options.answerId) return
      if (message.type !== 'text') ended.resolve()
      if (!isOpen) return
      if (message.type === 'answered') close(() => result.resolve({ text, ...message.answer }))
      else if (message.type === 'failed')
        close(() => result.reject(answerFailed(name, message.reason, message.message)))
      else {
        text += message.text
        cancelTimer()
        cancelTimer = clock.after(options.tokenGapTimeoutMs, () => timeOut('next token', options.tokenGapTimeoutMs))
        options.onText(message.text)
      }
    },
    fail(error) {
      close(() => result.reject(error))
      ended.resolve()
    }
  }
}

function timedOut(name: string, what: string, limitMs: number): StokerError {
  return new StokerError(
    'timed_out',
    `${name} gave no ${what} within ${limitMs / 1000} s.`,
    `Use a smaller model or a shorter prompt, or raise "${what === 'first token' ? 'First' : 'Next'} token within" in the settings.`
  )
}

function answerFailed(name: string, reason: EngineFailure, message: string): StokerError {
  if (reason === 'aborted') return abortedError()
  if (reason === 'context_exceeded')
    return new StokerError('context_exceeded', message, 'Shorten the prompt, or load the model with a longer context.')
  return new StokerError(
    'engine_crashed',
    `${name} could not answer: ${message}`,
    'Try again; if it fails again, unload and load it.'
  )
}
