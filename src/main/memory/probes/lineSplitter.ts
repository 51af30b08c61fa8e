/** Pieces of output to whole lines; a line without end costs no memory. */

const MAX_LINE_CHARACTERS = 64 * 1024

/** Longer lines are dropped whole: no tool read here prints one, so it is garbage. */
export function createLineSplitter(onLine: (line: string) => void): (piece: string) => void {
  let rest = ''
  let isDropping = false
  return (piece) => {
    const parts = (rest + piece).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      if (isDropping) isDropping = false
      else if (part.length <= MAX_LINE_CHARACTERS) onLine(part.endsWith('\r') ? part.slice(0, -1) : part)
    }
    if (rest.length > MAX_LINE_CHARACTERS) {
      rest = ''
      isDropping = true
    }
  }
}
