/** How a model did on the test bench, from what was measured and the limits in force: pure. */
import type { BenchResult } from '../../shared/diagnostics.ts'
import type { TimeLimit } from '../../shared/model.ts'
import { formatTaken } from '../../shared/span.ts'

/** Under this an answer comes slower than most people read. */
export const slowTokensPerSecond = 3
/** A first token later than this part of its limit: a longer prompt would run into the limit. */
const slowPartOfLimit = 1 / 3

export interface BenchMeasures {
  /** Null: it was loaded already. */
  loadMs: number | null
  firstTokenMs: number | null
  tokensPerSecond: number | null
}

/** Of a model that loaded and answered. What is unknown makes nothing slow. */
export function benchOutcome(
  { loadMs, firstTokenMs, tokensPerSecond }: BenchMeasures,
  limits: readonly TimeLimit[]
): Pick<BenchResult, 'outcome' | 'reason'> {
  const limitOf = (phase: TimeLimit['phase']): number =>
    limits.find((limit) => limit.phase === phase)?.limitMs ?? Number.POSITIVE_INFINITY
  const reasons: string[] = []
  if (loadMs !== null && loadMs > limitOf('load'))
    reasons.push(`loaded in ${formatTaken(loadMs)}, late after ${formatTaken(limitOf('load'))}`)
  if (firstTokenMs !== null && firstTokenMs > limitOf('first_token') * slowPartOfLimit)
    reasons.push(`first token after ${formatTaken(firstTokenMs)} of at most ${formatTaken(limitOf('first_token'))}`)
  if (tokensPerSecond !== null && tokensPerSecond < slowTokensPerSecond)
    reasons.push(`${tokensPerSecond.toFixed(1)} tokens per second`)
  if (reasons.length === 0) return { outcome: 'works', reason: null }
  return { outcome: 'slow', reason: reasons.join('; ') }
}
