/** Any selection of models and contexts together: whether it fits, what would have to go, and what would make it fit. Pure. */
import type { Verdict, WhatIf, WhatIfModel } from '../../shared/fit.ts'
import type { MemorySample } from '../../shared/memory.ts'
import { longestContext, shortestUsefulContext } from './longestContext.ts'
import type { Resident } from './resident.ts'
import { sumOf } from './room.ts'
import { adviceFor } from './whatIfAdvice.ts'
import { besideOthers, isWithin, less, plus, sceneOf, totalOf, unloadOthers } from './whatIfScene.ts'
import type { Scene, Selected, Total } from './whatIfScene.ts'

export type { Selected } from './whatIfScene.ts'

/** `residents`: everything in memory and on the way there, the selected ones as well. */
export function judgeWhatIf(
  selection: readonly Selected[],
  residents: readonly Resident[],
  sample: MemorySample | null
): WhatIf {
  const scene = sceneOf(selection, residents, sample)
  const total = totalOf(scene, selection)
  const known = selection.flatMap(({ need }) => need ?? [])
  const hasUnknown = known.length < selection.length
  const advice = hasUnknown || scene.left === null || isWithin(scene, total) ? [] : adviceFor(scene, selection)
  const hasShorter = advice.some(({ unload, leaveOut }) => unload.length === 0 && leaveOut.length === 0)
  const judged = verdictOf(scene, total, hasShorter)
  // "At least" so much: too much is certain, that it fits is not.
  const isUncertain = hasUnknown && judged.verdict !== 'does_not_fit'
  return {
    models: selection.map((model) => whatIfModel(scene, total, model, hasUnknown)),
    totalBytes: known.reduce((sum, { bytes }) => sum + bytes, 0),
    plusMinusBytes: known.reduce((sum, { plusMinusBytes }) => sum + plusMinusBytes, 0),
    hasUnknown,
    verdict: isUncertain ? 'unknown' : judged.verdict,
    otherLoadedBytes: scene.othersBytes,
    unload: isUncertain ? [] : judged.unload.map(({ id }) => id),
    spilledBytes: isUncertain ? 0 : judged.spilledBytes,
    sum: sumOf(scene.room.main, total.main),
    advice
  }
}

interface Judged {
  verdict: Verdict
  unload: readonly Resident[]
  spilledBytes: number
}

function verdictOf(scene: Scene, total: Total, hasShorter: boolean): Judged {
  if (scene.left === null) return { verdict: 'unknown', unload: [], spilledBytes: 0 }
  const unload = unloadOthers(scene, total)
  if (unload !== null) {
    return { verdict: unload.length === 0 ? 'fits' : 'fits_if_unloaded', unload, spilledBytes: 0 }
  }
  const beside = besideOthers(scene, total)
  const spilledBytes = beside?.spilledBytes ?? 0
  if (hasShorter) return { verdict: 'fits_with_context', unload: [], spilledBytes }
  return { verdict: beside ? 'fits_partly' : 'does_not_fit', unload: beside?.unload ?? [], spilledBytes }
}

function whatIfModel(scene: Scene, total: Total, model: Selected, hasUnknown: boolean): WhatIfModel {
  const { id, need, maxContextLength } = model
  const contextLength = need?.contextLength ?? model.contextLength
  return {
    id,
    contextLength,
    maxContextLength,
    need,
    // Beside a need that nobody knows, nobody knows what is left either.
    largestContextLength: hasUnknown || need === null ? null : largestContext(scene, total, model, need.contextLength)
  }
}

function largestContext(scene: Scene, total: Total, model: Selected, asked: number): number | null {
  if (scene.left === null) return null
  const others = less(scene, total, model, model.need?.bytes ?? 0)
  const most = model.maxContextLength ?? asked
  const fits = (length: number): boolean => {
    const bytes = model.needAt(length)?.bytes
    return bytes !== undefined && isWithin(scene, plus(scene, others, model, bytes))
  }
  return longestContext(fits, Math.min(shortestUsefulContext, most, asked), most)
}
