/** Where two texts differ, word by word, within bounds: two long texts that have little in common are not compared. Pure. */

export interface DiffPart {
  text: string
  /** `same` in both, `gone` only in the first, `new` only in the second. */
  kind: 'same' | 'gone' | 'new'
}

const mostWords = 6_000
/** Edits; the work grows with their square. */
const mostEdits = 1_200

function wordsOf(text: string): string[] {
  return text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? []
}

/** Null: too different or too long to be marked. */
export function diffWords(before: string, after: string): DiffPart[] | null {
  const a = wordsOf(before)
  const b = wordsOf(after)
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail += 1
  const middleA = a.slice(head, a.length - tail)
  const middleB = b.slice(head, b.length - tail)
  const changed = middleA.length + middleB.length > mostWords ? null : shortestEdits(middleA, middleB)
  if (changed === null) return null
  const same = (words: readonly string[]): DiffPart => ({ kind: 'same', text: words.join('') })
  return joined(withSpaces([same(a.slice(0, head)), ...changed, same(a.slice(a.length - tail))]))
}

/** Myers' greedy way; null: more than mostEdits. */
function shortestEdits(a: readonly string[], b: readonly string[]): DiffPart[] | null {
  const most = Math.min(a.length + b.length, mostEdits)
  const furthest = new Map<number, number>([[1, 0]])
  const trace: Map<number, number>[] = []
  for (let edits = 0; edits <= most; edits += 1) {
    trace.push(new Map(furthest))
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const isDown = takesDown(furthest, diagonal, edits)
      let x = isDown ? (furthest.get(diagonal + 1) ?? 0) : (furthest.get(diagonal - 1) ?? 0) + 1
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1
      furthest.set(diagonal, x)
      if (x >= a.length && x - diagonal >= b.length) return walkBack(a, b, trace)
    }
  }
  return null
}

function takesDown(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  if (diagonal === -edits) return true
  return diagonal !== edits && (furthest.get(diagonal - 1) ?? -1) < (furthest.get(diagonal + 1) ?? -1)
}

function walkBack(a: readonly string[], b: readonly string[], trace: readonly Map<number, number>[]): DiffPart[] {
  const parts: DiffPart[] = []
  let x = a.length
  let y = b.length
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const furthest = trace[edits] ?? new Map<number, number>()
    const diagonal = x - y
    const isDown = takesDown(furthest, diagonal, edits)
    const previous = isDown ? diagonal + 1 : diagonal - 1
    const fromX = edits === 0 ? 0 : (furthest.get(previous) ?? 0)
    const fromY = edits === 0 ? 0 : fromX - previous
    while (x > fromX && y > fromY && a[x - 1] === b[y - 1]) {
      parts.push({ kind: 'same', text: a[x - 1] ?? '' })
      x -= 1
      y -= 1
    }
    if (edits === 0) break
    if (isDown) parts.push({ kind: 'new', text: b[y - 1] ?? '' })
    else parts.push({ kind: 'gone', text: a[x - 1] ?? '' })
    x = fromX
    y = fromY
  }
  return parts.reverse()
}

/** A space between two changed words is part of the change: it is read as one. */
function withSpaces(parts: readonly DiffPart[]): DiffPart[] {
  const isChange = (part: DiffPart | undefined): boolean => part !== undefined && part.kind !== 'same'
  const filled = parts.filter(({ text }) => text !== '')
  return filled.flatMap((part, index): DiffPart[] => {
    const isBetween = isChange(filled[index - 1]) && isChange(filled[index + 1])
    if (part.kind !== 'same' || !isBetween || /\S/.test(part.text)) return [part]
    return [
      { kind: 'gone', text: part.text },
      { kind: 'new', text: part.text }
    ]
  })
}

function joined(parts: readonly DiffPart[]): DiffPart[] {
  const result: DiffPart[] = []
  for (const part of parts) {
    if (part.text === '') continue
    const last = result.at(-1)
    if (last?.kind === part.kind) last.text += part.text
    else result.push({ ...part })
  }
  return result
}
