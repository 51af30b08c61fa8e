/** What the editor's fields make of a rule, and a rule of what was typed. Pure. */
import { timeWords as whenWords } from '../../../../shared/ruleWords.ts'
import type { Rule, RuleTime } from '../../../../shared/schedule.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { clockWords } from './zone.ts'

export type RuleKind = RuleTime['kind']

export interface RuleFields {
  /** As typed; empty: the proposed one. */
  name: string
  isEnabled: boolean
  kind: RuleKind
  days: number[]
  /** As typed: "8:30" is no mistake while the person is at it. */
  time: string
  endTime: string
  /** Whole days more than up to the next time the clock shows the end. */
  moreDays: number
  models: Rule['models']
}

export interface RuleProblems {
  name?: string
  days?: string
  time?: string
  endTime?: string
  models?: string
  /** By model key. */
  contexts?: Record<string, string>
}

const dayMinutes = 1_440
const mostMinutes = 7 * dayMinutes
export const mostModels = 16
export const mostNameLetters = 80

/** "8:30", "8.30", "0830", "8" and "830" are times too; the answer is "08:30", or null. "24:00" only as an end. */
export function readTime(text: string, isEnd = false): string | null {
  const found = /^\s*(\d{1,2})(?:\s*[:.h]\s*(\d{2})|(\d{2}))?\s*h?\s*$/i.exec(text)
  if (!found) return null
  const hours = Number(found[1])
  const minutes = Number(found[2] ?? found[3] ?? 0)
  if (isEnd && hours === 24 && minutes === 0) return '00:00'
  if (hours > 23 || minutes > 59) return null
  return clockWords(hours * 60 + minutes)
}

/** "08:30" is 510; only of what readTime gave. */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

/** From a time to another: over midnight where the second is not later, a whole day where they are the same. */
export function windowMinutes(time: string, endTime: string, moreDays: number): number {
  const within = (minutesOf(endTime) - minutesOf(time) + dayMinutes) % dayMinutes || dayMinutes
  return within + moreDays * dayMinutes
}

/** Which day a window ends on: "same day", "next day", "2 days later". */
export function endDayWords(time: string, endTime: string, moreDays: number): string {
  const end = minutesOf(time) + windowMinutes(time, endTime, moreDays)
  // Midnight that ends the day itself.
  const days = end % dayMinutes === 0 ? end / dayMinutes - 1 : Math.floor(end / dayMinutes)
  if (days === 0) return 'same day'
  return days === 1 ? 'next day' : `${days} days later`
}

/** How many whole days more there may be at most: a window lasts seven days at the longest. */
export function mostMoreDays(time: string, endTime: string): number {
  return Math.floor((mostMinutes - windowMinutes(time, endTime, 0)) / dayMinutes)
}

/** "17:50" and 15 is "18:05"; over midnight it goes on. What is no time stays. */
export function steppedTime(text: string, byMinutes: number): string {
  const time = readTime(text)
  if (time === null) return text
  // To the next full step first, as steppers do.
  const minutes = minutesOf(time)
  const step = Math.abs(byMinutes)
  const next = byMinutes > 0 ? Math.floor(minutes / step) * step + step : Math.ceil(minutes / step) * step - step
  return clockWords((next + dayMinutes) % dayMinutes)
}

export const blankFields: RuleFields = {
  name: '',
  isEnabled: true,
  kind: 'window',
  days: [1, 2, 3, 4, 5],
  time: '08:30',
  endTime: '18:00',
  moreDays: 0,
  models: []
}

export function fieldsOf({ name, isEnabled, models, when }: Rule): RuleFields {
  const fields = { ...blankFields, name, isEnabled, models: models.map((each) => ({ ...each })), kind: when.kind }
  if (when.kind === 'app_start' || when.kind === 'after_job') return fields
  const timed = { ...fields, time: when.time, days: [...when.days].sort((a, b) => a - b) }
  if (when.kind === 'at') return timed
  const end = (minutesOf(when.time) + when.minutes) % dayMinutes
  const endTime = clockWords(end)
  return {
    ...timed,
    endTime: endTime === '00:00' ? '24:00' : endTime,
    moreDays: Math.ceil(when.minutes / dayMinutes) - 1
  }
}

