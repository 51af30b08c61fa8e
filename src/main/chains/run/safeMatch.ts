/** A person's regular expression on a model's output, ended when it takes too long. */
import { StokerError } from '../../../shared/errors.ts'
import type { Matches } from '../../../shared/stopConditions.ts'
import { createTimeLimit, tookTooLong } from './timeLimit.ts'

const usualLimitMs = 250

export function createSafeMatch(limitMs: number = usualLimitMs): Matches {
  const limited = createTimeLimit(limitMs)
  return (pattern, flags, text) => {
    try {
      return limited(() => new RegExp(pattern, flags).test(text))
    } catch (cause) {
      throw tookTooLong(cause) ? tooLong(pattern, limitMs, cause) : notOne(pattern, cause)
    }
  }
}

function tooLong(pattern: string, limitMs: number, cause: unknown): StokerError {
  return new StokerError(
    'invalid_input',
    `The stop condition “${pattern}” took longer than ${limitMs} ms on this output.`,
    'Write the pattern without a repeat inside a repeat.',
    { cause }
  )
}

function notOne(pattern: string, cause: unknown): StokerError {
  return new StokerError('invalid_input', `“${pattern}” is no regular expression.`, 'Change the stop condition.', {
    cause
  })
}
