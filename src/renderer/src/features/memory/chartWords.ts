/** The chart in words, for those who hear it; and how its numbers were come by. */
import type { MemorySample } from '../../../../shared/memory.ts'
import { formatBytes, formatDuration, formatTime } from '../../lib/format.ts'
import type { MemoryFrame } from './memoryPicture.ts'
import { meanWords } from './rowWords.ts'

/** `time` as "the last hour". */
export function chartWords(sample: MemorySample | null, time: string): string {
  if (sample === null) return `Memory of ${time}: nothing sampled yet.`
  const models = sample.models.map(
    (model) => `${model.id.name} holds ${formatBytes(model.heldBytes, 'an unknown amount')}`
  )
  return [
    `Memory of ${time}`,
    ...(models.length === 0 ? ['no model holds memory now'] : models),
    `other programs ${formatBytes(sample.otherBytes)}`,
    `budget ${formatBytes(sample.budgetBytes)}`,
    `machine ${formatBytes(sample.totalBytes)}`
  ].join(', ')
}

/** "measured · 1 s", "measured · 12 min", or when the numbers stopped. */
export function freshnessWords(
  sample: MemorySample,
  { intervalMs, rows }: Pick<MemoryFrame, 'intervalMs' | 'rows'>,
  lostAt: number | null
): string {
  if (lostAt !== null) return `connection lost at ${formatTime(lostAt)}`
  if (sample.isStale) return `no new numbers since ${formatTime(sample.sampledAt)}`
  const spanMs = rows.at(-1)?.spanMs ?? 0
  if (spanMs > 0) return `${sample.quality} · ${meanWords(spanMs)}`
  const rounded = intervalMs === null ? null : Math.max(1_000, Math.round(intervalMs / 1_000) * 1_000)
  return rounded === null ? sample.quality : `${sample.quality} · ${formatDuration(rounded).replace('.0', '')}`
}

/** How its numbers were come by, in whole sentences. */
export function sourceWords(sample: MemorySample, { rows }: Pick<MemoryFrame, 'rows'>): string {
  const spanMs = rows.at(-1)?.spanMs ?? 0
  const means = spanMs > 0 ? ` Each point is the mean of ${meanWords(spanMs)}.` : ''
  return `Machine: ${sample.source}. In use: ${sample.usedFormula}.${means}`
}
