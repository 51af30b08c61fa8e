/**
 * The schedule without its effects: the rules, where they stand, and what was done about them. Whoever owns it looks at every event
 * and at `nextLookAt`, does what comes out, and tells how that ended.
 */
import type { ModelId } from '../../shared/model.ts'
import type { Rule } from '../../shared/schedule.ts'
import type { StoredRule } from '../storage/ruleStore.ts'
import { createAgenda, type Agenda } from './agenda.ts'
import type { Calendar } from './occurrences.ts'
import type { PolicyInput, PolicyModel, PolicyResult, PolicyRule, Wait } from './policyTypes.ts'
import { handledWhenSaved, type RulePhase } from './rulePhase.ts'
import { createRunHistory, type EndedRun } from './runHistory.ts'
import type { Room } from './sharedRoom.ts'
import { decide } from './warmupPolicy.ts'
import { planWindows, type WindowPlan } from './windowPlan.ts'

/** The world as the schedule sees it, asked anew at every look. */
export interface World {
  modelOf: (key: string) => PolicyModel
  /** What a rule's model is now; null: an alias that points nowhere. */
  resolve: (id: ModelId) => string | null
  usualLoadMs: (key: string) => number | null
  room: () => PolicyInput['room']
  work: () => PolicyInput['work']
  graceMs: () => number
  quietAfterJobMs: () => number
}

export interface ScheduleState {
  list(): StoredRule[]
  get(ruleId: string): StoredRule | undefined
  /** What is past stays past: a rule that is new or says another time begins now. */
  save(rule: Rule, now: number): StoredRule
  remove(ruleId: string): void
  /** Rules "at app start" have their turn. */
  appStarted(now: number): void
  /** Null where nothing can have changed; `isEvent`: something did, and be it that a warm-up ended. */
  look(now: number, isEvent?: boolean): PolicyResult | null
  nextLookAt(): number
  /** Its warm-up waits for its turn. */
  queued(ruleId: string): void
  /** Its warm-up begins: from now on that start is dealt with, whatever happens. */
  began(ruleId: string, dueAt: number | null): void
  /** It runs no more. */
  ended(ruleId: string): void
  /** What came of a run, the schedule's or a person's. */
  ran(ruleId: string, run: EndedRun): void
  /** A person let it go: it does not come back by itself before the next start. */
  letGo(key: string, at: number): void
  loaded(key: string): void
  /** Somewhere there is more room than before. */
  roomMade(): void
  /** Settings, aliases or usual times changed. */
  forgetPhases(): void
  /** The machine is in another time zone. */
  setCalendar(calendar: Calendar): void
  kept(): ReadonlyMap<string, string>
  waits(): ReadonlyMap<string, Wait>
  phase(ruleId: string): RulePhase
  models: Agenda['models']
}

interface StateDeps {
  rules: readonly StoredRule[]
  calendar: Calendar
  world: World
  onSaved: (stored: StoredRule) => void
}

