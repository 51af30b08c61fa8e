/** What a plan is measured against: the loads of those who do not plan. Pure. */
import { createRoom } from './plannerRoom.ts'
import type { PlanProblem } from './planProblem.ts'

/** A load for every step of every item. */
export function naiveLoads({ groups }: PlanProblem): number {
  return groups.reduce((sum, { items, todo }) => sum + countOf(items) * todo.length, 0)
}

function countOf(items: PlanProblem['groups'][number]['items']): number {
  return items.reduce((sum, [first, last]) => sum + last - first + 1, 0)
}

/** Item by item in the order of the steps, keeping what fits: who was asked the longest time ago goes first. */
export function itemByItemLoads(problem: PlanProblem): number {
  const room = createRoom(problem, { inOrder: null })
  const here = Uint8Array.from(problem.models, ({ isResident }) => Number(isResident))
  /** The last asked last. */
  const order = [...here.keys()]
  let loads = 0

  function ask(model: number): void {
    order.push(...order.splice(order.indexOf(model), 1))
    if (here[model]) return
    for (const victim of order) {
      if (room.mayLoad(here, model)) break
      if (!here[victim] || victim === model || problem.models[victim]!.mustStay) continue
      here[victim] = 0
      // One whose going makes no difference stays.
      if (!helps(victim, model)) here[victim] = 1
    }
    here[model] = 1
    loads += 1
  }

  function helps(victim: number, model: number): boolean {
    const [one, other] = [problem.models[victim]!, problem.models[model]!]
    return (one.pool !== null && one.pool === other.pool) || (one.isCounted && other.isCounted)
  }

  const spans = problem.groups
    .flatMap(({ items, todo }) =>
      items.map(([first, last]) => ({ first, count: last - first + 1, todo: todo.toSorted((a, b) => a - b) }))
    )
    .sort((a, b) => a.first - b.first)
  for (const { count, todo } of spans) {
    /** What was in memory before an item, and how many loads there had been: it comes round again soon. */
    const seen = new Map<string, { at: number; loads: number }>()
    for (let at = 0; at < count; at++) {
      const key = `${here.join('')} ${order.join()}`
      const was = seen.get(key)
      if (was) {
        const period = at - was.at
        const rounds = Math.floor((count - at) / period)
        loads += rounds * (loads - was.loads)
        at += rounds * period
        seen.clear()
        if (at >= count) break
      } else seen.set(key, { at, loads })
      for (const step of todo) ask(problem.steps[step]!.model)
    }
  }
  return loads
}
