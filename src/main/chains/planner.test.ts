/** What a plan must be, in small cases that can be read; bench/plannerBench.test.ts holds thousands of them against an oracle. */
import { describe, expect, it } from 'vitest'
import { itemByItemLoads, naiveLoads, planRun } from './planner.ts'
import { chainOf, modelOf, problemOf, replay } from './planner/plannerRig.ts'
import type { PlanProblem, PlanSolution } from './planner/planProblem.ts'

function solved(problem: PlanProblem): PlanSolution {
  const answer = planRun(problem)
  if (answer.kind === 'stuck') throw new Error(`stuck: ${answer.models.join()}`)
  expect(replay(problem, answer.solution)).toEqual([])
  return answer.solution
}

/** "+A A0-9 -A": load, runs with their items, unload. */
function inWords({ actions }: PlanSolution): string {
  const name = (model: number): string => String.fromCharCode(65 + model)
  return actions
    .map((action) => {
      if (action.kind === 'run') return `${action.stepIds.join('+')}:${action.firstItem}-${action.lastItem}`
      return `${action.kind === 'load' ? '+' : '-'}${name(action.model)}`
    })
    .join(' ')
}

const batch = (steps: string, items: number): PlanProblem['groups'] => [
  { items: [[0, items - 1]], todo: [...steps].map((_, place) => place) }
]

describe('fewest loads', () => {
  it('A B A over 30 items with room for one: three loads, not one for each item', () => {
    const problem = problemOf({ steps: chainOf('ABA'), models: [modelOf(), modelOf()], groups: batch('ABA', 30) })
    const plan = solved(problem)
    expect(inWords(plan)).toBe('+A s0:0-29 -A +B s1:0-29 -B +A s2:0-29 -A')
    expect(plan).toMatchObject({ loads: 3, peakBytes: 1, isProven: true, durationMs: 30 + 90 + 3 })
    expect([naiveLoads(problem), itemByItemLoads(problem)]).toEqual([90, 61])
  })

  it('models that fit together stay, and the next is loaded while the first answers', () => {
    const problem = problemOf({
      steps: chainOf('ABA'),
      models: [modelOf(), modelOf()],
      groups: batch('ABA', 30),
      pools: [2]
    })
    const plan = solved(problem)
    expect(plan.loads).toBe(2)
    expect(plan.actions.filter(({ kind }) => kind === 'load')).toMatchObject([
      { isPrefetch: false },
      { isPrefetch: true }
    ])
    expect(
      solved({ ...problem, mayPrefetch: false }).actions.some((one) => one.kind === 'load' && one.isPrefetch)
    ).toBe(false)
  })

  // Would catch: an unload before its own load, where sums of times are off by the last digit.
  it('what takes no time at all is still in order', () => {
    const times = { pool: null, unloadMs: 500 }
    const models = [modelOf({ ...times, loadMs: 33.333 }), modelOf({ ...times, loadMs: 0 })]
    const plan = solved(problemOf({ steps: chainOf('AB', 0), models, maxLoaded: 1, mayPrefetch: false }))
    expect(inWords(plan)).toBe('+A s0:0-0 -A +B s1:0-0 -B')
  })

  it('two steps on one model are one run, each item through both', () => {
    expect(inWords(solved(problemOf({ steps: chainOf('AAB'), models: [modelOf(), modelOf()] })))).toBe(
      '+A s0+s1:0-0 -A +B s2:0-0 -B'
    )
  })

  it('items in the middle of a chain share the loads of the others, and no span names an item that is not ready', () => {
    const groups: PlanProblem['groups'] = [
      {
        items: [
          [0, 4],
          [6, 9]
        ],
        todo: [0, 1]
      },
      { items: [[5, 5]], todo: [1] }
    ]
    const models = [modelOf(), modelOf({ isResident: true })]
    expect(inWords(solved(problemOf({ steps: chainOf('AB'), models, groups })))).toBe(
      's1:5-5 -B +A s0:0-9 -A +B s1:0-9'
    )
  })

  it('what is in memory is free, and stays at the end; what was loaded goes, unless that is not wanted', () => {
    const models = [modelOf({ isResident: true }), modelOf()]
    const problem = problemOf({ steps: chainOf('AB'), models, pools: [2] })
    expect(inWords(solved(problem))).toBe('+B s0:0-0 s1:0-0 -B')
    expect(inWords(solved({ ...problem, autoUnload: false }))).toBe('+B s0:0-0 s1:0-0')
    const own = [modelOf({ isResident: true, isOwn: true }), modelOf()]
    expect(inWords(solved({ ...problem, models: own }))).toBe('+B s0:0-0 -A s1:0-0 -B')
  })

  it('a foreign model goes only when there is no other way; one that must stay never goes', () => {
    const foreign = modelOf({ isResident: true })
    const steps = chainOf('AB')
    expect(inWords(solved(problemOf({ steps, models: [modelOf(), modelOf(), foreign], pools: [2] })))).toBe(
      '+A s0:0-0 -A +B s1:0-0 -B'
    )
    expect(inWords(solved(problemOf({ steps, models: [modelOf(), modelOf(), foreign] })))).toContain('-C')
    const models = [modelOf(), modelOf({ needBytes: 2 }), { ...foreign, mustStay: true }]
    expect(planRun(problemOf({ steps, models, pools: [2] }))).toEqual({ kind: 'stuck', models: [1] })
  })

  it('an unknown need is alone in its pool, and the peak is unknown; another pool does not mind', () => {
    const models = [modelOf({ needBytes: null }), modelOf(), modelOf({ pool: 1 })]
    const plan = solved(problemOf({ steps: chainOf('ABC'), models, pools: [9, 9] }))
    expect(plan.peakBytes).toBeNull()
    expect(plan.loads).toBe(3)
  })
})

