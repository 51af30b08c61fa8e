/** Memory points for tests: other programs are known and no model is loaded, unless said. */
import type { MemoryPoint } from '../../../../shared/memory.ts'

export function testPoint(at: number, part: Partial<MemoryPoint> = {}): MemoryPoint {
  const usedBytes = part.usedBytes === undefined ? 4_000_000_000 : part.usedBytes
  return {
    at,
    spanMs: 0,
    usedBytes,
    usedMinBytes: usedBytes,
    usedMaxBytes: usedBytes,
    heldMaxBytes: usedBytes === null ? null : Object.values(part.held ?? {}).reduce((sum, bytes) => sum + bytes, 0),
    otherBytes: 4_000_000_000,
    swapUsedBytes: null,
    gpuLoadPercent: null,
    pressure: null,
    held: {},
    ...part
  }
}

/** What stands between two points where nothing was read. */
export function testHole(at: number): MemoryPoint {
  return testPoint(at, { usedBytes: null, otherBytes: null })
}
