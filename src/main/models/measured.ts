/** What was measured of a model on its host, as limits, savings and words use it. Pure but for what it is handed. */
import type { ModelId } from '../../shared/model.ts'
import type { ModelTimingStore, Timing, TimingPhase } from '../storage/modelTimings.ts'

/** For the limits of the request pipeline. */
export interface Measured {
  /** Bytes on disk. */
  sizeBytes: number | null
  /** Of the last loads, newest first. */
  loadMs: number[]
  /** Median of the newest of them; null before the first. */
  usualLoadMs: number | null
  /** Median; null before an answer to a prompt long enough to tell. */
  promptTokensPerSecond: number | null
  /** Of answers that had the model to themselves, median of the newest; null before the first. */
  tokensPerSecond: number | null
  /** Of the last answers. */
  longestGapMs: number | null
}

/** As many as make the usual: an outlier among five changes nothing. */
const usualOf = 5
/** A shorter prompt measures what every answer costs, not how fast a prompt is read. */
const tellingPromptTokens = 50

export function measuredFrom(timings: ModelTimingStore, id: ModelId, sizeBytes: number | null): Measured {
  const gaps = timings.newest(id, 'token_gap').map(({ durationMs }) => durationMs)
  return {
    sizeBytes,
    loadMs: timings.newest(id, 'load').map(({ durationMs }) => durationMs),
    usualLoadMs: usualLoadMs(timings, id),
    promptTokensPerSecond: median(timings.newest(id, 'first_token').flatMap(promptSpeed)),
    tokensPerSecond: tokenSpeed(usualMs(timings, id, 'token')),
    longestGapMs: gaps.length === 0 ? null : Math.max(...gaps)
  }
}

/** The median of its last loads here; null before the first. */
export function usualLoadMs(timings: ModelTimingStore, id: ModelId): number | null {
  return usualMs(timings, id, 'load')
}

function usualMs(timings: ModelTimingStore, id: ModelId, phase: TimingPhase): number | null {
  return median(
    timings
      .newest(id, phase)
      .slice(0, usualOf)
      .map(({ durationMs }) => durationMs)
  )
}

function tokenSpeed(tokenMs: number | null): number | null {
  return tokenMs === null || tokenMs <= 0 ? null : 1_000 / tokenMs
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}

function promptSpeed({ durationMs, promptTokens }: Timing): number[] {
  if (promptTokens === null || promptTokens < tellingPromptTokens || durationMs <= 0) return []
  return [promptTokens / (durationMs / 1_000)]
}
