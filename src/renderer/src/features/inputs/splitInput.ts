/** Long texts in pieces that can be sent one after the other, cut only between items. Pure. */

/** Pieces of whole lines, each at most `most` letters unless one line alone is longer. */
export function splitLines(text: string, most: number): string[] {
  return cutAt(text, most, (from) => {
    const end = text.indexOf('\n', from)
    return end === -1 ? text.length : end + 1
  })
}

/** Pieces of whole records, the header row before each: a line end within quotes ends no record. */
export function splitCsv(text: string, most: number): string[] {
  const headerEnd = recordEnd(text, 0)
  if (text.length <= most || headerEnd >= text.length) return [text]
  const header = text.slice(0, headerEnd)
  const body = text.slice(headerEnd)
  const room = Math.max(1, most - header.length)
  return cutAt(body, room, (from) => recordEnd(body, from)).map((piece) => header + piece)
}

function cutAt(text: string, most: number, endOf: (from: number) => number): string[] {
  const pieces: string[] = []
  let start = 0
  let end = 0
  while (end < text.length) {
    const next = Math.max(end + 1, endOf(end))
    if (next - start > most && end > start) {
      pieces.push(text.slice(start, end))
      start = end
    }
    end = next
  }
  if (end > start) pieces.push(text.slice(start))
  return pieces
}

function recordEnd(text: string, from: number): number {
  let isQuoted = false
  for (let at = from; at < text.length; at += 1) {
    const letter = text[at]
    if (letter === '"') isQuoted = !isQuoted
    else if (letter === '\n' && !isQuoted) return at + 1
  }
  return text.length
}

interface NamedText {
  name: string
  text: string
}

/** Groups of files, each of at most `most` letters and `mostFiles` files; one that is longer goes alone. */
export function groupFiles<File extends NamedText>(files: readonly File[], most: number, mostFiles: number): File[][] {
  const groups: File[][] = []
  let group: File[] = []
  let letters = 0
  for (const file of files) {
    const size = file.text.length + file.name.length
    if (group.length > 0 && (letters + size > most || group.length >= mostFiles)) {
      groups.push(group)
      group = []
      letters = 0
    }
    group.push(file)
    letters += size
  }
  if (group.length > 0) groups.push(group)
  return groups
}
