/**
 * Cuts the longest values of a prompt as far as it takes, found by halving with few counts: first the longest one down to the next, then
 * those together, so that none is lost while another stays whole.
 */
import type { Span } from '../../../shared/template.ts'
import type { FitRequest, Room } from './fitPrompt.ts'
import { cutsFor, formatCount, withCuts, type Cut, type CutPlace } from './promptCuts.ts'

export interface Shortened {
  text: string
  tokens: number
  note: string
}

/** Counts are cheap but not free; what is still unknown after so many is less than one token in a thousand. */
const mostCounts = 14

/** Null: not even with nothing but the markers. */
export async function cutToFit(
  { text, pieces }: Pick<FitRequest, 'text' | 'pieces'>,
  place: CutPlace,
  room: Room
): Promise<Shortened | null> {
  const longest = Math.max(0, ...pieces.map(({ start, end }) => end - start))
  const wholeTokens = await room.count(text)
  const tokensPerLetter = wholeTokens / Math.max(1, text.length)
  const roughly = ({ start, end }: Span): number => Math.max(1, Math.round((end - start) * tokensPerLetter))
  const attempt = async (mostLetters: number): Promise<Attempt> => {
    const cuts = cutsFor(text, pieces, mostLetters, place, roughly)
    const shortened = withCuts(text, cuts)
    return { mostLetters, cuts, text: shortened, tokens: await room.count(shortened) }
  }

  let best: Attempt | null = null
  let low = -1
  let high = longest
  let tokensAtHigh = wholeTokens
  for (let counts = 0; counts < mostCounts && high - low > 1; counts += 1) {
    const next = await attempt(
      guess({ low, high, lowTokens: best?.tokens ?? null, tokensAtHigh, counts, room, tokensPerLetter })
    )
    if (next.tokens <= room.tokens) {
      best = next
      low = next.mostLetters
      if (next.tokens === room.tokens) break
    } else {
      high = next.mostLetters
      tokensAtHigh = next.tokens
    }
  }
  best ??= await fitting(await attempt(0), room)
  if (best === null) return null
  const told = await withExactMarkers(text, best, room)
  const lost = told.cuts.reduce((sum, { tokens }) => sum + tokens, 0)
  const where = place === 'middle' ? 'the middle' : 'the beginning'
  const values = told.cuts.length > 1 ? ` of ${told.cuts.length} values` : ''
  return {
    text: told.text,
    tokens: told.tokens,
    note: `${formatCount(lost)} of ${formatCount(wholeTokens)} tokens cut from ${where}${values}`
  }
}

interface Attempt {
  mostLetters: number
  cuts: Cut[]
  text: string
  tokens: number
}

interface Search {
  low: number
  high: number
  lowTokens: number | null
  tokensAtHigh: number
  counts: number
  room: Room
  tokensPerLetter: number
}

/** By the average first; every third time by halves, for where tokens lie unevenly. Always between the two. */
function guess({ low, high, lowTokens, tokensAtHigh, counts, room, tokensPerLetter }: Search): number {
  const byAverage =
    lowTokens === null
      ? high - Math.ceil(((tokensAtHigh - room.tokens) / tokensPerLetter) * 1.02) - 24
      : low + Math.floor(((high - low) * (room.tokens - lowTokens)) / Math.max(1, tokensAtHigh - lowTokens))
  const byHalves = Math.floor((low + high) / 2)
  const wished = counts % 3 === 2 ? byHalves : byAverage
  return Math.min(high - 1, Math.max(low + 1, 0, wished))
}

function fitting(attempt: Attempt, room: Room): Attempt | null {
  return attempt.tokens <= room.tokens ? attempt : null
}

/** What is left out, counted by itself; where that makes the marker too long, the average stays. */
async function withExactMarkers(text: string, best: Attempt, room: Room): Promise<Attempt> {
  const cuts: Cut[] = []
  for (const cut of best.cuts) cuts.push({ ...cut, tokens: await room.count(text.slice(cut.start, cut.end)) })
  const exact = withCuts(text, cuts)
  const tokens = exact === best.text ? best.tokens : await room.count(exact)
  return tokens <= room.tokens ? { ...best, cuts, text: exact, tokens } : best
}
