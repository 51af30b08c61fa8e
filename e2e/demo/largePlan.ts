/** A plan at its limits: twenty models that take turns in five hundred actions, of a chain too large to prove. */
import type { Plan, PlanAction } from '../../src/shared/plan.ts'

const models = 20
const rounds = 250
const loadMs = 9_000
const answersMs = 105_000

export function largePlan(plan: Plan): Plan {
  const actions: PlanAction[] = []
  const held: Plan['held'] = []
  for (let round = 0, atMs = 0; round < rounds; round += 1) {
    const model = (round * 7) % models
    held.push({ atMs, bytes: (3 + ((round * 11) % 19)) * 1e9 })
    actions.push({ kind: 'load', model, startMs: atMs, endMs: (atMs += loadMs), isPrefetch: false })
    const items = { firstItem: round * 4, lastItem: round * 4 + 3, itemCount: 4 }
    const [first] = plan.actions.flatMap((action) => (action.kind === 'run' ? action.stepIds : []))
    const run = { kind: 'run' as const, models: [model], stepIds: [first ?? 'step'], ...items }
    actions.push({ ...run, startMs: atMs, endMs: (atMs += answersMs) })
  }
  const of = plan.models[0]
  return {
    ...plan,
    models: Array.from({ length: models }, (_, place) => ({
      ...(of as Plan['models'][number]),
      id: { hostId: 'ollama', name: `district-reports-${place + 1}:${place + 2}b` },
      isResident: false
    })),
    actions,
    held,
    itemCount: 1_000,
    stepRuns: 1_000,
    loads: rounds,
    naiveLoads: 1_000,
    itemByItemLoads: 1_000,
    peakBytes: 21e9,
    durationMs: rounds * (loadMs + answersMs),
    isProven: false
  }
}
