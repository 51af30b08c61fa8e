/** A measured time in a sentence: "0.41 s", "6.2 s", "42 s", "6 min 10 s". */
import { formatSpan } from '../../shared/span.ts'

export function durationWords(durationMs: number): string {
  const seconds = durationMs / 1000
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  return formatSpan(seconds)
}
