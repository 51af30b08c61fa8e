/** Where every rule stands, found anew only when it may have changed: of a thousand rules a look touches the few it is about. */
import { modelKey } from '../../shared/modelKey.ts'
import type { ModelId } from '../../shared/model.ts'
import type { StoredRule } from '../storage/ruleStore.ts'
import type { Calendar } from './occurrences.ts'
import type { PolicyRule, WantedModel } from './policyTypes.ts'
import { doneWith, handledWhenSaved, idlePhase, leadOf, phaseOf, type RulePhase } from './rulePhase.ts'
import { createSoonest } from './soonest.ts'

export interface Agenda {
  /** A new rule, or a changed one; in the order of the list. */
  put(stored: StoredRule): void
  remove(ruleId: string): void
  /** Where it stands is to be found anew: something it depends on changed. */
  forget(ruleId: string): void
  forgetAll(): void
  setCalendar(calendar: Calendar): void
  /** The enabled rules of which there is something to say, with those of `also`. */
  standing(now: number, also: Iterable<string>): Standing
  models(ruleId: string): readonly WantedModel[]
  phase(ruleId: string): RulePhase
}

export interface Standing {
  /** Whose windows are open; the same list for as long as nothing changes in it. */
  open: readonly PolicyRule[]
  others: readonly PolicyRule[]
  /** None of it changes by itself before. */
  soonestAt: number
}

interface AgendaDeps {
  calendar: Calendar
  /** What a rule's model is now; null: an alias that points nowhere. */
  resolve: (id: ModelId) => string | null
  usualLoadMs: (key: string) => number | null
  graceMs: () => number
}

interface Entry {
  stored: StoredRule
  /** What its models are now; null: aliases may point elsewhere. */
  wanted: { models: readonly WantedModel[]; keys: readonly string[] } | null
  /** As last looked at. */
  rule: PolicyRule | null
  /** Something that `rule` rests on has changed since. */
  isForgotten: boolean
  slot: number
}

export function createAgenda(deps: AgendaDeps): Agenda {
  let { calendar } = deps
  const entries = new Map<string, Entry>()
  const open = new Map<string, PolicyRule>()
  const others = new Map<string, PolicyRule>()
  let openList: readonly PolicyRule[] | null = null
  const order: Entry[] = []
  /** When each may change. */
  const soonest = createSoonest()

  function forget(entry: Entry): void {
    entry.isForgotten = true
    soonest.set(entry.slot, -Infinity)
  }

  function place(entry: Entry): void {
    entry.slot = order.length
    order.push(entry)
    forget(entry)
  }

  function wantedBy(entry: Entry): NonNullable<Entry['wanted']> {
    if (entry.wanted) return entry.wanted
    const models = entry.stored.rule.models.map(({ id }, index) => ({
      index,
      wishKey: modelKey(id),
      key: deps.resolve(id)
    }))
    entry.wanted = { models, keys: models.flatMap(({ key }) => key ?? []) }
    return entry.wanted
  }

  function phaseAt(entry: Entry, models: readonly WantedModel[], now: number): RulePhase {
    const { rule } = entry.stored
    if (!rule.isEnabled) return idlePhase
    const { when } = rule
    const usualLoads = (): (number | null)[] => models.map(({ key }) => (key === null ? null : deps.usualLoadMs(key)))
    return phaseOf({
      when,
      handledDueAt: handledOf(entry, now),
      now,
      leadMs: when.kind === 'window' ? leadOf(usualLoads()) : 0,
      graceMs: deps.graceMs(),
      calendar
    })
  }

  /** Where it is not known what became of a rule, it counts from the first look on. */
  function handledOf(entry: Entry, now: number): number {
    const { rule, handledDueAt } = entry.stored
    if (handledDueAt !== null) return handledDueAt
    const handled = handledWhenSaved(rule.when, now, calendar)
    entry.stored = { ...entry.stored, handledDueAt: handled }
    return handled
  }

  /** Finds anew where a rule stands. */
  function look(entry: Entry, now: number): void {
    const { models, keys } = wantedBy(entry)
    const { id, when } = entry.stored.rule
    stand(entry, { id, position: entry.slot, kind: when.kind, phase: phaseAt(entry, models, now), models, keys })
  }

  function stand(entry: Entry, rule: PolicyRule): void {
    const { id, kind, phase, position } = rule
    const { isEnabled } = entry.stored.rule
    entry.rule = rule
    entry.isForgotten = false
    soonest.set(position, phase.changesAt)
    const isOpen = isEnabled && phase.open !== null
    if (isOpen) open.set(id, rule)
    if (isOpen || open.delete(id)) openList = null
    const saysMore = phase.dueAt !== null || phase.missed !== null || kind === 'after_job'
    if (isEnabled && saysMore) others.set(id, rule)
    else others.delete(id)
  }

  function leave(id: string): void {
    if (open.delete(id)) openList = null
    others.delete(id)
  }

  return {
    put(stored) {
      const known = entries.get(stored.rule.id)
      if (known) {
        const { rule, stored: before, isForgotten } = known
        known.stored = stored
        if (before.rule !== stored.rule) known.wanted = null
        const isDone = rule?.phase.dueAt === stored.handledDueAt && before.rule === stored.rule
        if (rule === null || isForgotten || !isDone) return forget(known)
        return stand(known, { ...rule, phase: doneWith(rule.phase) })
      }
      const entry: Entry = { stored, wanted: null, rule: null, isForgotten: true, slot: 0 }
      entries.set(stored.rule.id, entry)
      place(entry)
    },
    remove(ruleId) {
      entries.delete(ruleId)
      leave(ruleId)
      order.length = 0
      soonest.clear()
      for (const entry of entries.values()) place(entry)
    },
    forget(ruleId) {
      const entry = entries.get(ruleId)
      if (entry) forget(entry)
    },
    forgetAll() {
      for (const entry of order) {
        entry.wanted = null
        forget(entry)
      }
    },
    setCalendar(next) {
      calendar = next
      order.forEach(forget)
    },
    standing(now, also) {
      let first = soonest.first()
      for (; first !== null && first.at <= now; first = soonest.first()) look(order[first.place] as Entry, now)
      openList ??= [...open.values()]
      const asked = [...others.values()]
      for (const id of also) {
        const entry = entries.get(id)
        if (entry?.rule && entry.stored.rule.isEnabled && !others.has(id) && !open.has(id)) asked.push(entry.rule)
      }
      return { open: openList, others: asked, soonestAt: first?.at ?? Infinity }
    },
    models: (ruleId) => {
      const entry = entries.get(ruleId)
      return entry === undefined ? [] : wantedBy(entry).models
    },
    phase: (ruleId) => entries.get(ruleId)?.rule?.phase ?? idlePhase
  }
}
