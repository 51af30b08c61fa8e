/**
 * How many tokens a text may have where nobody can count them: by script, on the high side, so that what is said to fit does fit.
 * Tokenizers differ by a third and more; the weights are above what three families (GPT, Llama 3, Llama 2) make of prose and code in
 * tokenEstimate.test.ts. Pure.
 */

/** Letters of one word per token: tokenizers know whole common words, and break long ones up. */
const lettersPerToken = 4
const lettersPerTokenOfLongWords = 3
const longWord = 8
/** A letter outside ASCII costs more than its share in words of Latin script. */
const accentTokens = 1.3
/** Of one letter: of Cyrillic, of other scripts with letters (Greek, Arabic, Hindi ...), of signs that are syllables or words. */
const cyrillicTokens = 0.6
const otherLetterTokens = 1.25
const wordSignTokens = 1.4
/** Some tokenizers have a token for every digit. */
const digitTokens = 1
const emojiTokens = 4
const otherSignTokens = 1

/** What letters belong to, one after the other: a letter of several kinds begins a piece of the first, and goes on with a piece of any. */
const kinds = [
  { letters: /[\p{Script=Latin}']/u, isSingle: false, tokens: latinTokens },
  { letters: /\p{Nd}/u, isSingle: false, tokens: (length: number) => length * digitTokens },
  {
    letters: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u,
    isSingle: true,
    tokens: () => wordSignTokens
  },
  {
    letters: /\p{Script=Cyrillic}/u,
    isSingle: false,
    tokens: (length: number) => Math.max(1, length * cyrillicTokens)
  },
  { letters: /[\p{L}\p{M}]/u, isSingle: false, tokens: (length: number) => Math.max(1, length * otherLetterTokens) },
  { letters: /[\r\n]/u, isSingle: false, tokens: (length: number) => Math.ceil(length / 2) },
  { letters: /\s/u, isSingle: false, tokens: blankTokens },
  { letters: /[!-/:-@[-`{-~]/u, isSingle: false, tokens: (length: number) => length * 0.75 },
  // Whatever is left.
  { letters: /[^]/u, isSingle: true, tokens: signTokens }
] as const
const breaks = 1 << 5
const blanks = 1 << 6
const isKnown = 1 << kinds.length
/** By code point, filled as they are met: a pattern for the whole text takes seconds where it has millions of letters. */
const kindsOf = new Uint16Array(0x110000)

export function estimateTokens(text: string): number {
  let tokens = 0
  for (let at = 0; at < text.length;) {
    const start = at
    const first = text.codePointAt(at) ?? 0
    at += first > 0xffff ? 2 : 1
    const place = 31 - Math.clz32(bitsOf(first) & -bitsOf(first))
    const kind = kinds[place]
    if (kind === undefined) continue
    let foreign = first > 0x7f ? at - start : 0
    for (const bit = 1 << place; !kind.isSingle && at < text.length;) {
      const next = text.codePointAt(at) ?? 0
      if ((bitsOf(next) & bit) === 0) break
      const length = next > 0xffff ? 2 : 1
      if (next > 0x7f) foreign += length
      at += length
    }
    tokens += kind.tokens(at - start, foreign, first)
  }
  return Math.ceil(tokens)
}

function bitsOf(code: number): number {
  const known = kindsOf[code]
  if (known !== undefined && known !== 0) return known
  const letter = String.fromCodePoint(code)
  let bits = isKnown
  for (const [place, { letters }] of kinds.entries()) if (letters.test(letter)) bits |= 1 << place
  if ((bits & breaks) !== 0) bits &= ~blanks
  kindsOf[code] = bits
  return bits
}

/** `foreign`: of these letters, those outside ASCII. */
function latinTokens(length: number, foreign: number): number {
  const per = length > longWord ? lettersPerTokenOfLongWords : lettersPerToken
  return Math.max(1, length / per) + foreign * accentTokens
}

/** The blank before a word belongs to it; an indent is a token of its own. */
function blankTokens(length: number, _foreign: number, first: number): number {
  return length === 1 && first === 0x20 ? 0 : Math.ceil(length / 8)
}

function signTokens(_length: number, _foreign: number, code: number): number {
  return code > 0xffff ? emojiTokens : otherSignTokens
}
