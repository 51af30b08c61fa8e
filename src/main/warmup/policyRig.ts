/** Rules, models and history for tests of the policy, each only as far as a test cares. */
import { afterFailure, type CoolDown } from './coolDowns.ts'
import type { PolicyInput, PolicyModel, PolicyRule } from './policyTypes.ts'
import { idlePhase, type RulePhase, type Stretch } from './rulePhase.ts'
import { planWindows } from './windowPlan.ts'

export const hourMs = 3_600_000
/** Noon. */
export const noon = Date.UTC(2026, 5, 1, 12)

export function ruleOf(
  id: string,
  kind: PolicyRule['kind'],
  keys: (string | null)[],
  phase: Partial<RulePhase> = {}
): PolicyRule {
  return {
    id,
    position: 0,
    kind,
    phase: { ...idlePhase, ...phase },
    models: keys.map((key, index) => ({ index, wishKey: key ?? `alias/${index}`, key })),
    keys: keys.filter((key) => key !== null)
  }
}

/** A window around noon that was begun and dealt with so many hours before. */
export function windowOf(
  id: string,
  keys: (string | null)[],
  change: Partial<Stretch> & { dueAt?: number } = {},
  phase: Partial<RulePhase> = {}
): PolicyRule {
  const dueAt = change.dueAt ?? noon - hourMs
  const open: Stretch = { dueAt, warmFromAt: dueAt - 60_000, endAt: noon + hourMs, sinceAt: dueAt, ...change }
  return ruleOf(id, 'window', keys, { open, changesAt: open.endAt, ...phase })
}

export interface PolicyWish {
  now?: number
  rules: PolicyRule[]
  models?: Record<string, Partial<PolicyModel>>
  room?: Partial<PolicyInput['room']>
  work?: Partial<PolicyInput['work']>
  history?: Partial<PolicyInput['history']>
  letGo?: Record<string, number>
  /** Failures by rule and model, "rule model". */
  failures?: Record<string, { code?: CoolDown['error']['code']; at: number; count?: number }>
}

export function inputOf(wish: PolicyWish): PolicyInput {
  const { now = noon, rules, models = {}, failures = {} } = wish
  const room = { budgetBytes: 100e9, besideBytes: null, maxLoadedModels: 64, ...wish.room }
  const modelOf = (key: string): PolicyModel => ({
    engine: key,
    needBytes: 1e9,
    isBeside: false,
    state: 'unloaded',
    isPinned: false,
    hostProblem: null,
    isDisplaced: false,
    ...models[key]
  })
  return {
    now,
    rules,
    windows: planWindows(rules, now, modelOf, room),
    modelOf,
    room,
    work: { isBusy: false, quietSinceAt: 0, isShort: false, ...wish.work },
    history: {
      underWay: new Set(),
      coolDown(ruleId, wishKey) {
        const failure = failures[`${ruleId} ${wishKey}`]
        if (!failure) return undefined
        const error = { code: failure.code ?? ('server_failed' as const), message: 'It broke.', hint: null }
        let coolDown = afterFailure(undefined, error, failure.at)
        for (let count = 1; count < (failure.count ?? 1); count++) coolDown = afterFailure(coolDown, error, failure.at)
        return coolDown
      },
      letGoAt: (key) => wish.letGo?.[key] ?? null,
      unfinished: new Map(),
      clashToldFor: () => null,
      kept: new Map(),
      appStartedAt: 0,
      appStartPending: new Set(),
      ...wish.history
    },
    graceMs: 900_000,
    quietAfterJobMs: 120_000
  }
}
