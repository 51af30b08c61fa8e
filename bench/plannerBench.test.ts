/** The planner against an oracle that tries everything, on the bench's cases; and the oracle itself on cases that are known. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { planRun } from '../src/main/chains/planner.ts'
import { chainOf, modelOf, problemOf, replay } from '../src/main/chains/planner/plannerRig.ts'
import { compareFewest, compareFirst } from './plannerBench.ts'
import { hardShapes } from './plannerCases.ts'
import { cheapest, itemsOf, residents, soonest, worthOf } from './plannerOracle.ts'

/** As many as `npm test` has time for, the same every time; in `npm run fuzz` new ones and more; the bench has 20,000. */
const { seed = 1, numRuns } = fc.readConfigureGlobal() ?? {}
const rounds = (numRuns ?? 100) * 3

it('fewest loads: loads, load time and evictions of others equal the oracle, and every plan obeys every rule', () => {
  const { wrong, impossible, cases } = compareFewest(rounds, 100_000 + seed)
  expect(wrong).toEqual([])
  expect(impossible).toBeGreaterThan(0)
  expect(impossible).toBeLessThan(cases / 5)
})

it('first result: the end of the first item and the loads in all equal the oracle, and every plan obeys every rule', () => {
  expect(compareFirst(rounds / 3, 100_000 + seed).wrong).toEqual([])
})

it('the oracle is no yes-man: it knows A B A on room for one and for two', () => {
  const models = [modelOf({ loadMs: 3 }), modelOf({ loadMs: 4 })]
  const one = problemOf({ steps: chainOf('ABA'), models })
  expect(worthOf(cheapest(one, residents(one), itemsOf(one)))).toEqual({ loads: 3, loadMs: 10, foreignEvictions: 0 })
  const two = { ...one, pools: [2] }
  expect(worthOf(cheapest(two, residents(two), itemsOf(two)))).toEqual({ loads: 2, loadMs: 7, foreignEvictions: 0 })
  // A 3, answer 1, unload 1, B 4, answer 1, unload 1, A 3, answer 1; with room for two: A 3, B until 7, B's answer, A's answer.
  expect(soonest(one, 50)?.firstMs).toBe(15)
  expect(soonest(two, 50)?.firstMs).toBe(9)
})

it.each(hardShapes().filter((_, at) => at % 13 === 0))('$name: obeys every rule in both orders', ({ problem }) => {
  for (const order of ['fewest_loads', 'first_result'] as const) {
    const answer = planRun({ ...problem, order })
    expect(answer.kind === 'plan' && replay(problem, answer.solution)).toEqual([])
  }
})
