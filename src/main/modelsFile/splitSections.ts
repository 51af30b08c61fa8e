/** Cuts a models.yaml that makes no sense as a whole into its entries, by indentation alone. Pure. */

/** One entry, by its lines in the file, counted from 0; `end` is behind the last one. */
export interface Piece {
  section: string
  start: number
  end: number
}

const heading = /^(["']?)(models|aliases)\1\s*:\s*(?:#.*)?\r?$/
const isEmpty = (line: string): boolean => /^\s*(?:#.*)?$/.test(line)
const indentOf = (line: string): number => /^[ \t]*/.exec(line)?.[0].length ?? 0

export function splitSections(lines: readonly string[]): Piece[] {
  const pieces: Piece[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const section = heading.exec(lines[at] ?? '')?.[2]
    if (section === undefined) continue
    const end = endOfSection(lines, at + 1, section)
    pieces.push(...entriesOf(lines, at + 1, end, section))
    at = end - 1
  }
  return pieces
}

/** At the next line that begins at the left edge; a list may stand there, too. */
function endOfSection(lines: readonly string[], from: number, section: string): number {
  const end = lines.findIndex(
    (line, at) =>
      at >= from && !isEmpty(line) && indentOf(line) === 0 && !(section === 'models' && /^-(?:\s|$)/.test(line))
  )
  return end === -1 ? lines.length : end
}

function entriesOf(lines: readonly string[], from: number, end: number, section: string): Piece[] {
  const indices = Array.from({ length: end - from }, (_, index) => from + index)
  const filled = indices.filter((at) => !isEmpty(lines[at] ?? ''))
  const [first] = filled
  if (first === undefined) return []
  const indent = indentOf(lines[first] ?? '')
  const begins = (line: string): boolean =>
    indentOf(line) === indent && (section !== 'models' || line.trimStart().startsWith('-'))
  const starts = filled.filter((at) => at === first || begins(lines[at] ?? ''))
  return starts.map((start, index) => {
    const next = starts[index + 1] ?? end
    const last = filled.filter((at) => at >= start && at < next).at(-1) ?? start
    return { section, start, end: last + 1 }
  })
}
