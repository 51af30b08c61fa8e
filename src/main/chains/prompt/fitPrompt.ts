/**
 * Makes a filled prompt fit the window of its step, the way the step asks for: refused, cut, or its longest value summarised. Never
 * silently: what was done is said in words. Pure but for the counting and asking that it is handed.
 */
import type { ContextPolicy } from '../../../shared/chain.ts'
import { abortedError, StokerError } from '../../../shared/errors.ts'
import type { Span } from '../../../shared/template.ts'
import { cutToFit } from './cutToFit.ts'
import { formatCount } from './promptCuts.ts'
import { summariseToFit } from './summariseToFit.ts'

/** `isCounted` false: estimated. */
export interface TokenCount {
  tokens: number
  isCounted: boolean
}

export interface FitRequest {
  /** The filled prompt, and the spans of it that were put in; ascending, not overlapping. */
  text: string
  pieces: readonly Span[]
  /** Filled; empty: none. */
  system: string
  /** For prompt and answer together; null: unknown, and then everything passes. */
  windowTokens: number | null
  /** What the answer may take; null: left to the server. */
  maxTokens: number | null
  policy: ContextPolicy
  countTokens: (text: string) => Promise<TokenCount>
  /** The step's own model, with its options but for the length of the answer. Only for `summarise`. */
  ask: (prompt: string, maxTokens: number) => Promise<string>
  /** Told before each part is summarised: 1 of 7. */
  onPart?: (part: number, parts: number) => void
  signal: AbortSignal
}

export interface FittedPrompt {
  text: string
  /** Of system and prompt with what the chat template adds, as sent; for the comparison with what the server read. */
  promptTokens: number
  isCounted: boolean
  /** What the window leaves for the answer; null: unknown. */
  answerTokens: number | null
  /** What was done, in words; null: nothing. */
  note: string | null
}

export type FitPrompt = (request: FitRequest) => Promise<FittedPrompt>

/** The frame that the model's chat template puts around system and prompt: a few tokens for each, more where it adds a date. */
export const frameTokens = 32
/** Kept for an answer whose length is left to the server. */
const unknownAnswerTokens = 1_024

/** What cutting and summarising are told. */
export interface Room {
  /** For the prompt's text alone. */
  tokens: number
  count: (text: string) => Promise<number>
}

export const fitPrompt: FitPrompt = async (request) => {
  const { text, system, windowTokens, maxTokens, signal } = request
  let isCounted = true
  const count = async (part: string): Promise<number> => {
    if (signal.aborted) throw abortedError()
    if (part === '') return 0
    const counted = await request.countTokens(part)
    isCounted &&= counted.isCounted
    return counted.tokens
  }
  const systemTokens = await count(system)
  const asked = await count(text)
  const aside = systemTokens + frameIn(windowTokens)
  const fitted = (fittedText: string, tokens: number, note: string | null): FittedPrompt => {
    const answerTokens = windowTokens === null ? null : Math.max(1, windowTokens - aside - tokens)
    const notes = [note, shortAnswer(answerTokens, maxTokens)].filter((each) => each !== null)
    const words = notes.map((each) => `${each}${isCounted ? '' : ' (estimated)'}`).join('; ')
    return {
      text: fittedText,
      promptTokens: aside + tokens,
      isCounted,
      answerTokens,
      note: words === '' ? null : words
    }
  }
  if (windowTokens === null) return fitted(text, asked, null)
  const room: Room = { tokens: windowTokens - answerRoom(windowTokens, maxTokens) - aside, count }
  if (asked <= room.tokens) return fitted(text, asked, null)

  const sum = { windowTokens, promptTokens: asked + aside, roomTokens: room.tokens + aside, isEstimated: !isCounted }
  if (request.policy === 'refuse') throw tooLong(sum)
  // Whatever is cut away, this stays.
  if ((await count(withoutPieces(request))) > room.tokens) throw fixedTooLong(sum)
  const { policy } = request
  const result =
    policy === 'summarise'
      ? await summariseToFit(request, room)
      : await cutToFit(request, policy === 'slide' ? 'beginning' : 'middle', room)
  if (result === null) throw tooLong(sum)
  return fitted(result.text, result.tokens, result.note)
}

/** At most half of the window: the answer may still use what a shorter prompt leaves of the other half. */
export function answerRoom(windowTokens: number, maxTokens: number | null): number {
  return Math.min(maxTokens ?? unknownAnswerTokens, Math.floor(windowTokens / 2))
}

/** Of the tiny windows that only tests have, a part. */
function frameIn(windowTokens: number | null): number {
  return windowTokens === null ? frameTokens : Math.min(frameTokens, Math.floor(windowTokens / 16))
}

function shortAnswer(answerTokens: number | null, maxTokens: number | null): string | null {
  if (answerTokens === null || maxTokens === null || answerTokens >= maxTokens) return null
  return `room for ${formatCount(answerTokens)} of ${formatCount(maxTokens)} tokens of answer`
}

function withoutPieces({ text, pieces }: FitRequest): string {
  let at = 0
  let fixed = ''
  for (const { start, end } of pieces) {
    fixed += text.slice(at, start)
    at = end
  }
  return fixed + text.slice(at)
}

interface Sum {
  windowTokens: number
  promptTokens: number
  roomTokens: number
  isEstimated: boolean
}

function tooLong({ windowTokens, promptTokens, roomTokens, isEstimated }: Sum): StokerError {
  return new StokerError(
    'context_exceeded',
    `The prompt has ${formatCount(promptTokens)} tokens${isEstimated ? ' (estimated)' : ''}, and there is room for ${formatCount(roomTokens)} in a context of ${formatCount(windowTokens)}: the rest is kept for the answer.`,
    'Give the step a longer context, shorten what goes in, or let the step cut or summarise it.'
  )
}

function fixedTooLong({ windowTokens, roomTokens }: Sum): StokerError {
  return new StokerError(
    'context_exceeded',
    `The prompt's own text, without what is put in, is too long already: there is room for ${formatCount(Math.max(0, roomTokens))} tokens in a context of ${formatCount(windowTokens)}.`,
    'Shorten the prompt or the system prompt, give the step a longer context, or ask for a shorter answer.'
  )
}