export function createScheduleState({ rules, world, onSaved, ...deps }: StateDeps): ScheduleState {
  let { calendar } = deps
  const { resolve, usualLoadMs, graceMs } = world
  const stored = new Map<string, StoredRule>()
  const agenda = createAgenda({ calendar, resolve, usualLoadMs, graceMs })
  const history = createRunHistory(graceMs)
  let kept: ReadonlyMap<string, string> = new Map()
  let waits: ReadonlyMap<string, Wait> = new Map()
  let planned: { open: readonly PolicyRule[]; room: Room; plan: WindowPlan } | null = null
  let lastLookAt = -Infinity
  let nextLookAt = -Infinity
  for (const one of rules) {
    keep(one)
    if (one.handledDueAt !== null) history.clashTold(one.rule.id, one.handledDueAt)
  }

  /** Where it stands is found anew at the next look, which is never later than it was to be. */
  function keep(one: StoredRule): StoredRule {
    stored.set(one.rule.id, one)
    agenda.put(one)
    return one
  }

  /** Only grows: set back or not, no start is dealt with twice. */
  function handled(ruleId: string, dueAt: number): void {
    const before = stored.get(ruleId)
    if (!before || (before.handledDueAt ?? -Infinity) >= dueAt) return
    onSaved(keep({ ...before, handledDueAt: dueAt }))
  }

  function decideNow(now: number, isEvent: boolean): PolicyResult {
    history.expire(now)
    const { open, others, soonestAt } = agenda.standing(now, history.waiting())
    const room = world.room()
    const result = decide({
      now,
      rules: others,
      windows: windowsNow(open, room, now, isEvent),
      modelOf: world.modelOf,
      room,
      work: world.work(),
      history: history.forPolicy(kept),
      graceMs: graceMs(),
      quietAfterJobMs: world.quietAfterJobMs()
    })
    return { ...result, nextLookAt: Math.min(result.nextLookAt, soonestAt) }
  }

  /** As far as nothing it rests on has changed, the plan of before. */
  function windowsNow(open: readonly PolicyRule[], room: Room, now: number, isEvent: boolean): WindowPlan {
    const before = planned
    const holds = before !== null && isSameRoom(before.room, room) && !isEvent
    if (holds && before.open === open) return before.plan
    const plan = planWindows(open, now, world.modelOf, room, holds ? before.plan : null)
    planned = { open, room, plan }
    return plan
  }

  /** What is told once must not come again at the next look. */
  function note({ actions }: PolicyResult): void {
    for (const action of actions) {
      if (action.kind === 'clash' && action.dueAt !== null) history.clashTold(action.ruleId, action.dueAt)
      if (action.kind !== 'miss') continue
      history.gaveUp(action.ruleId)
      if (action.dueAt !== null) handled(action.ruleId, action.dueAt)
    }
  }

  return {
    list: () => [...stored.values()],
    get: (ruleId) => stored.get(ruleId),
    save(rule, now) {
      const before = stored.get(rule.id)
      const isAnother = before === undefined || saysAnotherTime(before.rule, rule)
      if (isAnother || !rule.isEnabled) history.forget(rule.id)
      const handledDueAt = isAnother ? handledWhenSaved(rule.when, now, calendar) : before.handledDueAt
      const saved = keep({ rule, handledDueAt, lastRun: before?.lastRun ?? null })
      nextLookAt = -Infinity
      onSaved(saved)
      return saved
    },
    remove(ruleId) {
      stored.delete(ruleId)
      agenda.remove(ruleId)
      history.forget(ruleId)
      nextLookAt = -Infinity
    },
    appStarted(now) {
      const atStart = [...stored.values()].filter(({ rule }) => rule.isEnabled && rule.when.kind === 'app_start')
      history.appStarted(
        now,
        atStart.map(({ rule }) => rule.id)
      )
      nextLookAt = -Infinity
    },
    look(now, isEvent = false) {
      const wasSetBack = now < lastLookAt
      if (wasSetBack) agenda.forgetAll()
      if (!isEvent && !wasSetBack && now < nextLookAt) return null
      lastLookAt = now
      const result = decideNow(now, isEvent)
      nextLookAt = result.nextLookAt
      kept = result.kept
      waits = result.waits
      note(result)
      return result
    },
    nextLookAt: () => nextLookAt,
    queued: history.queued,
    began(ruleId, dueAt) {
      history.began(ruleId)
      if (dueAt !== null) handled(ruleId, dueAt)
    },
    ended: history.ended,
    ran(ruleId, run) {
      const before = stored.get(ruleId)
      if (!before) return
      const { rule, lastRun } = before
      const ran = history.ran({ id: rule.id, when: rule.when, lastRun }, agenda.models(ruleId), run)
      const after = { ...before, lastRun: ran }
      stored.set(ruleId, after)
      onSaved(after)
    },
    letGo: history.letGo,
    loaded(key) {
      history.loaded(key)
      // It may take another time than it used to.
      for (const ruleId of stored.keys())
        if (agenda.models(ruleId).some((model) => model.key === key)) agenda.forget(ruleId)
    },
    roomMade: history.roomMade,
    forgetPhases: agenda.forgetAll,
    setCalendar(next) {
      calendar = next
      agenda.setCalendar(next)
    },
    kept: () => kept,
    waits: () => waits,
    phase: agenda.phase,
    models: agenda.models
  }
}

function isSameRoom(a: Room, b: Room): boolean {
  return a.budgetBytes === b.budgetBytes && a.besideBytes === b.besideBytes && a.maxLoadedModels === b.maxLoadedModels
}

/** What a person would expect to be acted on at once: another time, other models in a window, switched on again. */
function saysAnotherTime(before: Rule, after: Rule): boolean {
  if (JSON.stringify(before.when) !== JSON.stringify(after.when)) return true
  if (!before.isEnabled && after.isEnabled) return true
  return after.when.kind === 'window' && JSON.stringify(before.models) !== JSON.stringify(after.models)
}
