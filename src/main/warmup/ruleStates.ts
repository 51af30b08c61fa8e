/** The rules as they are shown: what each does now, when it begins next, and why it does nothing just now. */
import { modelKey } from '../../shared/modelKey.ts'
import type { Rule, RuleState } from '../../shared/schedule.ts'
import type { Calendar } from './occurrences.ts'
import { waitWords } from './ruleNotes.ts'
import type { ScheduleState } from './scheduleState.ts'
import type { SchedulerWorld } from './schedulerWorld.ts'

interface RuleView {
  state: Pick<ScheduleState, 'list' | 'phase' | 'waits'>
  world: Pick<SchedulerWorld, 'find' | 'resolveOrNull'>
  calendar: Calendar
  isRunning: (ruleId: string) => boolean
  nameOf: (ruleId: string) => string
  now: number
}

export function ruleStates(view: RuleView): RuleState[] {
  const { state, isRunning } = view
  return state.list().map(({ rule, lastRun }) => ({
    rule,
    isActive: rule.isEnabled && state.phase(rule.id).open !== null,
    isRunning: isRunning(rule.id),
    untilAt: rule.isEnabled ? (state.phase(rule.id).open?.endAt ?? null) : null,
    nextAt: nextAt(rule, view),
    lastRun,
    note: rule.isEnabled ? noteOf(rule, view) : null
  }))
}

function nextAt({ when, isEnabled }: Rule, { calendar, now }: RuleView): number | null {
  if (!isEnabled || (when.kind !== 'at' && when.kind !== 'window')) return null
  return calendar.nextStart(when, now)
}

/** What holds it up; else the first of its models that is not there yet. */
function noteOf(rule: Rule, { state, world, calendar, nameOf }: RuleView): string | null {
  const wait = state.waits().get(rule.id)
  if (wait) return waitWords(wait, calendar, nameOf)
  const absent = rule.models.find(({ id }) => {
    const found = world.resolveOrNull(id)
    return found === null || (world.find(found)?.state ?? 'absent') === 'absent'
  })
  if (absent === undefined) return null
  return absent.id.hostId === 'alias'
    ? `the alias ${absent.id.name} points to no model`
    : waitWords({ why: 'absent', wishKey: modelKey(absent.id) }, calendar, nameOf)
}
