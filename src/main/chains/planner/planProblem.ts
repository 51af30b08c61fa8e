/** What the planner is asked, in numbers only: no names, no clocks, no hosts. */
import type { PlanAction, PlanOrder } from '../../../shared/plan.ts'

export interface PlannerModel {
  /** With the context it will be loaded with; null: unknown, then nothing else of its pool may be in memory beside it. */
  needBytes: number | null
  /** The place in `pools` whose bytes it takes; null: none here (another machine's). */
  pool: number | null
  loadMs: number
  unloadMs: number
  isResident: boolean
  /** Resident because this run loaded it, before the plan was made anew: unloaded as if this plan had. */
  isOwn?: boolean
  /** It can neither be unloaded nor loaded again: pinned, kept, or answering somebody else. */
  mustStay: boolean
  /** Counts against `maxLoaded`. */
  isCounted: boolean
}

export interface PlannerStep {
  id: string
  /** A place in `models`. */
  model: number
  /** Places in `steps` of those that must have ended first; always smaller than its own place. */
  after: readonly number[]
  /** One answer. */
  runMs: number
}

/** Items in the same state: the steps of them that have yet to run, as places in `steps`. */
export interface PlannerGroup {
  /** Ascending numbers of items, as spans with both ends included. */
  items: readonly (readonly [first: number, last: number])[]
  /** Closed upwards: whatever comes after one of these is among them, unless it has been left out for good. */
  todo: readonly number[]
}

export interface PlanProblem {
  steps: readonly PlannerStep[]
  models: readonly PlannerModel[]
  groups: readonly PlannerGroup[]
  /** Bytes that the models of each pool may hold together; null: unknown, only `maxLoaded` limits. */
  pools: readonly (number | null)[]
  maxLoaded: number
  order: PlanOrder
  /** Loading the next model while one answers is wanted; false under memory pressure. */
  mayPrefetch: boolean
  /** Models that no later step needs are unloaded, and at the end all that the plan loaded. */
  autoUnload: boolean
}

export interface PlanSolution {
  actions: PlanAction[]
  loads: number
  peakBytes: number | null
  durationMs: number
  firstResultMs: number
  isProven: boolean
  held: { atMs: number; bytes: number }[]
}

/** `stuck`: these steps can never run: their models (places in `models`) do not fit, even alone beside what must stay. */
export type PlanAnswer = { kind: 'plan'; solution: PlanSolution } | { kind: 'stuck'; models: number[] }
