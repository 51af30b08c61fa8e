/** A prediction with only what a test is about; everything fits and is known unless said otherwise. */
import type { FitSum, Prediction } from '../../../../shared/fit.ts'

const gb = 1_000_000_000

export function sumOf(changes: Partial<FitSum> = {}): FitSum {
  return {
    limitBytes: 26.4 * gb,
    reserveBytes: 4 * gb,
    budgetBytes: 22.4 * gb,
    heldBytes: 8 * gb,
    replacedBytes: 0,
    freeBytes: 14.6 * gb,
    roomBytes: 14.4 * gb,
    overBytes: 0,
    limitedBy: 'budget',
    ...changes
  }
}

export function predictionOf(changes: Partial<Prediction> = {}): Prediction {
  return {
    id: { hostId: 'ollama', name: 'a' },
    verdict: 'fits',
    unload: [],
    fittingContextLength: null,
    spilledBytes: 0,
    isAllowed: true,
    contextLength: 8_192,
    needBytes: 14.24 * gb,
    plusMinusBytes: 0.3 * gb,
    source: 'engine',
    parts: [
      { kind: 'weights', bytes: 12.9 * gb },
      { kind: 'context', bytes: 1.1 * gb },
      { kind: 'compute', bytes: 0.24 * gb }
    ],
    sum: sumOf(),
    ...changes
  }
}