describe('first result', () => {
  it('the first item goes through alone, then the rest in the fewest loads', () => {
    const models = [modelOf(), modelOf()]
    const plan = solved(problemOf({ steps: chainOf('AB'), models, groups: batch('AB', 10), order: 'first_result' }))
    expect(inWords(plan)).toBe('+A s0:0-0 -A +B s1:0-0 -B +A s0:1-9 -A +B s1:1-9 -B')
    expect(plan).toMatchObject({ firstResultMs: 23, loads: 4, isProven: true })
  })
})

it('names every model that never fits, and plans nothing where there is nothing to do', () => {
  const big = modelOf({ needBytes: 5 })
  expect(planRun(problemOf({ steps: chainOf('ABC'), models: [big, modelOf(), big] }))).toEqual({
    kind: 'stuck',
    models: [0, 2]
  })
  expect(solved(problemOf({ steps: chainOf('A'), models: [big], groups: [] }))).toMatchObject({
    actions: [],
    loads: 0,
    durationMs: 0
  })
})

it('item by item, with a period that never ends: counted for 100,000 items as for ten', () => {
  const problem = problemOf({ steps: chainOf('ABC'), models: [modelOf(), modelOf(), modelOf()], pools: [2] })
  const loadsOf = (items: number): number => itemByItemLoads({ ...problem, groups: batch('ABC', items) })
  expect(loadsOf(10)).toBe(30)
  expect(loadsOf(100_000)).toBe(300_000)
})

it.each(['fewest_loads', 'first_result'] as const)(
  '34 models, more than one word has bits, %s: each is loaded once',
  (order) => {
    const models = Array.from({ length: 34 }, (_, at) => modelOf({ loadMs: at + 1 }))
    const steps = models.map((_, model) => ({ id: `s${model}`, model, after: model > 0 ? [model - 1] : [], runMs: 1 }))
    for (const roomFor of [1, 2]) {
      const plan = solved(problemOf({ steps, models, pools: [roomFor], order }))
      expect(plan).toMatchObject({ loads: 34, isProven: true })
    }
  }
)

it('without prefetch two models that go together take the time of one', () => {
  // Both fit beside each other, neither beside C nor D: A and B may go before C, or B only before D.
  const models = [
    modelOf({ unloadMs: 5 }),
    modelOf({ unloadMs: 5 }),
    modelOf({ unloadMs: 0 }),
    modelOf({ unloadMs: 0 })
  ]
  const problem = problemOf({
    steps: chainOf('ABCD'),
    models,
    pools: [2],
    order: 'first_result',
    mayPrefetch: false,
    autoUnload: false
  })
  // Four loads, four answers and one unload of both; one after the other they would take 10.
  expect(solved(problem)).toMatchObject({ firstResultMs: 40 + 4 + 5, isProven: true })
})
