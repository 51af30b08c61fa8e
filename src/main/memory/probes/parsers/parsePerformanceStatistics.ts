/** The GPU's counters in macOS's `ioreg -c IOAccelerator`: one line per accelerator, values may be missing or have wrapped. */
import { parseWhole } from './parseWhole.ts'

export interface GpuCounters {
  /** Everything every program has allocated for the GPU, mapped weights included. */
  allocatedBytes: number | null
  /** 0 to 100. */
  loadPercent: number | null
}

/**
 * Of several accelerators the one that has allocated most: helpers have none or little. "In use system memory" is left alone on
 * purpose: it is what is wired at this moment and falls to nearly nothing while a model idles, and "(driver)" is always 0.
 */
export function parsePerformanceStatistics(lines: readonly string[]): GpuCounters | null {
  let best: GpuCounters | null = null
  for (const line of lines) {
    const inner = /"PerformanceStatistics" = \{([^{}]*)\}/.exec(line)?.[1]
    if (inner === undefined) continue
    const counters = {
      allocatedBytes: value(inner, 'Alloc system memory'),
      loadPercent: percent(value(inner, 'Device Utilization %'))
    }
    if (counters.allocatedBytes === null && counters.loadPercent === null) continue
    if (best === null || (counters.allocatedBytes ?? 0) > (best.allocatedBytes ?? 0)) best = counters
  }
  return best
}

function value(inner: string, key: string): number | null {
  return parseWhole(new RegExp(`(?:^|,)"${key}"=(-?\\d+)(?:,|$)`).exec(inner)?.[1])
}

function percent(count: number | null): number | null {
  return count === null || count > 100 ? null : count
}
