/** How long loads and answers will take: as measured here, else guessed from sizes and said to be a guess. Pure. */
import type { Chain, Step } from '../../../shared/chain.ts'
import { parseTemplate } from '../../../shared/template.ts'
import type { Measured } from '../../models/measured.ts'
import { estimateTokens } from '../prompt/tokenEstimate.ts'

export interface Guessable {
  ms: number
  isGuess: boolean
}

/** A disk of no great speed, and what starting an engine takes. */
const guessedLoadBytesPerSecond = 400e6
const guessedStartMs = 1_000
const guessedLoadMs = 15_000
/** Every token reads all weights once: at the speed of common memory, of cards, and of whatever another machine has. */
const guessedMemoryBytesPerSecond = 30e9
const guessedCardBytesPerSecond = 300e9
const guessedTokensPerSecond = 10
/** Prompts are read many tokens at a time. */
const promptSpeedup = 10
/** Letting go is quick beside everything else; it was not worth measuring. */
export const unloadMs = 500
/** Nobody can know how long an answer will be; a few paragraphs are usual. */
const usualAnswerTokens = 400
const usualInputLetters = 1_000
/** Of a text that nobody has read yet, blanks and signs among its letters; tokenEstimate.ts weighs a text's own words. */
const lettersPerTokenOfAnyText = 3.6

export function loadTime({ usualLoadMs, sizeBytes }: Pick<Measured, 'usualLoadMs' | 'sizeBytes'>): Guessable {
  if (usualLoadMs !== null) return { ms: usualLoadMs, isGuess: false }
  const ms = sizeBytes === null ? guessedLoadMs : guessedStartMs + (sizeBytes / guessedLoadBytesPerSecond) * 1_000
  return { ms, isGuess: true }
}

export interface AnswerSpeed {
  promptTokensPerSecond: number
  tokensPerSecond: number
  isGuess: boolean
}

/** Guessed only where not one answer was measured. */
export function answerSpeed(
  measured: Pick<Measured, 'tokensPerSecond' | 'promptTokensPerSecond' | 'sizeBytes'>,
  usesCards: boolean
): AnswerSpeed {
  const bytesPerSecond = usesCards ? guessedCardBytesPerSecond : guessedMemoryBytesPerSecond
  const bySize = measured.sizeBytes ? bytesPerSecond / measured.sizeBytes : guessedTokensPerSecond
  const tokensPerSecond = measured.tokensPerSecond ?? bySize
  return {
    tokensPerSecond,
    promptTokensPerSecond: measured.promptTokensPerSecond ?? tokensPerSecond * promptSpeedup,
    isGuess: measured.tokensPerSecond === null
  }
}

export function answerTime(promptTokens: number, answerTokens: number, speed: AnswerSpeed): number {
  return (promptTokens / speed.promptTokensPerSecond + answerTokens / speed.tokensPerSecond) * 1_000
}

/** Random weights never stop by themselves. */
export function expectedAnswerTokens(maxTokens: number | null, isSample: boolean): number {
  return isSample && maxTokens !== null ? maxTokens : Math.min(maxTokens ?? usualAnswerTokens, usualAnswerTokens)
}

/** `answersOf`: what other steps are expected to answer, by name. */
export function expectedPromptTokens(
  step: Pick<Step, 'prompt' | 'system'>,
  chain: Pick<Chain, 'system'>,
  inputLetters: number | null,
  answersOf: ReadonlyMap<string, number>
): number {
  const system = step.system.trim() === '' ? chain.system : step.system
  const { parts } = parseTemplate(step.prompt)
  return [...parts, ...parseTemplate(system).parts].reduce((tokens, part) => {
    if (part.kind === 'text') return tokens + estimateTokens(part.text)
    if (part.kind === 'input') return tokens + (inputLetters ?? usualInputLetters) / lettersPerTokenOfAnyText
    return tokens + (answersOf.get(part.name) ?? usualAnswerTokens)
  }, 0)
}
