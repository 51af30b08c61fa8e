/** What is said of one model's life in the checks: it loads, answers, leaves, and its memory comes back. Pure. */
import { formatBytes } from '../../shared/byteWords.ts'
import type { UnloadResult } from '../../shared/contract.ts'
import type { GenerateResult, Model } from '../../shared/model.ts'
import { formatTaken } from '../../shared/span.ts'
import { slowTokensPerSecond } from './benchOutcome.ts'
import { failed, ok, skipped, warning, type Finding } from './checkParts.ts'

/** `note`: a sentence about where the model is from. */
export function loadFinding({ id, heldBytes }: Model, loadMs: number, note: string): Finding {
  const held = heldBytes === null ? '' : ` and holds ${formatBytes(heldBytes)}`
  return { ...ok(`${id.name} loaded in ${formatTaken(loadMs)}${held}.${note}`), durationMs: loadMs }
}

export function answerFinding({ text, outputTokens, firstTokenMs, tokensPerSecond }: GenerateResult): Finding {
  if (text.trim() === '' && (outputTokens ?? 0) === 0)
    return failed('It ended its answer without a word.', 'Look at the model’s prompt template, or try another model.')
  const figures = [
    firstTokenMs === null ? null : `first token after ${formatTaken(firstTokenMs)}`,
    tokensPerSecond === null ? null : `${tokensPerSecond.toFixed(1)} tokens per second`
  ].filter((word) => word !== null)
  const words = figures.length === 0 ? 'It answered.' : `It answered: ${figures.join(', ')}.`
  return tokensPerSecond !== null && tokensPerSecond < slowTokensPerSecond
    ? warning(words, 'That is slow for a small model. Look whether other programs keep the processor busy.')
    : ok(words)
}

/** `result` null: it had left by itself. */
export function unloadFinding({ id }: Model, result: UnloadResult | null): Finding {
  if (result === null) return ok(`${id.name} had left by itself: it is not kept after an answer.`)
  return ok(`${id.name} was unloaded in ${formatTaken(result.durationMs)}.`)
}

export function memoryFinding(result: UnloadResult | null, isLocal: boolean): Finding {
  if (!isLocal) return skipped('The model ran on another machine, whose memory cannot be looked at from here.')
  if (result === null) return skipped('The model had left by itself, before its memory could be watched.')
  const { bytesReturned, verified, evidence } = result
  const seen = evidence === null ? '' : `: ${evidence}`
  if (verified) return ok(`${bytesReturned === null ? 'Its memory' : formatBytes(bytesReturned)} came back${seen}.`)
  if (evidence === null) return warning('Nothing could be looked at here: its host says that the memory is free.', null)
  return failed(
    `Its memory was not seen to come back${seen}.`,
    'Look in Memory whether it comes back later. If not, start its server anew.'
  )
}
