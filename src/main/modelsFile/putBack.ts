/** An undone deletion: the very lines come back where they stood, though others may have changed meanwhile. Pure. */
import { sayTheSame, type ModelsFileEdit } from './editModelsFile.ts'
import { parseModelsFile } from './parseModelsFile.ts'

/** One entry's deletion: the whole text before and after it, and the edit that would write the same entry anew. */
export interface Removal {
  before: string
  after: string
  save: ModelsFileEdit
}

/** `otherwise`: where it cannot be told where it stood, or it is there already. */
export function putBack(removal: Removal, otherwise: ModelsFileEdit): ModelsFileEdit {
  return (text) => {
    if (text === removal.after) return removal.before
    const wanted = parseModelsFile(removal.save(text))
    const back = placesOf(removal, text).find((each) => {
      const got = parseModelsFile(each)
      return got.broken === null && got.problems.length <= wanted.problems.length && sayTheSame(got, wanted)
    })
    return back ?? otherwise(text)
  }
}

/** The text with those lines in it, the likeliest place first. */
function placesOf({ before, after }: Removal, text: string): string[] {
  const [old, left] = [linesOf(before), linesOf(after)]
  let head = 0
  while (head < left.length && old[head] === left[head]) head += 1
  let tail = 0
  while (tail < left.length - head && old.at(-1 - tail) === left.at(-1 - tail)) tail += 1
  const [above, below] = [old.slice(0, head), old.slice(old.length - tail)]
  const gone = old.slice(head, old.length - tail).join('')
  // What those lines became: nothing, or what is left of the one line that all of them stand on.
  const stump = left.slice(head, left.length - tail).join('')
  const at = [
    text.endsWith(stump + below.join('')) ? text.length - stump.length - below.join('').length : null,
    text.startsWith(above.join('') + stump) ? above.join('').length : null,
    ...(stump === '' ? besideNearest(linesOf(text), above, below) : [])
  ]
  return at.flatMap((place) => (place === null ? [] : [text.slice(0, place) + gone + text.slice(place + stump.length)]))
}

/** Before the first of the lines below that is still there, behind the last of those above. */
function besideNearest(now: readonly string[], above: readonly string[], below: readonly string[]): (number | null)[] {
  const isOne = (line: string): boolean =>
    line.trim() !== '' && [now, [...above, ...below]].every((lines) => lines.filter((one) => one === line).length === 1)
  const place = (line: string | undefined, past: number): number | null =>
    line === undefined ? null : now.slice(0, now.indexOf(line) + past).join('').length
  return [place(below.find(isOne), 0), place(above.findLast(isOne), 1)]
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/)
}
