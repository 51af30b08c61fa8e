/** A prediction in words: the verdict and its tone, what the model needs, and how that number was come by. Pure: nothing is worked out here. */
import type { Prediction } from '../../../../shared/fit.ts'
import type { NeedSource } from '../../../../shared/need.ts'
import type { Tone } from '../../components/StatusWord.tsx'
import { formatBytes, formatCount, formatNeed } from '../../lib/format.ts'

export interface FitWords {
  /** Red only where the load is refused and nothing shorter fits. */
  tone: Tone
  words: string
  detail: string | null
}

/** What of a prediction decides its words. */
type Judged = Pick<
  Prediction,
  'verdict' | 'unload' | 'fittingContextLength' | 'spilledBytes' | 'isAllowed' | 'sum' | 'contextLength' | 'needBytes'
>

/** The core refuses the load unless it is insisted on; a shorter context may still fit. */
export function isRefused(judged: Pick<Prediction, 'isAllowed'> | null | undefined): boolean {
  return judged?.isAllowed === false
}

export function tokenWords(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'token' : 'tokens'}`
}

function withoutWords({ unload }: Judged): string {
  const [first, second] = unload.map(({ name }) => name)
  if (first === undefined) return 'Fits'
  if (unload.length > 2) return `Fits without ${unload.length} models`
  return second === undefined ? `Fits without ${first}` : `Fits without ${first} and ${second}`
}

/** Beyond the whole budget where it is; else beyond what is left of it beside models that stay. */
function overWords({ needBytes, sum }: Judged): string | null {
  const { budgetBytes, overBytes } = sum
  if (needBytes !== null && budgetBytes !== null && needBytes > budgetBytes) {
    return `${formatBytes(needBytes - budgetBytes)} over the budget`
  }
  return overBytes === null || overBytes === 0 ? null : `${formatBytes(overBytes)} more than is left`
}

/** Who goes although there is room: no more than so many may be loaded. */
function leaveWords({ unload }: Judged, letters = Number.POSITIVE_INFINITY): string | null {
  const [first] = unload
  if (first === undefined) return null
  const verb = 'unloads '
  const name = letters === Number.POSITIVE_INFINITY ? first.name : shortName(first.name, letters - verb.length)
  return unload.length === 1 ? `${verb}${name}` : `unloads ${unload.length} models`
}

function tooLargeWords(judged: Judged): FitWords {
  const { isAllowed, sum } = judged
  if (!isAllowed) return { tone: 'bad', words: 'Does not fit', detail: overWords(judged) }
  if (sum.limitedBy !== 'other_programs') return { tone: 'warn', words: 'May not fit', detail: overWords(judged) }
  const left = sum.freeBytes === null ? null : formatBytes(sum.freeBytes)
  return { tone: 'warn', words: 'Tight', detail: left === null ? null : `other programs leave ${left}` }
}

export function fitWords(judged: Judged): FitWords {
  const { verdict, fittingContextLength: shorter, contextLength, spilledBytes } = judged
  switch (verdict) {
    case 'fits':
      return { tone: 'ok', words: 'Fits', detail: leaveWords(judged) }
    case 'fits_if_unloaded':
      return {
        tone: 'warn',
        words: withoutWords(judged),
        detail: shorter === null ? null : `or with ${tokenWords(shorter)}`
      }
    case 'fits_with_context':
      return {
        tone: 'warn',
        words: shorter === null ? 'Fits with a shorter context' : `Fits with ${tokenWords(shorter)}`,
        detail: contextLength === null ? null : `instead of ${formatCount(contextLength)}`
      }
    case 'fits_partly':
      return { tone: 'warn', words: 'Fits partly', detail: `${formatBytes(spilledBytes)} in RAM, slower` }
    case 'does_not_fit':
      return tooLargeWords(judged)
    case 'unknown':
      return {
        tone: 'quiet',
        words: judged.needBytes === null ? 'Need unknown' : 'Room unknown',
        detail: leaveWords(judged)
      }
  }
}

/** In one line, for the palette and for those who listen: "Fits without qwen3:8b, or with 4,096 tokens". */
export function fitLine(judged: Judged): string {
  const { words, detail } = fitWords(judged)
  return detail === null ? words : `${words}, ${detail}`
}

/** What one line of a row holds. */
const rowLetters = 25

/** For the row's narrow column: names that do not fit beside the verdict stand under it. */
export function rowFitWords(judged: Judged): FitWords {
  const full = fitWords(judged)
  const names = judged.unload.map(({ name }) => name)
  if (judged.verdict === 'fits' || judged.verdict === 'unknown') {
    return { ...full, detail: leaveWords(judged, rowLetters) }
  }
  if (judged.verdict !== 'fits_if_unloaded' || names.length > 2 || full.words.length <= rowLetters) return full
  const words = names.length === 1 ? 'Fits without 1 model' : 'Fits without 2 models'
  return { ...full, words, detail: names.map((name) => shortName(name, rowLetters - 1)).join(' and ') }
}

/** A name without where it is from, cut in its middle: it is told apart by its end. */
function shortName(name: string, letters: number): string {
  const last = name.slice(name.lastIndexOf('/') + 1)
  const end = Math.min(12, Math.ceil(letters / 2) + 1)
  return last.length <= letters ? last : `${last.slice(0, Math.min(8, letters - end - 1))}…${last.slice(-end)}`
}

/** "14.2 GB", "about 5.8 GB", "roughly 12.9 GB"; null when unknown. */
export function needWords({ needBytes, source }: Pick<Prediction, 'needBytes' | 'source'>): string | null {
  return needBytes === null ? null : formatNeed(needBytes, source)
}

/** How a need was come by, as a sentence. */
export const sourceWords: Record<NeedSource, string> = {
  learned: 'Measured in an earlier load.',
  engine: 'Worked out by the engine.',
  formula: 'By formula, from its shape.',
  file_size: 'From the size of its file alone.'
}
