/** "Did you mean …": the known name that a mistyped one comes closest to. */

const mostLetters = 64

/** Null where nothing is near: more than a third of the letters would have to change. Capitals and spaces count for little. */
export function nearestName(wanted: string, known: Iterable<string>): string | null {
  const asked = plain(wanted)
  if (asked.length > mostLetters) return null
  let best: string | null = null
  let bestDistance = Math.floor(Math.max(asked.length, 3) / 3) + 1
  for (const name of known) {
    const candidate = plain(name)
    if (candidate.length > mostLetters || Math.abs(candidate.length - asked.length) >= bestDistance) continue
    const distance = distanceOf(asked, candidate)
    if (distance >= bestDistance) continue
    best = name
    bestDistance = distance
  }
  return best
}

/** " Did you mean “Draft”?" or nothing, to be put after a sentence. */
export function didYouMean(wanted: string, known: Iterable<string>): string {
  const name = nearestName(wanted, known)
  return name === null ? '' : ` Did you mean “${name}”?`
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '')
}

/** Levenshtein's, where two neighbours that changed places count once. */
function distanceOf(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1]
      let cost = Math.min((row[j - 1] ?? 0) + (isSame ? 0 : 1), (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      next.push(cost)
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}
