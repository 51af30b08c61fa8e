/** Rules, models and history for tests of the policy, each only as far as a test cares. */
import { afterFailure, type CoolDown } from './coolDowns.ts'
import type { PolicyInput, PolicyModel, PolicyRule } from './policyTypes.ts'
import type { RulePhase, Stretch } from './rulePhase.ts'

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
    kind,
    phase: { open: null, dueAt: null, missed: null, changesAt: Infinity, ...phase },
    models: keys.map((key, index) => ({ index, wishKey: key ?? `alias/${index}`, key }))
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
  /** Failures by rule and model, "rule model". */
  failures?: Record<string, { code?: CoolDown['error']['code']; at: number; count?: number }>
}

export function inputOf(wish: PolicyWish): PolicyInput {
  const { now = noon, rules, models = {}, failures = {} } = wish
  return {
    now,
    rules,
    modelOf: (key) => ({
      engine: key,
      needBytes: 1e9,
      state: 'unloaded',
      isPinned: false,
      hostProblem: null,
      letGoAt: null,
      isDisplaced: false,
      ...models[key]
    }),
    room: { budgetBytes: 100e9, maxLoadedModels: 64, ...wish.room },
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