function whenOf(fields: RuleFields): RuleTime | null {
  const { kind, days } = fields
  if (kind === 'app_start' || kind === 'after_job') return { kind }
  const time = readTime(fields.time)
  if (time === null || days.length === 0) return null
  if (kind === 'at') return { kind, time, days }
  const endTime = readTime(fields.endTime, true)
  if (endTime === null) return null
  const minutes = Math.min(windowMinutes(time, endTime, fields.moreDays), mostMinutes)
  return { kind, time, days, minutes }
}

/** What it is called where nobody calls it anything: its time, in words. */
export function proposedName(fields: RuleFields): string {
  const when = whenOf(fields)
  return (when === null ? 'New rule' : whenWords(when)).slice(0, mostNameLetters)
}

/** null while something is missing or wrong. */
export function ruleOf(id: string, fields: RuleFields): Rule | null {
  const when = whenOf(fields)
  if (when === null || Object.keys(fieldProblems(fields)).length > 0) return null
  return {
    id,
    name: fields.name.trim() || proposedName(fields),
    isEnabled: fields.isEnabled,
    models: fields.models,
    when
  }
}

/** A sentence per field that is wrong. */
export function fieldProblems(
  fields: RuleFields,
  maxContextOf: (key: string) => number | null = () => null
): RuleProblems {
  const { kind, name, days, models } = fields
  const isTimed = kind === 'at' || kind === 'window'
  const contexts = contextProblems(models, maxContextOf)
  return {
    ...(name.trim().length > mostNameLetters && { name: `A name has at most ${mostNameLetters} letters.` }),
    ...(isTimed && days.length === 0 && { days: 'Choose a day.' }),
    ...(isTimed && readTime(fields.time) === null && { time: 'Write it as 08:30.' }),
    ...(kind === 'window' && readTime(fields.endTime, true) === null && { endTime: 'Write it as 18:00.' }),
    ...(models.length === 0 && { models: 'Choose a model.' }),
    ...(models.length > mostModels && { models: `A rule has at most ${mostModels} models.` }),
    ...(Object.keys(contexts).length > 0 && { contexts })
  }
}

function contextProblems(models: Rule['models'], maxContextOf: (key: string) => number | null): Record<string, string> {
  return Object.fromEntries(
    models.flatMap(({ id, contextLength }) => {
      if (contextLength === null) return []
      const most = maxContextOf(modelKey(id)) ?? 16_777_216
      if (Number.isInteger(contextLength) && contextLength >= 4 && contextLength <= most) return []
      return [[modelKey(id), `From 4 to ${most.toLocaleString('en-US')} tokens.`]]
    })
  )
}

export function isSameFields(a: RuleFields, b: RuleFields): boolean {
  return JSON.stringify(comparable(a)) === JSON.stringify(comparable(b))
}

/** "8:30" typed over "08:30" is no change. */
function comparable(fields: RuleFields): unknown {
  const { name, time, endTime, days, ...rest } = fields
  return [name.trim(), readTime(time) ?? time, readTime(endTime, true) ?? endTime, [...days].sort(), rest]
}

export function toggledDay(days: readonly number[], day: number): number[] {
  const without = days.filter((each) => each !== day)
  return (without.length < days.length ? without : [...without, day]).sort((a, b) => a - b)
}

export function movedModel(models: Rule['models'], index: number, by: -1 | 1): Rule['models'] {
  const target = index + by
  const [moved, other] = [models[index], models[target]]
  if (!moved || !other) return models
  return models.map((each, at) => (at === index ? other : at === target ? moved : each))
}

/** "Office hours copy", "Office hours copy 2": whatever is not taken. */
export function copyName(name: string, taken: readonly string[]): string {
  const base = `${name.slice(0, mostNameLetters - 8)} copy`
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? base : `${base} ${number}`
    if (!taken.includes(candidate)) return candidate
  }
}
