/** The ranges of time one can look at. */

const minuteMs = 60_000
const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** So long every second is kept; before that, one row a minute. */
export const secondsKeptMs = hourMs
/** So long anything is kept. */
export const keptMs = 30 * dayMs

export const memoryRanges = [
  { value: '5m', label: '5 m', words: '5 minutes', rangeMs: 5 * minuteMs },
  { value: '1h', label: '1 h', words: 'hour', rangeMs: hourMs },
  { value: '6h', label: '6 h', words: '6 hours', rangeMs: 6 * hourMs },
  { value: '24h', label: '24 h', words: '24 hours', rangeMs: dayMs },
  { value: '7d', label: '7 d', words: '7 days', rangeMs: 7 * dayMs },
  { value: '30d', label: '30 d', words: '30 days', rangeMs: 30 * dayMs }
] as const

export type MemoryRange = (typeof memoryRanges)[number]
export type MemoryRangeName = MemoryRange['value']

/** What was remembered may be of an older Stoker, or anything at all. */
export function rangeNamed(name: string | null): MemoryRange {
  return memoryRanges.find(({ value }) => value === name) ?? memoryRanges[1]
}
