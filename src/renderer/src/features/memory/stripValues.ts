/** The words of the strips: what is now, or of a picture that stands still the most there was. Pure; unknown is null. */
import type { MemoryPoint, MemorySample, Pressure } from '../../../../shared/memory.ts'
import { drawnAt } from './drawnAt.ts'
import type { TimeSpan } from './memoryView.ts'

export interface StripValues {
  gpuLoadPercent: number | null
  pressure: Pressure | null
  swapUsedBytes: number | null
  /** Some GPU told its load, now or in the time shown. */
  hasGpu: boolean
}

const order: readonly Pressure[] = ['normal', 'warn', 'critical']

export function stripValues(
  points: readonly MemoryPoint[],
  span: TimeSpan,
  sample: MemorySample | null,
  isLive: boolean
): StripValues {
  const shown = points.filter((point) => drawnAt(point) >= span.fromAt && drawnAt(point) <= span.toAt)
  const loads = sample?.gpus.map(({ loadPercent }) => loadPercent) ?? []
  const load = highest(loads)
  const hasGpu = load !== null || shown.some(({ gpuLoadPercent }) => gpuLoadPercent !== null)
  if (isLive) {
    const { pressure = null, swapUsedBytes = null } = sample ?? {}
    return { gpuLoadPercent: load, pressure, swapUsedBytes, hasGpu }
  }
  const worst = highest(shown.map(({ pressure }) => (pressure === null ? null : order.indexOf(pressure))))
  return {
    gpuLoadPercent: highest(shown.map(({ gpuLoadPercent }) => gpuLoadPercent)),
    pressure: worst === null ? null : (order[worst] ?? null),
    swapUsedBytes: highest(shown.map(({ swapUsedBytes }) => swapUsedBytes)),
    hasGpu
  }
}

function highest(values: readonly (number | null)[]): number | null {
  return values.reduce((most, value) => (value === null ? most : Math.max(most ?? value, value)), null)
}
