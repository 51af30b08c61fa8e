/** One answer as its messages arrive: text gathered, ended by the child or given up by us. */
import type { StokerError } from '../../../shared/errors.ts'
import type { GenerateResult } from '../../../shared/model.ts'
import { explainAnswerFailure } from './engineExit.ts'
import type { FromEngine } from './engineProtocol.ts'

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
}

export function createAnswerStream(options: AnswerOptions): AnswerStream {
  const { name } = options
  const result = Promise.withResolvers<GenerateResult>()
  const ended = Promise.withResolvers<void>()
  let text = ''
  let isOpen = true

  function close(settle: () => void): void {
    if (!isOpen) return
    isOpen = false
    settle()
  }

  function abandon(error: StokerError): void {
    close(() => result.reject(error))
  }

  function addText(piece: string): void {
    if (!isOpen) return
    text += piece
    options.onText(piece)
  }

  return {
    result: result.promise,
    ended: ended.promise,
    receive(message) {
      if (message.answerId !== options.answerId) return
      if (message.type === 'text') return addText(message.text)
      if (message.type === 'answered') close(() => result.resolve({ text, ...message.answer }))
      else abandon(explainAnswerFailure(name, message.reason, message.message))
      ended.resolve()
    },
    abandon,
    end: ended.resolve
  }
}
