/** How long a model stays: the choices, the words, and the advice that follows from how many models are kept. Pure. */
import type { Keeper, Model } from '../../../../shared/model.ts'
import type { RuleState } from '../../../../shared/schedule.ts'
import { formatClock, formatSpan, formatTime } from '../../lib/format.ts'

export const always = -1

interface KeepChoice {
  seconds: number
  label: string
}

/** Every choice, shortest first. */
export const keepChoices: readonly KeepChoice[] = [
  { seconds: 0, label: 'Unload at once' },
  { seconds: 300, label: '5 min' },
  { seconds: 900, label: '15 min' },
  { seconds: 1_800, label: '30 min' },
  { seconds: 3_600, label: '1 h' },
  { seconds: always, label: 'Always' }
]

/** The choices that stand in view; all are in the menu beside them. */
export const mainChoices = keepChoices.filter(({ seconds }) => [300, 1_800, 3_600, always].includes(seconds))

/** Any time by the word its choice has: "Always", "Unload at once", "30 min". */
export function choiceLabel(seconds: number): string {
  const choice = keepChoices.find((each) => each.seconds === Math.max(always, seconds))
  return choice?.label ?? formatSpan(seconds)
}

/** As a radio group tells its choices apart: every negative number is one. */
export function choiceValue(seconds: number): string {
  return String(Math.max(always, seconds))
}

/** "Unloads 30 min after its last use.", "Stays until you unload it." */
export function keepWords(seconds: number): string {
  if (seconds < 0) return 'Stays until you unload it.'
  if (seconds === 0) return 'Unloads as soon as it has answered.'
  return `Unloads ${formatSpan(seconds)} after its last use.`
}

export interface KeepAdvice {
  words: string
  /** One click each, the first preferred. */
  choices: readonly KeepChoice[]
}

const countWords = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine']

/** What suits so many kept models; null where the present time already does, or none is kept. */
export function keepAdvice(keptCount: number, seconds: number): KeepAdvice | null {
  if (keptCount < 1) return null
  const kept = `${countWords[keptCount] ?? keptCount} ${keptCount === 1 ? 'model is' : 'models are'} kept.`
  const suiting = keptCount === 1 ? [3_600, always] : [keptCount <= 3 ? 1_800 : 900]
  if (suiting.includes(Math.max(always, seconds))) return null
  const choices = keepChoices.filter((choice) => suiting.includes(choice.seconds))
  const suits = keptCount === 1 ? 'An hour, or always,' : `${(suiting[0] ?? 0) / 60} minutes`
  return { words: `${kept} ${suits} suits that.`, choices }
}

/** What the click on an advice does: "Keep 30 min", "Keep always". */
export function keepAction({ seconds, label }: KeepChoice): string {
  return seconds < 0 ? 'Keep always' : `Keep ${label}`
}

/** When the window of the rule that keeps a model ends; null where no clock tells. */
export function keptUntil(rules: readonly RuleState[], keptBy: Keeper | null): number | null {
  if (keptBy?.kind !== 'rule') return null
  const keeping = rules.filter(({ rule, isActive }) => isActive && rule.name === keptBy.name)
  const [only] = keeping
  const when = keeping.length === 1 ? only?.rule.when : undefined
  // A longer window ends on another day: a time alone would mislead.
  if (when?.kind !== 'window' || when.minutes >= 1_440) return null
  return only?.untilAt ?? null
}

/** How it stays just now: who keeps it, how long it has left, or what will be after its last use. */
export function stayWords(model: Model, { now, until }: { now: number; until: string | null }): string {
  const { keptBy, unloadsAt, keepAliveSeconds } = model
  if (keptBy !== null) return `Kept by ${keptBy.name}${until === null ? '' : ` until ${until}`}.`
  if (unloadsAt !== null) return `Unloads in ${formatClock(unloadsAt - now)}, unless it is used before.`
  if (model.isPinned) return 'Pinned: stays until you unload it.'
  return keepWords(keepAliveSeconds)
}

export interface OverrideWords {
  words: string
  /** Sends Stoker's own time again. */
  action: string
}

/** "Another program set this to 5 min at 14:02." and "Put back 1 h". */
export function overrideWords({ keepAliveOverride, keepAliveSeconds }: Model): OverrideWords | null {
  if (keepAliveOverride === null) return null
  const { seconds, noticedAt } = keepAliveOverride
  const told = seconds === null ? 'changed this' : `set this to ${lowerFirst(choiceLabel(seconds))}`
  return {
    words: `Another program ${told} at ${formatTime(noticedAt)}.`,
    action: `Put back ${lowerFirst(choiceLabel(keepAliveSeconds))}`
  }
}

function lowerFirst(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1)
}
