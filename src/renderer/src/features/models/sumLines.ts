/** The sum that led to a verdict, line by line, as the tooltip and the question before a load show it. Pure. */
import type { FitSum, Prediction } from '../../../../shared/fit.ts'
import type { NeedPart, NeedPartKind } from '../../../../shared/need.ts'
import { formatBytes, formatBytesFine } from '../../lib/format.ts'
import { isRefused, tokenWords } from './fitWords.ts'

export interface SumLine {
  label: string
  value: string
  /** A result, not one of its parts. */
  isResult: boolean
  isOver: boolean
}

const partLabels: Record<NeedPartKind, string> = {
  weights: 'Weights',
  projector: 'Projector',
  context: 'Context',
  state: 'State',
  compute: 'Compute',
  output: 'Output',
  overhead: 'Program and driver'
}

/** "Context, 16,384 tokens" where the length is known. */
export function partLabel(kind: NeedPartKind, contextLength: number | null): string {
  const label = partLabels[kind]
  return kind === 'context' && contextLength !== null ? `${label}, ${tokenWords(contextLength)}` : label
}

export function partLines(parts: readonly NeedPart[], contextLength: number | null): SumLine[] {
  // One part alone is the whole again.
  if (parts.length < 2) return []
  return parts.flatMap(({ kind, bytes }) =>
    bytes === 0 ? [] : [line(partLabel(kind, contextLength), formatBytesFine(bytes))]
  )
}

function line(label: string, value: string, changes: Partial<SumLine> = {}): SumLine {
  return { label, value, isResult: false, isOver: false, ...changes }
}

/** "14.24 GB ± 0.3": what is expected, and how far off it may be. */
export function needValue({ needBytes, plusMinusBytes }: Pick<Prediction, 'needBytes' | 'plusMinusBytes'>): string {
  if (needBytes === null) return 'unknown'
  const off = plusMinusBytes === null || plusMinusBytes === 0 ? '' : ` ± ${formatBytes(plusMinusBytes)}`
  return `${formatBytesFine(needBytes)}${off}`
}

const roomLabels = { budget: 'Room in the budget now', other_programs: 'Room beside other programs now' } as const

function less(bytes: number): string {
  return `− ${formatBytesFine(bytes)}`
}

function budgetLines({ limitBytes, reserveBytes, budgetBytes }: FitSum): SumLine[] {
  const hasReserve = limitBytes !== null && reserveBytes !== null && reserveBytes > 0
  return [
    ...(hasReserve
      ? [line('The machine can give', formatBytesFine(limitBytes)), line('Kept for the system', less(reserveBytes))]
      : []),
    line('Budget for models', formatBytesFine(budgetBytes), { isResult: hasReserve })
  ]
}

/** What is held now, what that leaves, and what is missing. */
function leftLines(sum: FitSum, isOver: boolean): SumLine[] {
  const { heldBytes, replacedBytes, freeBytes, roomBytes, overBytes, limitedBy } = sum
  return [
    ...(heldBytes > 0 ? [line('Held by models', less(heldBytes))] : []),
    ...(replacedBytes > 0 ? [line('Held by it now, given back first', formatBytesFine(replacedBytes))] : []),
    line('Other programs leave', formatBytesFine(freeBytes)),
    line(limitedBy === null ? 'Room now' : roomLabels[limitedBy], formatBytesFine(roomBytes), { isResult: true }),
    ...(overBytes !== null && overBytes > 0
      ? [line('Missing', formatBytesFine(overBytes), { isResult: true, isOver })]
      : [])
  ]
}

/** From the limit down to the room; of a model larger than the whole budget only that: no unloading would help it. */
function roomLines(prediction: Prediction): SumLine[] {
  const { needBytes, sum } = prediction
  const isOver = isRefused(prediction)
  const beyondBytes = needBytes === null || sum.budgetBytes === null ? 0 : needBytes - sum.budgetBytes
  return [
    ...budgetLines(sum),
    ...(beyondBytes > 0
      ? [line('Over the budget', formatBytesFine(beyondBytes), { isResult: true, isOver })]
      : leftLines(sum, isOver))
  ]
}

type Needed = Pick<Prediction, 'parts' | 'contextLength' | 'needBytes' | 'plusMinusBytes'>

/** The parts and their sum. */
export function needLines(needed: Needed): SumLine[] {
  return [...partLines(needed.parts, needed.contextLength), line('Needs', needValue(needed), { isResult: true })]
}

/** First what it needs, then the room there is for it. */
export function fitSumGroups(prediction: Prediction): SumLine[][] {
  const { spilledBytes } = prediction
  const beside = spilledBytes > 0 ? [line('Of it in RAM beside the card', formatBytesFine(spilledBytes))] : []
  return [[...needLines(prediction), ...beside], roomLines(prediction)]
}
