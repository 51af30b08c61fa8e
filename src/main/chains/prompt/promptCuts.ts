/** Shortens the values put into a prompt, each to at most so many letters, with a line that says how much is missing. Pure. */
import type { Span } from '../../../shared/template.ts'

/** Where of a value its letters are dropped. */
export type CutPlace = 'middle' | 'beginning'

/** What is dropped of one value, in letters of the prompt's text. */
export interface Cut extends Span {
  /** What its marker says; null: not known yet. */
  tokens: number
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** No cluster that anybody writes is longer; where one is, at least no code point is broken. */
const longestGrapheme = 64

/** The values that are longer than `mostLetters` lose what is beyond it, the others stay as they are. `tokensOf`: of a dropped span. */
export function cutsFor(
  text: string,
  pieces: readonly Span[],
  mostLetters: number,
  place: CutPlace,
  tokensOf: (span: Span) => number
): Cut[] {
  return pieces.flatMap(({ start, end }) => {
    if (end - start <= mostLetters) return []
    // The end of a text tells more of where it went; both halves are told alike.
    const head = place === 'middle' ? Math.floor(mostLetters / 2) : 0
    const span = {
      start: wholeLettersBefore(text, start, start + head),
      end: wholeLettersAfter(text, end, end - (mostLetters - head))
    }
    return [{ ...span, tokens: tokensOf(span) }]
  })
}

/** `cuts` in the order of the text. */
export function withCuts(text: string, cuts: readonly Cut[]): string {
  let at = 0
  let result = ''
  for (const { start, end, tokens } of cuts) {
    result += text.slice(at, start) + marker(tokens)
    at = end
  }
  return result + text.slice(at)
}

export function marker(tokens: number): string {
  return `\n[… ${formatCount(tokens)} tokens left out …]\n`
}

/** "4,100" */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

/** The last place at or before `at` where a letter as people see it ends; not before `least`. */
export function wholeLettersBefore(text: string, least: number, at: number): number {
  const from = Math.max(least, at - longestGrapheme)
  const segment = graphemes.segment(text.slice(from, at + longestGrapheme)).containing(at - from)
  const place = segment === undefined ? at : from + segment.index
  return place === from && from > least ? codePointBefore(text, at) : place
}

/** The first place at or after `at` where one begins; not after `most`. */
export function wholeLettersAfter(text: string, most: number, at: number): number {
  const from = Math.max(0, at - longestGrapheme)
  const segment = graphemes.segment(text.slice(from, Math.min(most, at + longestGrapheme))).containing(at - from)
  if (segment === undefined || from + segment.index === at) return at
  const place = from + segment.index + segment.segment.length
  return Math.min(most, place)
}

function codePointBefore(text: string, at: number): number {
  const isBroken = isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at))
  return isBroken ? at - 1 : at
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff
