/** Mirror of the fits: one prediction per model as the core works it out, so that one changed prediction re-renders one row. */
import { create } from 'zustand'
import type { Prediction, Relief } from '../../../shared/fit.ts'
import { modelKey } from '../../../shared/modelKey.ts'

export interface FitMirror {
  /** At each model's default context. A model of another machine has none. */
  byKey: Readonly<Record<string, Prediction>>
  /** Idle models that could go, while memory is short. */
  relief: Relief | null
}

export const useFitStore = create<FitMirror>(() => ({ byKey: {}, relief: null }))

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** All predictions at once; those that did not change keep their old object. */
export function withFits(mirror: FitMirror, fits: readonly Prediction[], relief: Relief | null): FitMirror {
  const byKey: Record<string, Prediction> = {}
  let kept = 0
  for (const fit of fits) {
    const key = modelKey(fit.id)
    const before = mirror.byKey[key]
    const isKept = before !== undefined && isSame(before, fit)
    if (isKept && !(key in byKey)) kept += 1
    byKey[key] = isKept ? before : fit
  }
  const count = Object.keys(byKey).length
  const isSameMap = kept === count && count === Object.keys(mirror.byKey).length
  return {
    byKey: isSameMap ? mirror.byKey : byKey,
    relief: isSame(relief, mirror.relief) ? mirror.relief : relief
  }
}
