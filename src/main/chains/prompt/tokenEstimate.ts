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

const pieces =
  /(?<latin>[\p{Script=Latin}']+)|(?<digits>\p{Nd}+)|(?<words>[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}])|(?<cyrillic>\p{Script=Cyrillic}+)|(?<other>[\p{L}\p{M}]+)|(?<breaks>[\r\n]+)|(?<blanks>[^\S\r\n]+)|(?<ascii>[!-/:-@[-`{-~]+)|(?<rest>.)/gsu

export function estimateTokens(text: string): number {
  let tokens = 0
  for (const { groups, 0: piece } of text.matchAll(pieces)) tokens += tokensOf(groups ?? {}, piece)
  return Math.ceil(tokens)
}

function tokensOf(groups: Record<string, string | undefined>, piece: string): number {
  if (groups['latin'] !== undefined) return latinTokens(piece)
  if (groups['digits'] !== undefined) return piece.length * digitTokens
  if (groups['words'] !== undefined) return wordSignTokens
  if (groups['cyrillic'] !== undefined) return Math.max(1, piece.length * cyrillicTokens)
  if (groups['other'] !== undefined) return Math.max(1, piece.length * otherLetterTokens)
  if (groups['breaks'] !== undefined) return Math.ceil(piece.length / 2)
  // The blank before a word belongs to it; an indent is a token of its own.
  if (groups['blanks'] !== undefined) return piece === ' ' ? 0 : Math.ceil(piece.length / 8)
  if (groups['ascii'] !== undefined) return piece.length * 0.75
  return (piece.codePointAt(0) ?? 0) > 0xffff ? emojiTokens : otherSignTokens
}

function latinTokens(word: string): number {
  // eslint-disable-next-line no-control-regex -- ASCII is what is meant.
  const accents = word.replace(/[\x00-\x7f]/g, '').length * accentTokens
  const per = word.length > longWord ? lettersPerTokenOfLongWords : lettersPerToken
  return Math.max(1, word.length / per) + accents
}
