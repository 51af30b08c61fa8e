/** How much memory graphics have here in all: by that, servers choose their defaults. */
import type { GpuSample } from '../../shared/memory.ts'

/** The cards' own together, else what unified graphics may use; null when there are none, or their size is not known. */
export function gpuMemoryBytes(gpus: readonly Pick<GpuSample, 'kind' | 'totalBytes'>[]): number | null {
  const cards = gpus.filter(({ kind }) => kind === 'dedicated')
  const counted = cards.length > 0 ? cards : gpus.slice(0, 1)
  return counted.reduce<number | null>(
    (sum, { totalBytes }) => (totalBytes === null ? sum : (sum ?? 0) + totalBytes),
    null
  )
}
