/** Lengths of time as people set them; said on the page and in the event log alike. */

const spanUnits = [
  { seconds: 86_400, name: (count: number) => (count === 1 ? 'day' : 'days') },
  { seconds: 3_600, name: () => 'h' },
  { seconds: 60, name: () => 'min' },
  { seconds: 1, name: () => 's' }
]

/** A length of time set by a person: "30 min", "1 h 30 min", "2 days", "45 s". At most two units. */
export function formatSpan(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds))
  const words: string[] = []
  for (const unit of spanUnits) {
    const count = Math.floor(rest / unit.seconds)
    if (count === 0) {
      if (words.length > 0) break
      continue
    }
    words.push(`${count} ${unit.name(count)}`)
    rest -= count * unit.seconds
    if (words.length === 2) break
  }
  return words.length === 0 ? '0 s' : words.join(' ')
}

/** What something took: "0.41 s", "6.2 s", "44 s", "3 min 10 s", "2 h 5 min". */
export function formatTaken(durationMs: number): string {
  const seconds = durationMs / 1000
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  return formatSpan(seconds)
}
