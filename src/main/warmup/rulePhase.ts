/** Where one rule stands at one moment: in its window, due, or with times it has missed. Pure; asked again only when that may change. */
import type { RuleTime } from '../../shared/schedule.ts'
import type { Calendar, TimeOnDays } from './occurrences.ts'

export interface Stretch {
  /** The start on the clock. */
  dueAt: number
  /** Warming may begin. */
  warmFromAt: number
  endAt: number
  /** Since when its models are kept without a break: windows that touch are one. */
  sinceAt: number
}

export interface RulePhase {
  /** Its window, or the time before it in which it is warmed. */
  open: Stretch | null
  /** To be warmed, and not dealt with yet. */
  dueAt: number | null
  /** Passed without anything done about them; `lastAt` is the newest. */
  missed: { lastAt: number; count: number } | null
  /** Nothing of all that changes before. */
  changesAt: number
  /** The same once its due start is dealt with. */
  changesAtOnceDone: number
}

interface PhaseInput {
  when: RuleTime
  /** The newest start that was dealt with; it only grows, so that nothing is done twice whatever the clock does. */
  handledDueAt: number
  now: number
  /** What warming usually takes. */
  leadMs: number
  /** How late a warm-up at a time may still be. */
  graceMs: number
  calendar: Calendar
}

const dayMs = 86_400_000
/** Further back nobody counts what was missed. */
const lookBackMs = 62 * dayMs
/** Windows that touch are followed back this far: one that never ends need not be older. */
const longestStretchMs = 14 * dayMs
/** Whoever looks once a minute is late by up to that, without anybody having slept. */
const lateByLookingMs = 90_000

/** Of warming before a window. */
const longestLeadMs = 600_000

export const idlePhase: RulePhase = {
  open: null,
  dueAt: null,
  missed: null,
  changesAt: Infinity,
  changesAtOnceDone: Infinity
}

export function phaseOf(input: PhaseInput): RulePhase {
  const { when } = input
  if (when.kind === 'window') return windowPhase(input, when)
  return when.kind === 'at' ? momentPhase(input, when) : idlePhase
}

/** Where a rule stands once its due start, and with it whatever it missed before, is dealt with: the same as asking anew. */
export function doneWith(phase: RulePhase): RulePhase {
  return { ...phase, dueAt: null, missed: null, changesAt: phase.changesAtOnceDone }
}

function momentPhase({ handledDueAt, now, graceMs, calendar }: PhaseInput, when: TimeOnDays): RulePhase {
  const next = calendar.nextStart(when, now) ?? Infinity
  const last = calendar.lastStart(when, now)
  if (last === null || last <= handledDueAt) return { ...idlePhase, changesAt: next, changesAtOnceDone: next }
  const tooLateAt = last + Math.max(graceMs, lateByLookingMs) + 1
  const isDue = now < tooLateAt
  return {
    open: null,
    dueAt: isDue ? last : null,
    missed: missedOf(calendar, when, handledDueAt, isDue ? last : last + 1),
    changesAt: isDue ? Math.min(next, tooLateAt) : next,
    changesAtOnceDone: next
  }
}

function windowPhase(
  { handledDueAt, now, leadMs, calendar }: PhaseInput,
  when: TimeOnDays & { minutes: number }
): RulePhase {
  const lengthMs = when.minutes * 60_000
  const next = calendar.nextStart(when, now)
  const last = calendar.lastStart(when, now)
  const missed = missedOf(calendar, when, handledDueAt, Math.max(handledDueAt, now - lengthMs) + 1)
  // Once begun it stays open, though the load it was begun for has shown how little time it takes.
  const nextFromAt = next === null ? Infinity : next - (next <= handledDueAt ? longestLeadMs : leadMs)
  if (last !== null && now < windowEnd(last, when)) {
    const open = { dueAt: last, warmFromAt: last - leadMs, endAt: windowEnd(last, when), sinceAt: sinceOf(last) }
    return standing(open, dueOf(last), Math.min(open.endAt, next ?? Infinity))
  }
  if (next === null || now < nextFromAt) return standing(null, null, nextFromAt)
  const open = { dueAt: next, warmFromAt: next - leadMs, endAt: windowEnd(next, when), sinceAt: next }
  return standing(open, dueOf(next), next)

  function standing(open: Stretch | null, dueAt: number | null, changesAt: number): RulePhase {
    return { open, dueAt, missed, changesAt, changesAtOnceDone: changesAt }
  }

  function dueOf(start: number): number | null {
    return start > handledDueAt ? start : null
  }

  function sinceOf(start: number): number {
    let since = start
    while (start - since < longestStretchMs) {
      const before = calendar.lastStart(when, since - 1)
      if (before === null || before + lengthMs < since) break
      since = before
    }
    return since
  }
}

/** Starts after `handledDueAt` and before `beforeAt`. */
function missedOf(calendar: Calendar, when: TimeOnDays, handledDueAt: number, beforeAt: number): RulePhase['missed'] {
  const fromAt = Math.max(handledDueAt + 1, beforeAt - lookBackMs)
  if (fromAt >= beforeAt) return null
  const lastAt = calendar.lastStart(when, beforeAt - 1)
  if (lastAt === null || lastAt < fromAt) return null
  return { lastAt, count: calendar.startsBetween(when, fromAt, beforeAt).length }
}

/**
 * The one end of a window, for whoever acts on it and whoever shows it: its length passes, whatever is done to the clocks meanwhile.
 * "22:00 to 06:00" ends at 05:00 or 07:00 in the night that changes them.
 */
export function windowEnd(startAt: number, { minutes }: { minutes: number }): number {
  return startAt + minutes * 60_000
}

/** What a rule counts as dealt with when it is written anew: what is past stays past, a window that is open now does not. */
export function handledWhenSaved(when: RuleTime, now: number, calendar: Calendar): number {
  if (when.kind !== 'window') return now
  const last = calendar.lastStart(when, now)
  return last !== null && now < windowEnd(last, when) ? last - 1 : now
}

/** Before a window by what the loads usually take, and a little; a load never seen here counts a minute. */
export function leadOf(usualLoadsMs: readonly (number | null)[]): number {
  const sum = usualLoadsMs.reduce<number>((total, one) => total + (one ?? 60_000), 0)
  return Math.round(Math.min(longestLeadMs, Math.max(15_000, sum * 1.2)))
}
