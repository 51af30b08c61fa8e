/** Which commands a typed text means, best first: every word must be found, as a word, a beginning, or letters in order. */

export interface Matchable {
  label: string
  /** Other words a person may look for: "evict" for Unload. */
  keywords: string
}

/** The commands that match, best first, equal ones in their own order; all of them for an empty text. */
export function matchCommands<Command extends Matchable>(commands: readonly Command[], text: string): Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return commands
    .map((command, index) => ({ command, index, score: scoreOf(command, words) }))
    .filter(({ score }) => score !== null)
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0) || a.index - b.index)
    .map(({ command }) => command)
}

function scoreOf(command: Matchable, words: readonly string[]): number | null {
  const label = command.label.toLowerCase()
  const keywords = command.keywords.toLowerCase()
  let total = 0
  for (const word of words) {
    const score = Math.max(scoreIn(label, word) || scattered(label, word), scoreIn(keywords, word) / 2)
    if (score === 0) return null
    total += score
  }
  return total
}

/** 0: not found. A beginning of a word beats the middle of one. */
function scoreIn(text: string, word: string): number {
  const found = text.indexOf(word)
  if (found === 0) return 100
  if (found > 0) return new RegExp(`[^a-z0-9]${escaped(word)}`).test(text) ? 80 : 60
  return 0
}

/** Letters in order, the first at the start of a word: "qw8" finds "qwen3:8b". Far apart counts less, and less than a whole find. For what is read, not for keywords: there nobody sees why. */
function scattered(text: string, word: string): number {
  if (word.length < 2) return 0
  const starts = [...text.matchAll(new RegExp(`(?<![a-z0-9])${escaped(word[0] ?? '')}`, 'g'))]
  const spans = starts.flatMap(({ index }) => {
    let at = index
    for (const letter of word.slice(1)) {
      at = text.indexOf(letter, at + 1)
      if (at < 0) return []
    }
    return [at - index + 1]
  })
  const span = Math.min(...spans)
  return span <= word.length * 4 ? 40 * (word.length / span) : 0
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
