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

/** What letters belong to: the first kind that they are of. Letters of one kind next to each other are a piece. */
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
/** By code point, from 1, filled as they are met: a pattern for the whole text takes seconds where it has millions of letters. */
const kindsOf = new Uint8Array(0x110000)

export function estimateTokens(text: string): number {
  let tokens = 0
  for (let at = 0; at < text.length;) {
    const start = at
    const first = text.codePointAt(at) ?? 0
    const place = kindOf(first)
    const kind = kinds[place]
    let foreign = 0
    for (let code = first; kindOf(code) === place; code = text.codePointAt(at) ?? 0) {
      const length = code > 0xffff ? 2 : 1
      if (code > 0x7f) foreign += length
      at += length
      if (at >= text.length || kind?.isSingle) break
    }
    tokens += kind?.tokens(at - start, foreign, first) ?? 0
  }
  return Math.ceil(tokens)
}

/** Its place among them. */
function kindOf(code: number): number {
  const known = kindsOf[code] ?? 0
  if (known > 0) return known - 1
  const letter = String.fromCodePoint(code)
  const place = kinds.findIndex(({ letters }) => letters.test(letter))
  kindsOf[code] = place + 1
  return place
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
