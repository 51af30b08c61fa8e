/** Where a point stands on the time axis: a sample at its moment, a mean in the middle of what it is the mean of. */
import type { MemoryPoint } from '../../../../shared/memory.ts'

export function drawnAt({ at, spanMs }: Pick<MemoryPoint, 'at' | 'spanMs'>): number {
  return at + spanMs / 2
}
