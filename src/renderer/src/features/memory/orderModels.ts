/** The order models are stacked in: who was there first lies lowest, and nobody changes place while the range moves. */
import type { MemoryPoint } from '../../../../shared/memory.ts'

/** Keys already in `previous` keep their places; newcomers are added on top. Answers `previous` itself when nothing is new. */
export function orderModels(previous: readonly string[], points: readonly MemoryPoint[]): readonly string[] {
  const known = new Set(previous)
  const order = [...previous]
  for (const point of points) {
    for (const key of Object.keys(point.held).sort()) {
      if (known.has(key)) continue
      known.add(key)
      order.push(key)
    }
  }
  return order.length === previous.length ? previous : order
}
