/** What the runner and the contract are told of a chain before and during a run: the world as the planner needs it. Types; made by chainOutlook.ts. */
import type { Chain, ChainProblem } from '../../../shared/chain.ts'
import type { GenerateOptions, ModelId } from '../../../shared/model.ts'
import type { Plan, PlanModel, PlanOrder, StepOutlook } from '../../../shared/plan.ts'
import type { PlanProblem, PlannerGroup } from '../planner/planProblem.ts'

/** One step, ready to be asked. */
export interface StepSetup {
  stepId: string
  modelId: ModelId
  /** For prompt and answer together; null: unknown, the server decides. */
  windowTokens: number | null
  /** With at least so much its model is loaded: the largest window of all steps of the run on that model. Null: left to its server. */
  contextLength: number | null
  options: GenerateOptions
}

export interface Outlook {
  problems: ChainProblem[]
  steps: StepOutlook[]
  /** Null where a problem is blocking. */
  setups: ReadonlyMap<string, StepSetup> | null
  /** In the order of PlanProblem.models. */
  models: PlanModel[]
  problem: PlanProblem | null
  answerTokens: Plan['answerTokens']
  /** A guessed time is among the numbers: some model was never measured here. */
  hasGuesses: boolean
}

export interface OutlookWish {
  chain: Chain
  order: PlanOrder
  autoUnload: boolean
  groups: readonly PlannerGroup[]
  /** Letters of a typical item, for the time of an answer; null: unknown. */
  inputLetters: number | null
  /** Columns of the inputs, where they are known: an unknown one in a template is a problem then. */
  columns: readonly string[] | null
  /** Models to be asked instead (a fallback that was taken), by step id. */
  instead?: ReadonlyMap<string, ModelId>
  /** What models were seen to hold in this run, by modelKey: beats every prediction. */
  seenBytes?: ReadonlyMap<string, number>
  /** What an answer of a step took in this run so far (ms), by step id: beats every prediction. */
  seenRunMs?: ReadonlyMap<string, number>
  /** Models that this run has loaded, by modelKey: unloaded after their use, where `autoUnload` says so. */
  ownModels?: ReadonlySet<string>
  /** Models that another run uses and does not give up, by modelKey: they stay. */
  heldByOthers?: ReadonlySet<string>
}

export type MakeOutlook = (wish: OutlookWish, signal: AbortSignal) => Promise<Outlook>
