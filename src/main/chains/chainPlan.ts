/** What `chains.plan` answers: mistakes, what every step would be asked with, and the plan where the chain can be run. Changes nothing. */
import type { Chain, ChainProblem } from '../../shared/chain.ts'
import type { Plan, PlanOrder, StepOutlook } from '../../shared/plan.ts'
import type { MakeOutlook, Outlook } from './outlook/outlook.ts'
import { itemByItemLoads, naiveLoads, planRun } from './planner.ts'
import type { PlanProblem, PlanSolution } from './planner/planProblem.ts'

export interface ChainPlanWish {
  chain: Chain
  order: PlanOrder
  autoUnload: boolean
  itemCount: number
  /** Letters of a typical item; null: unknown. */
  inputLetters: number | null
  /** Of the inputs; null: not known, empty: no table. */
  columns: readonly string[] | null
}

export interface ChainPlan {
  plan: Plan | null
  problems: ChainProblem[]
  steps: StepOutlook[]
}

export async function planChain(outlook: MakeOutlook, wish: ChainPlanWish, signal: AbortSignal): Promise<ChainPlan> {
  const { itemCount, ...rest } = wish
  const groups = [{ items: [[0, itemCount - 1] as const], todo: wish.chain.steps.map((_, place) => place) }]
  const seen = await outlook({ ...rest, groups }, signal)
  const { problems, steps, problem } = seen
  if (problem === null) return { plan: null, problems, steps }
  const answer = planRun(problem)
  if (answer.kind === 'plan') return { plan: planOf(seen, problem, answer.solution, itemCount), problems, steps }
  return { plan: null, problems: [...problems, ...stuckProblems(seen, problem, answer.models)], steps }
}

function planOf(
  { models, hasGuesses, answerTokens }: Outlook,
  problem: PlanProblem,
  solution: PlanSolution,
  itemCount: number
): Plan {
  const { order, steps, pools } = problem
  const { actions, loads, peakBytes, isProven, held, durationMs, firstResultMs } = solution
  return {
    order,
    models,
    actions,
    itemCount,
    stepRuns: steps.length * itemCount,
    loads,
    naiveLoads: naiveLoads(problem),
    itemByItemLoads: itemByItemLoads(problem),
    peakBytes,
    budgetBytes: pools[0] ?? null,
    durationMs: hasGuesses ? null : durationMs,
    firstResultMs: hasGuesses ? null : firstResultMs,
    answerTokens,
    isProven,
    held
  }
}

/** The outlook has judged each model alone already; what is left is a budget that what stays has used up meanwhile, or by several. */
function stuckProblems({ models }: Outlook, problem: PlanProblem, stuck: readonly number[]): ChainProblem[] {
  return problem.steps.flatMap(({ id, model }): ChainProblem[] => {
    const name = models[model]?.id.name
    if (!stuck.includes(model) || name === undefined) return []
    const others = models.filter((_, place) => problem.models[place]?.mustStay).map((one) => one.id.name)
    const beside =
      others.length === 0 ? '' : ` beside ${others.join(', ')}, which stay${others.length === 1 ? 's' : ''}`
    const message = `${name} does not fit the memory${beside}.`
    return [{ stepId: id, field: 'model', message, start: null, end: null, isBlocking: true }]
  })
}
