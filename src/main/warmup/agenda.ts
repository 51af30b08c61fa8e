/** Where every rule stands, found anew only when it may have changed: of a thousand rules a look touches the few it is about. */
import { modelKey } from '../../shared/modelKey.ts'
import type { ModelId } from '../../shared/model.ts'
import type { StoredRule } from '../storage/ruleStore.ts'
import type { Calendar } from './occurrences.ts'
import type { PolicyRule, WantedModel } from './policyTypes.ts'
import { handledWhenSaved, leadOf, phaseOf, type RulePhase } from './rulePhase.ts'

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
  /** Null: to be found anew, as `models` when it is. */
  rule: PolicyRule | null
  slot: number
}

const idle: RulePhase = { open: null, dueAt: null, missed: null, changesAt: Infinity }

export function createAgenda(deps: AgendaDeps): Agenda {
  let { calendar } = deps
  const entries = new Map<string, Entry>()
  const open = new Map<string, PolicyRule>()
  const others = new Map<string, PolicyRule>()
  let openList: readonly PolicyRule[] | null = null
  /** When each may change, side by side: this is what every look goes through. */
  let order: Entry[] = []
  let times = new Float64Array(16)

  function forget(entry: Entry): void {
    times[entry.slot] = -Infinity
  }

  function place(entry: Entry): void {
    entry.slot = order.length
    order.push(entry)
    if (times.length < order.length) {
      const larger = new Float64Array(times.length * 2)
      larger.set(times)
      times = larger
    }
    forget(entry)
  }

  function modelsOf({ rule }: StoredRule): WantedModel[] {
    return rule.models.map(({ id }, index) => ({ index, wishKey: modelKey(id), key: deps.resolve(id) }))
  }

  function phaseAt({ rule, handledDueAt }: StoredRule, keys: readonly (string | null)[], now: number): RulePhase {
    if (!rule.isEnabled) return idle
    const { when } = rule
    return phaseOf({
      when,
      handledDueAt: handledDueAt ?? handledWhenSaved(when, now, calendar),
      now,
      leadMs: when.kind === 'window' ? leadOf(keys.map((key) => (key === null ? null : deps.usualLoadMs(key)))) : 0,
      graceMs: deps.graceMs(),
      calendar
    })
  }

  /** Finds anew where a rule stands. */
  function look(entry: Entry, now: number): void {
    const { stored } = entry
    const { id, when, isEnabled } = stored.rule
    const models = modelsOf(stored)
    const keys = models.map(({ key }) => key)
    const phase = phaseAt(stored, keys, now)
    const position = entry.slot
    const rule = { id, position, kind: when.kind, phase, models, keys: keys.filter((key) => key !== null) }
    entry.rule = rule
    times[position] = phase.changesAt
    leave(id)
    if (!isEnabled) return
    if (phase.open !== null) open.set(id, rule)
    if (phase.dueAt !== null || phase.missed !== null || when.kind === 'after_job') others.set(id, rule)
    if (phase.open !== null) openList = null
  }

  function leave(id: string): void {
    if (open.delete(id)) openList = null
    others.delete(id)
  }

  return {
    put(stored) {
      const known = entries.get(stored.rule.id)
      if (known) {
        known.stored = stored
        return forget(known)
      }
      const entry: Entry = { stored, rule: null, slot: 0 }
      entries.set(stored.rule.id, entry)
      place(entry)
    },
    remove(ruleId) {
      entries.delete(ruleId)
      leave(ruleId)
      order = []
      for (const entry of entries.values()) place(entry)
    },
    forget(ruleId) {
      const entry = entries.get(ruleId)
      if (entry) forget(entry)
    },
    forgetAll: () => void times.fill(-Infinity),
    setCalendar(next) {
      calendar = next
      times.fill(-Infinity)
    },
    standing(now, also) {
      let soonestAt = Infinity
      for (let slot = 0; slot < order.length; slot++) {
        let at = times[slot] as number
        if (at <= now) {
          look(order[slot] as Entry, now)
          at = times[slot] as number
        }
        if (at < soonestAt) soonestAt = at
      }
      openList ??= [...open.values()]
      const asked = [...others.values()]
      for (const id of also) {
        const entry = entries.get(id)
        if (entry?.rule && entry.stored.rule.isEnabled && !others.has(id) && !open.has(id)) asked.push(entry.rule)
      }
      return { open: openList, others: asked, soonestAt }
    },
    models: (ruleId) => {
      const entry = entries.get(ruleId)
      return entry === undefined ? [] : (entry.rule?.models ?? modelsOf(entry.stored))
    },
    phase: (ruleId) => entries.get(ruleId)?.rule?.phase ?? idle
  }
}
