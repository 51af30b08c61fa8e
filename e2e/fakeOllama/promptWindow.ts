/**
 * What of a prompt reaches the model: the real server cuts without a word. A prompt that is too long loses its middle; of a conversation
 * the oldest turns go first, whole, system prompts and the newest turn stay, and only what is then still too long is cut. A word is a token.
 */

export interface Turn {
  role: string
  content: string
}

export interface FittedPrompt {
  text: string
  /** As prompt_eval_count says it: of what is left, those from the cache among them. */
  tokens: number
}

/** The token that begins every prompt. */
const first = 1
/** num_keep, where nothing else is asked for: so many tokens of the beginning stay. */
const keptTokens = 4

export function fitPrompt(prompt: string, contextLength: number): FittedPrompt {
  const words = wordsOf(prompt)
  if (words.length + first <= contextLength) return { text: prompt, tokens: words.length + first }
  const head = words.slice(0, Math.min(keptTokens, contextLength) - first)
  const tail = words.slice(words.length - Math.max(0, contextLength - first - head.length))
  return { text: [...head, ...tail].join(' '), tokens: contextLength }
}

export function fitTurns(turns: readonly Turn[], contextLength: number): FittedPrompt {
  let kept = [...turns]
  while (kept.length > 1 && wordsOf(textOf(kept)).length + first > contextLength) {
    const oldest = kept.findIndex(({ role }, at) => role !== 'system' && at < kept.length - 1)
    if (oldest < 0) break
    kept = kept.toSpliced(oldest, 1)
  }
  return fitPrompt(textOf(kept), contextLength)
}

function textOf(turns: readonly Turn[]): string {
  return turns.map(({ content }) => content).join(' ')
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}
