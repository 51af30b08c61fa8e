/** A rule of the schedule as a sentence; said on the page, in its editor while one is written, and in the event log alike. */
import type { ModelId } from './model.ts'
import type { Rule, RuleTime } from './schedule.ts'

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const minutesOfDay = 1_440

/** "Weekdays 08:30 to 18:00 keep llama3.2:3b and qwen2.5:7b warm". `nameOf`: how a model is called where its bare name is not enough. */
export function ruleWords(
  { when, models }: Pick<Rule, 'when' | 'models'>,
  nameOf: (id: ModelId) => string = ({ name }) => name
): string {
  const what = listWords(models.map(({ id }) => nameOf(id)))
  const time = timeWords(when)
  if (when.kind === 'window') return `${time} keep ${what} warm`
  return when.kind === 'after_job' ? `${time} load ${what} again` : `${time} load ${what}`
}

/** "Weekdays 08:30 to 18:00", "Daily at 07:00", "At app start", "After a big job". */
export function timeWords(when: RuleTime): string {
  switch (when.kind) {
    case 'app_start':
      return 'At app start'
    case 'after_job':
      return 'After a big job'
    case 'at':
      return `${daysWords(when.days)} at ${when.time}`
    case 'window':
      return `${daysWords(when.days)} ${when.time} to ${endWords(when.time, when.minutes)}`
  }
}

/** 1 Monday to 7 Sunday, in any order: "Weekdays", "Daily", "Sat and Sun", "Mon to Thu", "Mon, Wed and Fri". */
export function daysWords(days: readonly number[]): string {
  const sorted = [...new Set(days)].sort((a, b) => a - b)
  const text = sorted.join('')
  if (text === '1234567') return 'Daily'
  if (text === '12345') return 'Weekdays'
  const names = sorted.map((day) => dayNames[day - 1] ?? '?')
  const [first, last] = [sorted[0] ?? 0, sorted.at(-1) ?? 0]
  if (sorted.length > 2 && last - first === sorted.length - 1) return `${names[0]} to ${names.at(-1)}`
  return listWords(names)
}

/** "18:00", "02:00 (next day)", "09:00 (3 days later)"; midnight that ends the day itself is 24:00. As on a day that keeps its clocks. */
export function endWords(time: string, minutes: number): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  const end = hour * 60 + minute + minutes
  if (end === minutesOfDay) return '24:00'
  const later = Math.floor(end / minutesOfDay)
  const clock = `${twoDigits(Math.floor((end % minutesOfDay) / 60))}:${twoDigits(end % 60)}`
  if (later === 0) return clock
  return later === 1 ? `${clock} (next day)` : `${clock} (${later} days later)`
}

/** "a", "a and b", "a, b and c". */
export function listWords(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? 'nothing'
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
