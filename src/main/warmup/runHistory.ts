/** What was done about the rules in this run of Stoker: what runs, what failed and cools down, what was told, what a person let go. */
import { modelKey } from '../../shared/modelKey.ts'
import type { RuleState, RuleTime, WarmUpResult } from '../../shared/schedule.ts'
import { afterFailure, type CoolDown } from './coolDowns.ts'
import type { PolicyInput, WantedModel, WarmReason } from './policyTypes.ts'

export interface EndedRun {
  at: number
  endedAt: number
  dueAt: number | null
  /** Null: a person asked. */
  why: WarmReason | null
  results: WarmUpResult[]
  /** Which of the rule's models they are of, in the same order. */
  indexes: number[]
}

type LastRun = RuleState['lastRun']

export interface RunHistory {
  forPolicy(kept: ReadonlyMap<string, string>): PolicyInput['history']
  /** Rules that must be looked at though no clock says so. */
  waiting(): string[]
  appStarted(now: number, ruleIds: readonly string[]): void
  queued(ruleId: string): void
  began(ruleId: string): void
  ended(ruleId: string): void
  isUnderWay(ruleId: string): boolean
  /** Its turn at app start is over. */
  gaveUp(ruleId: string): void
  clashTold(ruleId: string, dueAt: number): void
  /** What came of a run; answers what its rule remembers as the last one. */
  ran(rule: { id: string; when: RuleTime; lastRun: LastRun }, models: readonly WantedModel[], run: EndedRun): LastRun
  letGo(key: string, at: number): void
  loaded(key: string): void
  roomMade(): void
  /** Its past counts no longer: it is another rule now, or none. */
  forget(ruleId: string): void
  /** Unfinished runs whose time is over. */
  expire(now: number): void
}

export function createRunHistory(graceMs: () => number): RunHistory {
  const coolDowns = new Map<string, CoolDown>()
  const unfinished = new Map<string, { wishKeys: Set<string>; untilAt: number }>()
  const clashTold = new Map<string, number>()
  const letGo = new Map<string, number>()
  const underWay = new Set<string>()
  const appStartPending = new Set<string>()
  let appStartedAt = 0

  /** Whether there is nothing more to try of it. */
  function judge(ruleId: string, { wishKey, key }: WantedModel, { error }: WarmUpResult, at: number): boolean {
    const place = placeOf(ruleId, wishKey)
    if (error === null) {
      coolDowns.delete(place)
      return true
    }
    if (error.code === 'aborted') {
      if (key !== null) letGo.set(key, at)
      return true
    }
    const coolDown = afterFailure(coolDowns.get(place), error, at)
    coolDowns.set(place, coolDown)
    return coolDown.isLasting
  }

  function remember(ruleId: string, when: RuleTime, run: EndedRun, open: Set<string>): void {
    const untilAt = unfinished.get(ruleId)?.untilAt ?? run.at + graceMs()
    if (open.size === 0 || when.kind === 'window' || run.why === null) unfinished.delete(ruleId)
    else unfinished.set(ruleId, { wishKeys: open, untilAt })
  }

  return {
    forPolicy: (kept) => ({
      underWay,
      letGoAt: (key) => letGo.get(key) ?? null,
      coolDown: (ruleId, wishKey) => coolDowns.get(placeOf(ruleId, wishKey)),
      unfinished,
      clashToldFor: (ruleId) => clashTold.get(ruleId) ?? null,
      kept,
      appStartedAt,
      appStartPending
    }),
    waiting: () => [...appStartPending, ...unfinished.keys()],
    appStarted(now, ruleIds) {
      appStartedAt = now
      for (const ruleId of ruleIds) appStartPending.add(ruleId)
    },
    queued: (ruleId) => void underWay.add(ruleId),
    began: (ruleId) => void appStartPending.delete(ruleId),
    ended: (ruleId) => void underWay.delete(ruleId),
    isUnderWay: (ruleId) => underWay.has(ruleId),
    gaveUp: (ruleId) => void appStartPending.delete(ruleId),
    clashTold: (ruleId, dueAt) => void clashTold.set(ruleId, dueAt),
    ran({ id, when, lastRun }, models, run) {
      const open = new Set<string>()
      run.results.forEach((result, at) => {
        const model = models[run.indexes[at] ?? -1]
        if (model && !judge(id, model, result, run.endedAt)) open.add(model.wishKey)
      })
      remember(id, when, run, open)
      // A second try of some of its models says nothing of the others.
      const isPart = run.why === 'again' || run.why === 'retry'
      const before = isPart ? (lastRun?.results ?? []) : []
      const results = [...before.filter((old) => !run.results.some((now) => isSame(now, old))), ...run.results]
      return { at: run.at, dueAt: isPart ? (lastRun?.dueAt ?? null) : run.dueAt, results }
    },
    letGo: (key, at) => void letGo.set(key, at),
    loaded: (key) => void letGo.delete(key),
    roomMade() {
      for (const [place, { isForRoom }] of coolDowns) if (isForRoom) coolDowns.delete(place)
    },
    forget(ruleId) {
      clashTold.delete(ruleId)
      unfinished.delete(ruleId)
      appStartPending.delete(ruleId)
      for (const place of coolDowns.keys()) if (place.startsWith(`${ruleId} `)) coolDowns.delete(place)
    },
    expire(now) {
      for (const [ruleId, { untilAt }] of unfinished) if (now > untilAt) unfinished.delete(ruleId)
    }
  }
}

/** Ids of rules hold no space. */
function placeOf(ruleId: string, wishKey: string): string {
  return `${ruleId} ${wishKey}`
}

function isSame(a: WarmUpResult, b: WarmUpResult): boolean {
  return modelKey(a.id) === modelKey(b.id)
}
