/** What the tooltip says of one row: when, what lies there from the top of the stack down, and the sums. Pure. */
import type { ChartColumn } from './chartSeries.ts'
import { isSameDay, momentWords } from './timeWords.ts'

export interface RowLine {
  kind: 'free' | 'other' | 'model'
  /** Of a model. */
  key: string | null
  bytes: number | null
}

export interface RowWords {
  time: string
  lines: RowLine[]
  /** Beside several models. */
  heldBytes: number | null
  /** Of a row that stands for many samples: what was in use, and the most of it. */
  inUse: { meanBytes: number; highestBytes: number } | null
}

interface RowView {
  columns: readonly ChartColumn[]
  isOtherShown: boolean
  totalBytes: number | null
  now: number
}

/** null: nothing was read there. */
export function rowWords(row: Record<string, unknown>, view: RowView): RowWords | null {
  const { columns, isOtherShown, totalBytes, now } = view
  const numberOf = (key: string): number | null => (typeof row[key] === 'number' ? row[key] : null)
  const at = numberOf('at')
  if (at === null || columns.some(({ dataKey }) => numberOf(dataKey) === null)) return null
  const spanMs = numberOf('spanMs') ?? 0
  const held = columns
    .map(({ modelKey, dataKey }) => ({ kind: 'model' as const, key: modelKey, bytes: numberOf(dataKey) ?? 0 }))
    .filter(({ bytes }) => bytes > 0)
    .reverse()
  const heldBytes = held.reduce((sum, { bytes }) => sum + bytes, 0)
  const other = numberOf('other')
  if (held.length === 0 && other === null && numberOf('used') === null) return null
  const free = other === null || totalBytes === null ? null : totalBytes - other - heldBytes
  return {
    time: rowTime(at, spanMs, now),
    lines: [
      ...(isOtherShown && free !== null && free >= 0 ? [{ kind: 'free' as const, key: null, bytes: free }] : []),
      ...(isOtherShown ? [{ kind: 'other' as const, key: null, bytes: other }] : []),
      ...held
    ],
    heldBytes: held.length > 1 ? heldBytes : null,
    inUse: spanMs > 0 ? inUse(numberOf('used'), numberOf('usedMax')) : null
  }
}

function inUse(meanBytes: number | null, highestBytes: number | null): RowWords['inUse'] {
  return meanBytes === null || highestBytes === null ? null : { meanBytes, highestBytes }
}

/** "14:02:10" of a sample; "14:02, mean of 12 min" of those that began then. */
function rowTime(at: number, spanMs: number, now: number): string {
  if (spanMs === 0) return momentWords(at, now, isSameDay(at, now))
  return `${momentWords(at - spanMs / 2, now, spanMs < 60_000)}, mean of ${meanWords(spanMs)}`
}

/** "30 s", "12 min", "1.2 h". */
export function meanWords(spanMs: number): string {
  const seconds = spanMs / 1_000
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`
  return `${Number((seconds / 3_600).toFixed(1))} h`
}
