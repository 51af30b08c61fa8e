/** Makes the longest values of a prompt shorter by having the step's own model summarise them in parts, and the summaries again. */
import { abortedError } from '../../../shared/errors.ts'
import type { Span } from '../../../shared/template.ts'
import type { Shortened } from './cutToFit.ts'
import type { FitRequest, Room } from './fitPrompt.ts'
import { formatCount, wholeLettersBefore } from './promptCuts.ts'

/** Every round makes a value a quarter as long at most, if the model keeps to it. */
const shrinking = 4
const mostRounds = 5
const mostSummaryTokens = 512
const leastSummaryTokens = 24
/** A text so large is hours of work for a model: better to say so than to begin. */
const mostParts = 2_000

/** Null: still too long after every round. */
export async function summariseToFit(request: FitRequest, room: Room): Promise<Shortened | null> {
  const wholeTokens = await room.count(request.text)
  let { text } = request
  let pieces: readonly Span[] = request.pieces
  let partsInAll = 0
  for (let round = 0; round < mostRounds; round += 1) {
    const longest = pieces.toSorted((a, b) => b.end - b.start - (a.end - a.start))[0]
    if (longest === undefined || longest.end === longest.start) return null
    const value = text.slice(longest.start, longest.end)
    const parts = await partsOf(value, room)
    if (parts === null || partsInAll + parts.length > mostParts) return null
    const summaries = await summarise(parts, request, room)
    partsInAll += parts.length
    const summary = summaries.join('\n\n')
    // Put in twice, it is summarised once.
    const next = replaceAll(text, pieces, value, summary)
    text = next.text
    pieces = next.pieces
    const tokens = await room.count(text)
    if (tokens <= room.tokens) return { text, tokens, note: noteOf(wholeTokens, tokens, partsInAll) }
  }
  return null
}

function noteOf(wholeTokens: number, tokens: number, parts: number): string {
  return `${formatCount(wholeTokens)} tokens summarised to ${formatCount(tokens)} in ${parts === 1 ? 'one part' : `${formatCount(parts)} parts`}`
}

async function summarise(parts: readonly string[], { ask, onPart, signal }: FitRequest, room: Room): Promise<string[]> {
  const limit = summaryTokens(room)
  const summaries: string[] = []
  for (const [index, part] of parts.entries()) {
    if (signal.aborted) throw abortedError()
    onPart?.(index + 1, parts.length)
    summaries.push((await ask(summaryPrompt(part, index + 1, parts.length, limit), limit)).trim())
  }
  return summaries
}

function summaryTokens({ tokens }: Room): number {
  return Math.max(leastSummaryTokens, Math.min(mostSummaryTokens, Math.floor(tokens / shrinking)))
}

function summaryPrompt(part: string, number: number, parts: number, limitTokens: number): string {
  const place = parts === 1 ? '' : ` It is part ${number} of ${parts} of a longer text.`
  const words = Math.floor(limitTokens * 0.6)
  return `Summarise the following text in at most ${words} words, in its own language. Keep names, numbers and decisions. Answer with the summary only.${place}\n\n${part}`
}

/** Each with its instructions within the room; cut at a paragraph, a line or a word where there is one near. Null: the room is too small. */
async function partsOf(value: string, room: Room): Promise<string[] | null> {
  const partTokens = room.tokens - (await room.count(summaryPrompt('', 1_000, 1_000, 1_000)))
  if (partTokens < leastSummaryTokens) return null
  const parts: string[] = []
  let letters = Math.floor((value.length * partTokens) / Math.max(1, await room.count(value)))
  for (let at = 0; at < value.length;) {
    let end = breakBefore(value, at, at + Math.max(1, letters))
    let tokens = await room.count(value.slice(at, end))
    while (tokens > partTokens && end - at > 1) {
      letters = Math.max(1, Math.floor(((end - at) * partTokens * 0.95) / tokens))
      end = breakBefore(value, at, at + letters)
      tokens = await room.count(value.slice(at, end))
    }
    if (tokens > partTokens) return null
    parts.push(value.slice(at, end))
    if (parts.length > mostParts) return null
    at = end
  }
  return parts
}

/** Not further back than a fifth of the part. */
function breakBefore(value: string, start: number, wished: number): number {
  if (wished >= value.length) return value.length
  const least = start + Math.ceil((wished - start) * 0.8)
  for (const sign of ['\n\n', '\n', '. ', ' ']) {
    const at = value.lastIndexOf(sign, wished - sign.length)
    if (at >= least && at > start) return at + sign.length
  }
  const whole = wholeLettersBefore(value, start, wished)
  if (whole > start) return whole
  // A single letter that is longer than what is wished for is parted between its code points.
  return Math.min(value.length, start + ((value.codePointAt(start) ?? 0) > 0xffff ? 2 : 1))
}

function replaceAll(
  text: string,
  pieces: readonly Span[],
  value: string,
  summary: string
): { text: string; pieces: Span[] } {
  let at = 0
  let result = ''
  const moved = pieces.map(({ start, end }) => {
    const piece = text.slice(start, end)
    result += text.slice(at, start)
    at = end
    const from = result.length
    result += piece === value ? summary : piece
    return { start: from, end: result.length }
  })
  return { text: result + text.slice(at), pieces: moved }
}
