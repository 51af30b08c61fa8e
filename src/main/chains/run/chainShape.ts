/** A chain as its runner walks it: steps in an order in which each comes after what it mentions, by place. */
import type { Chain, Step } from '../../../shared/chain.ts'
import { cycleOf, graphOf } from '../../../shared/chainGraph.ts'
import { StokerError } from '../../../shared/errors.ts'

export interface ChainShape {
  readonly chain: Chain
  /** By place: the order of PlanProblem.steps. */
  readonly steps: readonly Step[]
  readonly placeOf: ReadonlyMap<string, number>
  /** Places of the steps that each mentions. */
  readonly after: readonly (readonly number[])[]
  /** Places of all that come after each, at any distance, ascending. */
  readonly followers: readonly (readonly number[])[]
  /** Places of the steps that no other mentions: the item's result. */
  readonly results: readonly number[]
}

/** Throws `invalid_input` for a chain whose steps mention each other in a circle. */
export function shapeOf(chain: Chain): ChainShape {
  const { order, before, results } = graphOf(chain)
  if (order === null) {
    const words = (cycleOf(chain) ?? []).join(' → ')
    throw new StokerError('invalid_input', `These steps of "${chain.name}" wait for each other: ${words}.`)
  }
  const byId = new Map(chain.steps.map((step) => [step.id, step]))
  const steps = order.flatMap((stepId) => byId.get(stepId) ?? [])
  const placeOf = new Map(steps.map(({ id }, place) => [id, place]))
  const after = steps.map(({ id }) =>
    (before.get(id) ?? []).flatMap((stepId) => placeOf.get(stepId) ?? []).sort((a, b) => a - b)
  )
  return {
    chain,
    steps,
    placeOf,
    after,
    followers: followersOf(after),
    results: steps.flatMap(({ id }, place) => (results.includes(id) ? [place] : []))
  }
}

function followersOf(after: readonly (readonly number[])[]): number[][] {
  const followers = after.map(() => new Set<number>())
  for (let place = after.length - 1; place >= 0; place--) {
    for (const before of after[place] ?? []) {
      followers[before]?.add(place)
      for (const later of followers[place] ?? []) followers[before]?.add(later)
    }
  }
  return followers.map((places) => [...places].sort((a, b) => a - b))
}
