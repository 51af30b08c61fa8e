/** Plans for tests: two models that take turns over 40 items. */
import type { Plan, PlanModel } from '../../../../shared/plan.ts'
import type { RunProgress } from '../../../../shared/run.ts'

const gb = 1_000_000_000

export function testPlanModel(name: string, changes: Partial<PlanModel> = {}): PlanModel {
  return {
    id: { hostId: 'ollama', name },
    needBytes: 8 * gb,
    needSource: 'learned',
    contextLength: 8_192,
    loadMs: 10_000,
    isResident: false,
    isKept: false,
    isForeign: false,
    ...changes
  }
}

export function testPlan(changes: Partial<Plan> = {}): Plan {
  const run = { kind: 'run', firstItem: 0, lastItem: 39, itemCount: 40 } as const
  return {
    order: 'fewest_loads',
    models: [testPlanModel('small'), testPlanModel('big', { needBytes: 14 * gb })],
    actions: [
      { kind: 'load', model: 0, startMs: 0, endMs: 10_000, isPrefetch: false },
      { ...run, models: [0], stepIds: ['draft'], startMs: 10_000, endMs: 110_000 },
      { kind: 'unload', model: 0, startMs: 110_000, endMs: 110_000 },
      { kind: 'load', model: 1, startMs: 110_000, endMs: 130_000, isPrefetch: false },
      { ...run, models: [1], stepIds: ['judge'], startMs: 130_000, endMs: 330_000 }
    ],
    itemCount: 40,
    stepRuns: 80,
    loads: 2,
    naiveLoads: 80,
    itemByItemLoads: 80,
    peakBytes: 14 * gb,
    budgetBytes: 22.4 * gb,
    durationMs: 330_000,
    firstResultMs: 135_000,
    answerTokens: { least: 400, most: 400 },
    isProven: true,
    held: [
      { atMs: 0, bytes: 8 * gb },
      { atMs: 110_000, bytes: 14 * gb }
    ],
    ...changes
  }
}

export function testProgress(changes: Partial<RunProgress> = {}): RunProgress {
  const [load, run] = testPlan().actions
  const done = [load, run].filter((action) => action !== undefined)
  return { plan: testPlan(), done, held: [{ atMs: 0, bytes: 7 * gb }], nowMs: 50_000, replans: [], ...changes }
}
