/** What the schedule's policy is told, and what it answers. */
import type { ModelState } from '../../shared/model.ts'
import type { RuleTime } from '../../shared/schedule.ts'
import type { CoolDown } from './coolDowns.ts'
import type { RulePhase } from './rulePhase.ts'
import type { ModelNeed, Room } from './sharedRoom.ts'
import type { WindowPlan } from './windowPlan.ts'

/** One model of a rule; two rules that name it by an alias and by itself mean the same one. */
export interface WantedModel {
  /** Its place in the rule. */
  index: number
  /** As the rule names it: cool-downs go by this. */
  wishKey: string
  /** What it is now; null: an alias that points nowhere. */
  key: string | null
}

/** An enabled rule. */
export interface PolicyRule {
  id: string
  /** Its place in the list. */
  position: number
  kind: RuleTime['kind']
  phase: RulePhase
  models: readonly WantedModel[]
  /** Of the models that are somewhere. */
  keys: readonly string[]
}

export interface PolicyModel extends ModelNeed {
  state: ModelState
  isPinned: boolean
  /** Why its host cannot be asked now, in words; null: it can. */
  hostProblem: string | null
  /** Unloaded to make room for another since it was last loaded. */
  isDisplaced: boolean
}

export interface PolicyInput {
  now: number
  /** Those of which there is something to say; whose windows are open is in `windows` as well. */
  rules: readonly PolicyRule[]
  windows: WindowPlan
  modelOf: (key: string) => PolicyModel
  room: Room
  work: {
    /** Something loads, unloads or answers. */
    isBusy: boolean
    /** Nothing was asked for since. */
    quietSinceAt: number
    /** Memory is short: nothing is loaded that nobody waits for. */
    isShort: boolean
  }
  history: {
    /** Rules whose warm-up runs or waits for its turn. */
    underWay: ReadonlySet<string>
    /** When a person last unloaded it or cancelled its load; null: since it was last loaded nobody did. */
    letGoAt: (key: string) => number | null
    coolDown: (ruleId: string, wishKey: string) => CoolDown | undefined
    /** What failed of a warm-up that is no window's, tried again until then. */
    unfinished: ReadonlyMap<string, { wishKeys: ReadonlySet<string>; untilAt: number }>
    /** The start for which a clash of the rule was last told. */
    clashToldFor: (ruleId: string) => number | null
    /** Who kept what until now. */
    kept: ReadonlyMap<string, string>
    appStartedAt: number
    /** Rules "at app start" that did not have their turn in this run. */
    appStartPending: ReadonlySet<string>
  }
  graceMs: number
  quietAfterJobMs: number
}

/** `due`: its time has come. `again`: in its window, and gone. `retry`: it failed before. */
export type WarmReason = 'due' | 'app_start' | 'after_job' | 'again' | 'retry'

export interface WarmAction {
  kind: 'warm'
  ruleId: string
  why: WarmReason
  /** The start on the clock; null where none called for it. */
  dueAt: number | null
  models: WantedModel[]
  /** Wanted as well, and left out because they do not fit beside what other rules keep. */
  left: WantedModel[]
  /** May unload what is not kept by a rule; else only what the schedule itself has loaded and nobody used. */
  mayMakeRoom: boolean
}

export interface ClashAction {
  kind: 'clash'
  ruleId: string
  dueAt: number | null
  overBytes: number | null
  overModels: number
  withRuleIds: string[]
  left: WantedModel[]
}

export type PolicyAction =
  | WarmAction
  | ClashAction
  /** Skipped: `late` when its time had passed by then, `host` when its host did not answer in time. */
  | { kind: 'miss'; ruleId: string; dueAt: number | null; count: number; why: 'late' | 'host'; detail: string | null }
  | { kind: 'release'; ruleId: string; keys: string[] }

/** Why a rule does nothing just now. */
export type Wait =
  | { why: 'host'; detail: string }
  | { why: 'cooling'; untilAt: number }
  | { why: 'failed'; wishKey: string; detail: string }
  | { why: 'absent'; wishKey: string }
  | { why: 'let_go'; key: string }
  | { why: 'no_room'; keys: string[]; withRuleIds: string[] }
  | { why: 'busy' }
  | { why: 'short' }

export interface PolicyResult {
  actions: PolicyAction[]
  /** The models that are kept now, by the first rule that wants each. */
  kept: ReadonlyMap<string, string>
  waits: Map<string, Wait>
  /** Nothing but an event, or a rule's own time, changes any of this before. */
  nextLookAt: number
}
