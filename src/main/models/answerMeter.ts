/** The pace of one answer: the longest silence between two pieces of its text. */
import type { Clock } from '../lib/clock.ts'

/** No server is silent for so long in the middle of an answer; the machine slept, or its clock was set. */
const longestBelievedMs = 600_000

export interface AnswerMeter {
  piece(): void
  /** Null before the second piece. */
  longestGapMs(): number | null
}

export function createAnswerMeter(clock: Pick<Clock, 'now'>): AnswerMeter {
  let lastAt: number | null = null
  let longestMs: number | null = null
  return {
    piece() {
      const now = clock.now()
      const gapMs = lastAt === null ? null : now - lastAt
      lastAt = now
      if (gapMs !== null && gapMs >= 0 && gapMs <= longestBelievedMs) longestMs = Math.max(longestMs ?? 0, gapMs)
    },
    longestGapMs: () => longestMs
  }
}
