/**
 * Which earlier states of a chain are kept. Autosave writes one every few seconds of work: of each two minutes the last is kept, of what is
 * older than two hours the last of each quarter, older than a day of each hour, and a hundred in all (by minutes alone, a hundred
 * would be an afternoon). The last, because a state that somebody left for a while is one that they had finished with; by minutes of
 * the clock and not by the time since the save before, because a chain of saves, each soon after the other, would otherwise come
 * down to one, however long somebody worked.
 */

export const keptVersions = 100
const minuteMs = 60_000
/** From this age on, one of each such span. The oldest first. */
const spans = [
  { fromAgeMs: 1_440 * minuteMs, spanMs: 60 * minuteMs },
  { fromAgeMs: 120 * minuteMs, spanMs: 15 * minuteMs },
  { fromAgeMs: -Infinity, spanMs: 2 * minuteMs }
]

/** Times of those to forget. Times of the future (a clock that was wrong) are kept like new ones. */
export function versionsToForget(savedAts: readonly number[], now: number): number[] {
  const newestFirst = savedAts.toSorted((a, b) => b - a)
  const seen = new Set<string>()
  const kept = new Set<number>()
  for (const savedAt of newestFirst) {
    const spanMs = spans.find(({ fromAgeMs }) => now - savedAt > fromAgeMs)?.spanMs ?? minuteMs
    const span = `${spanMs}:${Math.floor(savedAt / spanMs)}`
    if (seen.has(span) || kept.size === keptVersions) continue
    seen.add(span)
    kept.add(savedAt)
  }
  return newestFirst.filter((savedAt) => !kept.has(savedAt))
}
