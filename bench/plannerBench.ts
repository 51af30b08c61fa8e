/** The planner against trying everything, and how long it takes where it is hard. */
import { planRun } from '../src/main/chains/planner.ts'
import { replay } from '../src/main/chains/planner/plannerRig.ts'
import type { PlanProblem, PlanSolution } from '../src/main/chains/planner/planProblem.ts'
import { hardShapes, longShapes, smallCase, type Shape } from './plannerCases.ts'
import { cheapest, itemsOf, residents, soonest, worthOf } from './plannerOracle.ts'
import type { Row } from './row.ts'

interface Comparison {
  cases: number
  /** Among them: no way to run everything, said by both. */
  impossible: number
  /** In words, the first few. */
  wrong: string[]
  wrongCount: number
}

/** Loads, load time and foreign evictions against the oracle's, and every plan replayed. */
export function compareFewest(cases: number, firstSeed = 0): Comparison {
  return compare(cases, firstSeed, (seed) => {
    const problem = smallCase(seed)
    const cost = cheapest(problem, residents(problem), itemsOf(problem))
    return { problem, best: cost === Infinity ? null : { ...worthOf(cost), firstMs: null } }
  })
}

/**
 * The first item's end and then all loads, against the oracle's tick by tick; with and without prefetch. Up to 5 steps.
 */
export function compareFirst(cases: number, firstSeed = 0): Comparison {
  return compare(cases, firstSeed, (seed) => {
    const problem = smallCase(seed, { order: 'first_result' })
    if (problem.steps.length > 5 || itemsOf(problem).length === 0) return null
    const end = soonest(problem, 100)
    // With the first item done first there may be no way, and yet be one with it done later: a plan that is no proof is right then.
    const answer = end === null ? planRun(problem) : null
    if (answer?.kind === 'plan' && !answer.solution.isProven && replay(problem, answer.solution).length === 0)
      return null
    return { problem, best: end && { ...worthOf(end.cost), firstMs: end.firstMs } }
  })
}

interface Case {
  problem: PlanProblem
  best: { loads: number; loadMs: number; foreignEvictions: number; firstMs: number | null } | null
}

function compare(cases: number, firstSeed: number, caseOf: (seed: number) => Case | null): Comparison {
  const result: Comparison = { cases: 0, impossible: 0, wrong: [], wrongCount: 0 }
  for (let seed = firstSeed; result.cases < cases; seed++) {
    const made = caseOf(seed)
    if (made === null) continue
    result.cases += 1
    const { problem, best } = made
    const answer = planRun(problem)
    if (best === null) result.impossible += 1
    const wrong = answer.kind === 'stuck' ? (best ? ['stuck'] : []) : against(problem, answer.solution, best)
    if (wrong.length === 0) continue
    result.wrongCount += 1
    if (result.wrong.length < 10) result.wrong.push(`case ${seed}: ${wrong.join('; ')}`)
  }
  return result
}

function against(problem: PlanProblem, solution: PlanSolution, best: Case['best']): string[] {
  if (best === null) return ['planned though there is no way']
  const wrong = replay(problem, solution)
  const { models, steps } = problem
  const loadMs = solution.actions.reduce((sum, one) => sum + (one.kind === 'load' ? models[one.model]!.loadMs : 0), 0)
  const sentAway = solution.actions.filter(
    (one) => one.kind === 'unload' && models[one.model]!.isResident && !steps.some(({ model }) => model === one.model)
  ).length
  if (solution.loads !== best.loads) wrong.push(`${solution.loads} loads, best ${best.loads}`)
  if (loadMs !== best.loadMs) wrong.push(`${loadMs} ms of loads, best ${best.loadMs}`)
  if (sentAway !== best.foreignEvictions) wrong.push(`${sentAway} sent away, best ${best.foreignEvictions}`)
  if (best.firstMs !== null && solution.firstResultMs !== best.firstMs) {
    wrong.push(`first after ${solution.firstResultMs}, best ${best.firstMs}`)
  }
  if (!solution.isProven) wrong.push('not proven')
  return wrong
}

export interface Timed {
  name: string
  ms: number
  loads: number
  isProven: boolean
}

function timeShapes(shapes: readonly Shape[], changes: Partial<PlanProblem> = {}): Timed[] {
  return shapes.map(({ name, problem }) => {
    const startedAt = performance.now()
    const answer = planRun({ ...problem, ...changes })
    const ms = performance.now() - startedAt
    if (answer.kind === 'stuck') throw new Error(`${name}: stuck`)
    return { name, ms, loads: answer.solution.loads, isProven: answer.solution.isProven }
  })
}

function timeRow(what: string, timed: readonly Timed[], limitMs: number, mustProve: boolean): Row {
  const worst = timed.reduce((a, b) => (b.ms > a.ms ? b : a))
  const proven = timed.filter(({ isProven }) => isProven).length
  return {
    what,
    figure: `at most ${worst.ms.toFixed(0)} ms (${worst.name}); ${proven} of ${timed.length} shapes proven`,
    target: `under ${limitMs} ms${mustProve ? ', all proven' : ''}`,
    isMet: worst.ms < limitMs && (!mustProve || proven === timed.length)
  }
}

function compareRow(what: string, { cases, impossible, wrongCount, wrong }: Comparison): Row {
  for (const line of wrong) console.log(`planner: ${line}`)
  return {
    what,
    figure: `${(cases - wrongCount).toLocaleString('en')} of ${cases.toLocaleString('en')} equal (${impossible} have no way, and none was planned)`,
    target: 'all',
    isMet: wrongCount === 0
  }
}

export function runPlannerBench(): {
  rows: Row[]
  hard: Timed[]
  hardFirst: Timed[]
  long: Timed[]
  longFirst: Timed[]
} {
  const hard = timeShapes(hardShapes())
  const hardFirst = timeShapes(hardShapes(), { order: 'first_result' })
  const long = timeShapes(longShapes())
  const longFirst = timeShapes(longShapes(), { order: 'first_result' })
  const rows = [
    timeRow('Plan of 20 steps x 1,000 items x 6 models, fewest loads', hard, 200, true),
    timeRow('The same, first result soonest', hardFirst, 200, false),
    timeRow('Plan of 200 steps x 1,000 items x 6 models, fewest loads', long, 1_000, false),
    timeRow('The same, first result soonest', longFirst, 5_000, false),
    compareRow('Random small plans: loads and load time against trying everything', compareFewest(20_000)),
    compareRow(
      'Random small plans, first result: its time and all loads against trying everything',
      compareFirst(2_000)
    )
  ]
  return { rows, hard, hardFirst, long, longFirst }
}
