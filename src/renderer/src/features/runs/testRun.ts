/** A run for tests: forty items, done. */
import type { RunSummary } from '../../../../shared/run.ts'

export function testRun(changes: Partial<RunSummary> = {}): RunSummary {
  return {
    id: 'run-00000001',
    chainId: 'review',
    chainName: 'Review a folder',
    status: 'done',
    order: 'fewest_loads',
    autoUnload: true,
    inputId: 'input-00000001',
    inputWords: '40 files, 312 kB',
    createdAt: 1_000,
    startedAt: 1_000,
    endedAt: 61_000,
    workedMs: 60_000,
    itemCount: 40,
    items: { waiting: 0, running: 0, done: 40, stopped: 0, failed: 0 },
    notedItems: 0,
    stepRuns: 120,
    stepRunsDone: 120,
    loads: 3,
    plannedLoads: 3,
    peakBytes: 14e9,
    plannedPeakBytes: 14.2e9,
    outputTokens: 6_960,
    tokensPerSecond: 31.4,
    remainingMs: null,
    doing: null,
    error: null,
    ...changes
  }
}
