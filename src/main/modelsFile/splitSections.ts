/** Cuts a models.yaml that makes no sense as a whole into its entries, by indentation alone. Pure. */

export interface Piece {
  /** One entry under the heading of its section, on as many lines as in the file. */
  text: string
  /** In the file, 1-based; the heading above the entry is not in the file there. */
  firstLine: number
  lastLine: number
}

const heading = /^(["']?)(models|aliases)\1\s*:\s*(?:#.*)?\r?$/
const isEmpty = (line: string): boolean => /^\s*(?:#.*)?$/.test(line)
const indentOf = (line: string): number => /^[ \t]*/.exec(line)?.[0].length ?? 0

export function splitSections(text: string): Piece[] {
  const lines = text.split('\n')
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
    // The heading shares the entry's first line number less one, so that every line keeps its own.
    return {
      text: [`${section}:`, ...lines.slice(start, last + 1)].join('\n'),
      firstLine: start,
      lastLine: last + 1
    }
  })
}
