/**
 * A person's regular expression on a model's output, ended when it takes too long: V8 looks for an interrupt whenever it goes back in a
 * text, so a script's time limit ends it. The core waits meanwhile, which is why the limit is short.
 */
import { createContext, Script } from 'node:vm'
import { StokerError } from '../../../shared/errors.ts'
import type { Matches } from '../../../shared/stopConditions.ts'

const usualLimitMs = 250

export function createSafeMatch(limitMs: number = usualLimitMs): Matches {
  const globals: { pattern: string; flags: string; text: string } = { pattern: '', flags: '', text: '' }
  const context = createContext(globals)
  const script = new Script('new RegExp(pattern, flags).test(text)')
  return (pattern, flags, text) => {
    Object.assign(globals, { pattern, flags, text })
    try {
      return script.runInContext(context, { timeout: limitMs }) === true
    } catch (cause) {
      throw (cause as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
        ? tooLong(pattern, limitMs, cause)
        : notOne(pattern, cause)
    } finally {
      globals.text = ''
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
