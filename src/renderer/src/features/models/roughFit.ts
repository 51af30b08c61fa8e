/**
 * Whether a model's file alone has room under the budget: a first word, not a prediction. The need is larger than the file, so
 * "does not fit" is certain and the rest is said with care. Pure.
 */
import type { Tone } from '../../components/StatusWord.tsx'
import { formatBytes } from '../../lib/format.ts'

export interface Fit {
  verdict: 'fits' | 'needs-room' | 'too-big'
  tone: Tone
  words: string
  detail: string | null
}

interface FitInput {
  sizeBytes: number | null
  budgetBytes: number | null
  /** What loaded models hold together; null when unknown. */
  heldBytes: number | null
}

export function roughFit({ sizeBytes, budgetBytes, heldBytes }: FitInput): Fit | null {
  if (sizeBytes === null || budgetBytes === null) return null
  const overBytes = sizeBytes - budgetBytes
  if (overBytes > 0) {
    return {
      verdict: 'too-big',
      tone: 'bad',
      words: 'Does not fit',
      detail: `${formatBytes(overBytes)} over the budget`
    }
  }
  if (heldBytes === null) return null
  const missingBytes = sizeBytes - (budgetBytes - heldBytes)
  if (missingBytes > 0) {
    return {
      verdict: 'needs-room',
      tone: 'warn',
      words: 'Needs room',
      detail: `${formatBytes(missingBytes)} more than is left`
    }
  }
  return { verdict: 'fits', tone: 'ok', words: 'Should fit', detail: null }
}
