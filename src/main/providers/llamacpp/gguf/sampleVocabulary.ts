/** A vocabulary for random models: 3 control tokens, 256 bytes, then letters and made-up words, so that gibberish can be read. */

export interface Vocabulary {
  tokens: string[]
  scores: number[]
  /** 1 normal, 2 unknown, 3 control, 6 byte. */
  types: number[]
}

const consonants = ['b', 'd', 'f', 'g', 'h', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'z', 'st', 'tr', 'kl']
const vowels = ['a', 'e', 'i', 'o', 'u', 'ai', 'ou']
/** SentencePiece writes a word's leading space like this. */
const space = '\u2581'

export function makeVocabulary(size: number): Vocabulary {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
  const control = ['<unk>', '<s>', '</s>']
  const words = makeWords(size - control.length - bytes.length)
  const tokens = [...control, ...bytes, ...words]
  return {
    tokens,
    scores: tokens.map((_, index) => (index < control.length + bytes.length ? 0 : -index)),
    types: tokens.map((_, index) => (index === 0 ? 2 : index < control.length ? 3 : index < 259 ? 6 : 1))
  }
}

function makeWords(count: number): string[] {
  const words = new Set<string>([space])
  for (let code = 33; code < 127; code++) words.add(String.fromCharCode(code))
  const syllables = consonants.flatMap((consonant) => vowels.map((vowel) => consonant + vowel))
  for (let index = 0; words.size < count; index++) words.add(space + word(index, syllables))
  return [...words].slice(0, Math.max(0, count))
}

/** One to three syllables: the index written in base `syllables.length`, so no two are alike. */
function word(index: number, syllables: readonly string[]): string {
  let rest = index
  let text = ''
  do {
    text = (syllables[rest % syllables.length] ?? '') + text
    rest = Math.floor(rest / syllables.length) - 1
  } while (rest >= 0)
  return text
}
