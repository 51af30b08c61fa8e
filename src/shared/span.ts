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
