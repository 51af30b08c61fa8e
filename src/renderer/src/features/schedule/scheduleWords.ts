/** The schedule in words: times, clashes, what a rule did last and does next, what it saved. Pure. */
import type { ModelId, Saving } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { listWords } from '../../../../shared/ruleWords.ts'
import type { Clash, PreviewEntry, Rule, RuleState, WarmUpResult } from '../../../../shared/schedule.ts'
import { formatBytes, formatDuration, formatSpan, plural } from '../../lib/format.ts'
import {
  dayWords,
  daysBetween,
  momentWords,
  monthWord,
  longWeekdayWord,
  timeWords,
  weekdayWord,
  type Zone
} from './zone.ts'

export type NameOf = (id: ModelId) => string

/** "08:30 to 18:00"; over midnight with the day it ends on: "22:00 to Thu 02:00". Midnight that ends the day itself is 24:00. */
export function spanWords(zone: Zone, fromAt: number, toAt: number): string {
  const days = daysBetween(zone, fromAt, toAt)
  const start = timeWords(zone, fromAt)
  const end = timeWords(zone, toAt)
  if (days === 0) return `${start} to ${end}`
  if (days === 1 && end === '00:00') return `${start} to 24:00`
  return `${start} to ${weekdayWord(zone.wallAt(toAt).weekday)} ${end}`
}

export function entryTimes(zone: Zone, entry: PreviewEntry, isPoint: boolean): string {
  return isPoint ? timeWords(zone, entry.startAt) : spanWords(zone, entry.startAt, entry.endAt)
}

/** "Wednesday 18 Mar". */
export function longDayWords(zone: Zone, at: number): string {
  const { weekday, day, month } = zone.wallAt(at)
  return `${longWeekdayWord(weekday)} ${day} ${monthWord(month)}`
}

/** "5.7 GB over", "1 model too many". */
export function clashWords({ overBytes, overModels }: Clash): string {
  const words = [
    ...(overBytes !== null && overBytes > 0 ? [`${formatBytes(overBytes)} over`] : []),
    ...(overModels > 0 ? [`${plural(overModels, 'model')} too many`] : [])
  ]
  return words.length === 0 ? 'does not fit' : words.join(', ')
}

/** More names than that are counted. */
const mostNames = 3

/** "Office hours and Nightly batch keep 5.7 GB more than the budget allows." */
export function clashSentence(clash: Clash, names: readonly string[]): string {
  const { overBytes, overModels } = clash
  const listed =
    names.length > mostNames
      ? [...names.slice(0, mostNames - 1), plural(names.length - mostNames + 1, 'other rule')]
      : names
  const subject = `${listWords(listed)} ${names.length === 1 ? 'keeps' : 'together keep'}`
  if (overBytes !== null && overBytes > 0) {
    const also = overModels > 0 ? `, and ${plural(overModels, 'model')} too many` : ''
    return `${subject} ${formatBytes(overBytes)} more than the budget for models${also}`
  }
  return `${subject} ${plural(overModels, 'model')} more than may be loaded at a time`
}

/** "Wed 14:30 to 18:00", "Today 14:30 to 18:00". */
export function clashTimes(zone: Zone, { fromAt, toAt }: Clash, now: number): string {
  return `${withCapital(dayWords(zone, fromAt, now))} ${spanWords(zone, fromAt, toAt)}`
}

export function withCapital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

/** What comes next, in the list: "next tomorrow 08:30", "warm until 18:30". */
export function nextWords({ rule, isActive, isRunning, untilAt, nextAt }: RuleState, zone: Zone, now: number): string {
  if (isRunning) return 'warming up'
  if (!rule.isEnabled) return 'off'
  if (isActive) return untilAt === null ? 'warm now' : `warm until ${momentWords(zone, untilAt, now)}`
  if (nextAt !== null) return `next ${momentWords(zone, nextAt, now)}`
  if (rule.when.kind === 'app_start') return 'at the next start'
  return rule.when.kind === 'after_job' ? 'after the next one' : 'not planned'
}

/** "Today 08:29: warmed in 6.2 s and 11 s". */
export function lastRunWords({ lastRun, rule }: RuleState, nameOf: NameOf, zone: Zone, now: number): string {
  if (lastRun === null) return rule.isEnabled ? 'Has not run yet' : 'Has not run'
  const when = `${withCapital(dayWords(zone, lastRun.at, now))} ${timeWords(zone, lastRun.at)}`
  return `${when}: ${resultWords(lastRun.results, nameOf)}`
}

