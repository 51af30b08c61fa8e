/** When two predictions, or two samples, differ by something that matters: memory is never quite still. Pure. */
import type { Prediction, Relief } from '../../shared/fit.ts'
import type { MemorySample } from '../../shared/memory.ts'
import { modelKey } from '../../shared/modelKey.ts'

/** Of what models hold and may hold. */
const modelStepBytes = 1_000_000
/** Of what other programs use: half of the last digit that is shown. */
const otherStepBytes = 50_000_000

/** Whether every verdict would come out the same by both samples. */
export function isMuchTheSame(a: MemorySample, b: MemorySample): boolean {
  return (
    a.isStale === b.isStale &&
    isNear(a.otherBytes, b.otherBytes, otherStepBytes) &&
    isNear(a.totalBytes, b.totalBytes, 0) &&
    isNear(a.budgetBytes, b.budgetBytes, 0) &&
    isSameList(a.pools, b.pools, (one, two) => one.id === two.id && one.budgetBytes === two.budgetBytes) &&
    isSameList(
      a.gpus,
      b.gpus,
      (one, two) => one.id === two.id && isNear(one.usedBytes, two.usedBytes, otherStepBytes)
    ) &&
    isSameList(
      a.models,
      b.models,
      (one, two) =>
        modelKey(one.id) === modelKey(two.id) &&
        isNear(one.heldBytes, two.heldBytes, modelStepBytes) &&
        isNear(one.gpuBytes, two.gpuBytes, modelStepBytes)
    )
  )
}

export function areSameFits(a: readonly Prediction[], b: readonly Prediction[]): boolean {
  return isSameList(a, b, isSameFit)
}

export function isSameRelief(a: Relief | null, b: Relief | null): boolean {
  if (a === null || b === null) return a === b
  const isSame = isSameList(a.unload, b.unload, (one, two) => modelKey(one) === modelKey(two))
  return isSame && isNear(a.bytes, b.bytes, modelStepBytes)
}

function isSameFit(a: Prediction, b: Prediction): boolean {
  return a === b || (inWords(a) === inWords(b) && hasSameNeed(a, b) && hasSameSum(a, b))
}

/** What must not differ at all. */
function inWords(fit: Prediction): string {
  const { id, verdict, unload, fittingContextLength, isAllowed, contextLength, source, sum } = fit
  const keys = [id, ...unload].map(modelKey).join(' ')
  return [keys, verdict, fittingContextLength, isAllowed, contextLength, source, sum.limitedBy].join('|')
}

function hasSameNeed(a: Prediction, b: Prediction): boolean {
  return (
    isNear(a.needBytes, b.needBytes, modelStepBytes) &&
    isNear(a.plusMinusBytes, b.plusMinusBytes, modelStepBytes) &&
    isNear(a.spilledBytes, b.spilledBytes, modelStepBytes) &&
    isSameList(a.parts, b.parts, (one, two) => one.kind === two.kind && isNear(one.bytes, two.bytes, modelStepBytes))
  )
}

function hasSameSum({ sum: a }: Prediction, { sum: b }: Prediction): boolean {
  const roomStepBytes = a.limitedBy === 'other_programs' ? otherStepBytes : modelStepBytes
  return (
    isNear(a.freeBytes, b.freeBytes, otherStepBytes) &&
    isNear(a.roomBytes, b.roomBytes, roomStepBytes) &&
    isNear(a.overBytes, b.overBytes, roomStepBytes) &&
    (['limitBytes', 'reserveBytes', 'budgetBytes', 'heldBytes', 'replacedBytes'] as const).every((part) =>
      isNear(a[part], b[part], modelStepBytes)
    )
  )
}

function isNear(a: number | null, b: number | null, stepBytes: number): boolean {
  return a === b || (a !== null && b !== null && Math.abs(a - b) <= stepBytes)
}

function isSameList<One>(a: readonly One[], b: readonly One[], isSame: (a: One, b: One) => boolean): boolean {
  return a.length === b.length && a.every((one, index) => isSame(one, b[index] as One))
}
