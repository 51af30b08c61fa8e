/** One number of the memory points over a range, for a small line: the highest of each short stretch, broken over gaps. */
import type { MemoryPoint } from '../../../../shared/memory.ts'
import { drawnAt } from './drawnAt.ts'
import { memoryGaps } from './memoryGaps.ts'
import type { SparkPoint } from './sparkPath.ts'

const stretches = 120

export function sparkPoints(
  points: readonly MemoryPoint[],
  valueOf: (point: MemoryPoint) => number | null,
  fromAt: number,
  toAt: number
): { points: SparkPoint[]; breaks: boolean[] } {
  const stretchMs = (toAt - fromAt) / stretches
  const { points: shown, gaps } = memoryGaps(
    points.filter((point) => drawnAt(point) >= fromAt && drawnAt(point) <= toAt)
  )
  const found = new Map<number, SparkPoint & { isBreak: boolean }>()
  shown.forEach((point, index) => {
    const stretch = Math.floor(drawnAt(point) / stretchMs)
    const before = found.get(stretch)
    const value = valueOf(point)
    const isHigher = before === undefined || before.value === null || (value !== null && value > before.value)
    const isBreak = before?.isBreak === true || gaps[index] === true
    found.set(stretch, isHigher ? { at: drawnAt(point), value, isBreak } : { ...before, isBreak })
  })
  const kept = [...found.values()]
  return { points: kept.map(({ at, value }) => ({ at, value })), breaks: kept.map(({ isBreak }) => isBreak) }
}