/** "warmed in 6.2 s and 11 s", "already warm", "llama3.3:70b failed: ..." where something did. */
export function resultWords(results: readonly WarmUpResult[], nameOf: NameOf): string {
  if (results.length === 0) return 'nothing to warm'
  if (results.every(({ outcome }) => outcome === 'warm'))
    return results.length === 1 ? 'already warm' : 'all already warm'
  if (results.every(({ outcome, durationMs }) => outcome === 'ready' && durationMs !== null))
    return `warmed in ${listWords(results.map(({ durationMs }) => formatDuration(durationMs)))}`
  // What went wrong is said first.
  const rank = { failed: 0, skipped: 1, ready: 2, warm: 3 }
  return [...results]
    .sort((a, b) => rank[a.outcome] - rank[b.outcome])
    .map((result) => oneResult(result, nameOf(result.id)))
    .join('; ')
}

function oneResult({ outcome, durationMs, error }: WarmUpResult, name: string): string {
  const why = error === null ? '' : `: ${error.message.replace(/[.\s]+$/, '')}`
  switch (outcome) {
    case 'ready':
      return durationMs === null ? `${name} warmed` : `${name} warmed in ${formatDuration(durationMs)}`
    case 'warm':
      return `${name} already warm`
    case 'failed':
      return `${name} failed${why}`
    case 'skipped':
      return error?.code === 'aborted' ? `${name} cancelled` : `${name} skipped${why}`
  }
}

/** A cancel is no failure. */
function isTrouble({ outcome, error }: WarmUpResult): boolean {
  return outcome === 'failed' || (outcome === 'skipped' && error?.code !== 'aborted')
}

export function hasFailed({ lastRun }: RuleState): boolean {
  return lastRun?.results.some(isTrouble) === true
}

export interface Saved {
  words: string
  /** Models left out, because another rule keeps them too and the saving is not this one's alone. */
  shared: ModelId[]
}

/** "Avoided 14 cold starts this week, 1 min 52 s"; null where nothing was saved, or it cannot be this rule's doing. */
export function savedWords(
  { rule, lastRun }: RuleState,
  rules: readonly RuleState[],
  savings: readonly Saving[],
  targetOf: (id: ModelId) => ModelId = (id) => id
): Saved | null {
  if (lastRun === null) return null
  const keysOf = (each: Rule): string[] => each.models.map(({ id }) => modelKey(targetOf(id)))
  const others = new Set(
    rules.flatMap((each) => (each.rule.id === rule.id || each.lastRun === null ? [] : keysOf(each.rule)))
  )
  const byKey = new Map(savings.map((saving) => [modelKey(saving.id), saving]))
  let [coldStarts, savedMs] = [0, 0]
  const shared: ModelId[] = []
  for (const key of new Set(keysOf(rule))) {
    const saving = byKey.get(key)
    if (saving === undefined || saving.weekColdStarts === 0) continue
    if (others.has(key)) {
      shared.push(saving.id)
      continue
    }
    coldStarts += saving.weekColdStarts
    savedMs += saving.weekMs
  }
  if (coldStarts === 0) return null
  const time = savedMs < 1_000 ? '' : `, ${formatSpan(Math.round(savedMs / 1_000))}`
  return { words: `Avoided ${plural(coldStarts, 'cold start')} this week${time}`, shared }
}

/** The next of all rules, for the header and the sidebar. */
export function nextRule(rules: readonly RuleState[]): (RuleState & { nextAt: number }) | null {
  const coming = rules.filter(
    (each): each is RuleState & { nextAt: number } => each.rule.isEnabled && each.nextAt !== null
  )
  return coming.sort((a, b) => a.nextAt - b.nextAt)[0] ?? null
}

/** "Next: qwen3:8b and llama3.1:8b at 17:55", "Next: qwen3:8b tomorrow at 08:30"; without names "Next at 17:55". */
export function headerWords(
  rules: readonly RuleState[],
  nameOf: NameOf | null,
  zone: Zone,
  now: number
): string | null {
  const next = nextRule(rules)
  if (next === null) return null
  const day = dayWords(zone, next.nextAt, now)
  const when = `${day === 'today' ? '' : `${day} `}at ${timeWords(zone, next.nextAt)}`
  if (nameOf === null) return `Next ${when}`
  const names = next.rule.models.map(({ id }) => nameOf(id))
  const what = names.length > 2 ? `${plural(names.length, 'model')} of ${next.rule.name}` : listWords(names)
  return `Next: ${what} ${when}`
}
