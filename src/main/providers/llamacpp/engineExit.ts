/** Why an engine child ended, or could not load, in words: from its exit, and from what it wrote before. Pure. */
import { abortedError, StokerError } from '../../../shared/errors.ts'
import { matchRules } from '../errorTable.ts'
import { contextHint, llamaRules, memoryHint } from '../llamaErrors.ts'
import type { EngineFailure } from './engineProtocol.ts'

export interface EngineExit {
  code: number | null
  signal: string | null
  /** The last of what it wrote: to standard error and to its log. */
  output: string
  /** Whether the system killed something for want of memory meanwhile; null where the system does not say. */
  memoryRanOut: boolean | null
  /** It did not hear us any more, and Stoker ended it. */
  wasHung: boolean
}

export type LostCode = 'engine_crashed' | 'out_of_memory' | 'bad_model_file'

const speaker = {
  engine: 'The engine',
  updateHint: 'A newer version of Stoker may know it; another model will work now.',
  fileHint: 'It was damaged on its way, or made wrongly: download it again, or get it elsewhere.'
}

/** The reason the engine's own words give; null when they give none. */
export function reasonInOutput(name: string, output: string): StokerError | null {
  return matchRules(llamaRules, { ...speaker, model: name }, null, output)
}

/** An answer that the child gave up, with its reason. */
export function explainAnswerFailure(name: string, reason: EngineFailure, message: string): StokerError {
  if (reason === 'aborted') return abortedError()
  // The child has counted, and says it exactly.
  if (reason === 'context_exceeded') return new StokerError('context_exceeded', message, contextHint)
  if (reason === 'bad_format')
    return new StokerError(
      'invalid_input',
      `The engine cannot keep to the schema of the answer: ${message}`,
      'Change the schema, or ask for any JSON.'
    )
  const known = reasonInOutput(name, message)
  if (known) return known
  if (reason === 'out_of_memory') return outOfMemory(name)
  return new StokerError(
    'engine_crashed',
    `${name} could not answer: ${message}`,
    'Try again; if it fails again, unload and load it.'
  )
}

/** A load that the child itself gave up, with its reason. */
export function explainLoadFailure(name: string, reason: EngineFailure, message: string, output: string): StokerError {
  if (reason === 'no_engine')
    return new StokerError(
      'engine_crashed',
      'The built-in engine does not run on this machine.',
      `Reinstall Stoker. The engine said: ${message}`
    )
  const known = reasonInOutput(name, output)
  if (known) return known
  if (reason === 'out_of_memory') return outOfMemory(name)
  return new StokerError(
    'bad_model_file',
    `The engine cannot load ${name}: ${message}`,
    'Download it again, or remove it.'
  )
}

/** A child that ended while it was loading. */
export function explainExitInLoad(name: string, exit: EngineExit): StokerError {
  const known = reasonInOutput(name, exit.output)
  if (known) return known
  if (wasKilled(exit)) return killed(exit, `while loading ${name}`)
  if (hasSignal(exit, 'SIGABRT', 6))
    return new StokerError(
      'bad_model_file',
      `The engine gave up on ${name}: something in the file makes no sense to it.`,
      'Download it again, or get it elsewhere.'
    )
  return new StokerError(
    'engine_crashed',
    `The engine crashed while loading ${name} (${exitWords(exit)}).`,
    'Try again; the log has its last words.'
  )
}

/** A child that ended while its model was loaded. */
export function explainExit(name: string, exit: EngineExit): StokerError {
  if (exit.wasHung)
    return new StokerError(
      'engine_crashed',
      `The engine hung with ${name} and was ended.`,
      'Load it again; if it hangs again, use a smaller model.'
    )
  if (wasKilled(exit)) return killed(exit, `with ${name}`)
  if (hasSignal(exit, 'SIGBUS', 7))
    return new StokerError(
      'engine_crashed',
      `The engine crashed: the file of ${name} changed or vanished under it.`,
      'Load it again.'
    )
  return new StokerError(
    'engine_crashed',
    `The engine crashed with ${name} (${exitWords(exit)}).`,
    'Load it again; the log has its last words.'
  )
}

export function lostCode(error: StokerError): LostCode {
  return error.code === 'out_of_memory' || error.code === 'bad_model_file' ? error.code : 'engine_crashed'
}

function killed(exit: EngineExit, when: string): StokerError {
  if (exit.memoryRanOut === true)
    return new StokerError(
      'out_of_memory',
      `The system ended the engine ${when}: memory ran out.`,
      'Unload another model, or use a shorter context.'
    )
  if (exit.memoryRanOut === false)
    return new StokerError(
      'engine_crashed',
      `The engine was killed ${when}, by a person or a program.`,
      'Load it again.'
    )
  return new StokerError(
    'engine_crashed',
    `The engine was killed ${when}: most likely by the system because memory ran out, else by a person or a program.`,
    'Unload another model or use a shorter context, then load it again.'
  )
}

function outOfMemory(name: string): StokerError {
  return new StokerError('out_of_memory', `There is not enough memory for ${name}.`, memoryHint)
}

function wasKilled(exit: EngineExit): boolean {
  return hasSignal(exit, 'SIGKILL', 9)
}

/** Electron tells a signal as an exit code, bare or with 128 added as a shell does. */
function hasSignal(exit: EngineExit, signal: string, number: number): boolean {
  return exit.signal === signal || (exit.signal === null && (exit.code === number || exit.code === 128 + number))
}

function exitWords({ code, signal }: EngineExit): string {
  if (signal !== null) return signal
  return code === null ? 'it could not be started' : `exit code ${code}`
}
