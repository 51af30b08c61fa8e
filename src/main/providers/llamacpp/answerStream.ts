/** One answer as its messages arrive: text gathered, silence timed, ended by the child or given up by us. */
import { abortedError, StokerError } from '../../../shared/errors.ts'
import type { GenerateResult } from '../../../shared/model.ts'
import type { Clock } from '../../lib/clock.ts'
import type { EngineFailure, FromEngine } from './engineProtocol.ts'

export interface AnswerStream {
  readonly result: Promise<GenerateResult>
  /** Resolves when the child is done with it: after an abandoned `result`, that is later. */
  readonly ended: Promise<void>
  receive(message: Extract<FromEngine, { answerId: number }>): void
  /** `result` rejects and no more text is passed on; the child may still be busy. */
  abandon(error: StokerError): void
  /** The child is done with it, whatever it said. */
  end(): void
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
  let cancelTimer = clock.after(options.firstTokenTimeoutMs, () =>
    abandon(timedOut(name, 'first token', options.firstTokenTimeoutMs))
  )

  function close(settle: () => void): void {
    if (!isOpen) return
    isOpen = false
    cancelTimer()
    settle()
  }

  function abandon(error: StokerError): void {
    close(() => result.reject(error))
  }

  function addText(piece: string): void {
    if (!isOpen) return
    text += piece
    cancelTimer()
    cancelTimer = clock.after(options.tokenGapTimeoutMs, () =>
      abandon(timedOut(name, 'next token', options.tokenGapTimeoutMs))
    )
    options.onText(piece)
  }

  return {
    result: result.promise,
    ended: ended.promise,
    receive(message) {
      if (message.answerId !== options.answerId) return
      if (message.type === 'text') return addText(message.text)
      if (message.type === 'answered') close(() => result.resolve({ text, ...message.answer }))
      else abandon(answerFailed(name, message.reason, message.message))
      ended.resolve()
    },
    abandon,
    end: ended.resolve
  }
}

function timedOut(name: string, what: 'first token' | 'next token', limitMs: number): StokerError {
  const setting = what === 'first token' ? 'First token within' : 'Next token within'
  return new StokerError(
    'timed_out',
    `${name} gave no ${what} within ${limitMs / 1000} s.`,
    `Use a smaller model or a shorter prompt, or raise "${setting}" in the settings.`
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
