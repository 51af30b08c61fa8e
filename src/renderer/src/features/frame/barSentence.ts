/** The memory bar's one sentence, from one sample. Pure: what is unknown is said, never counted as 0. */
import type { MemorySample, Pressure } from '../../../../shared/memory.ts'
import { formatBytes, plural } from '../../lib/format.ts'
import { modelCards } from './barLayout.ts'

export interface BarSentence {
  held: string
  other: string
  free: string
}

export function barSentence(sample: MemorySample): BarSentence {
  const known = sample.models.flatMap((model) => (model.heldBytes === null ? [] : [model.heldBytes]))
  const unknownCount = sample.models.length - known.length
  const heldBytes = known.reduce((sum, bytes) => sum + bytes, 0)
  return {
    held: heldWords(sample.models.length, unknownCount, heldBytes),
    other: sample.otherBytes === null ? 'other programs unknown' : `${formatBytes(sample.otherBytes)} other programs`,
    free: freeWords(sample, heldBytes, unknownCount)
  }
}

function heldWords(count: number, unknownCount: number, heldBytes: number): string {
  if (count === 0) return 'No model loaded'
  if (unknownCount === count) return `${plural(count, 'model')} loaded, bytes unknown`
  const most = unknownCount > 0 ? 'At least ' : ''
  return `${most}${formatBytes(heldBytes)} held by ${plural(count, 'model')}`
}

/** On a card the models lie beside the machine's memory, so that free RAM is what the system says. */
function freeWords(sample: MemorySample, heldBytes: number, unknownCount: number): string {
  if (modelCards(sample).length > 0) return `${formatBytes(sample.availableBytes)} RAM free`
  if (sample.totalBytes === null || sample.otherBytes === null || unknownCount > 0) {
    return sample.availableBytes === null ? 'free memory unknown' : `${formatBytes(sample.availableBytes)} available`
  }
  return `${formatBytes(Math.max(0, sample.totalBytes - heldBytes - sample.otherBytes))} free`
}

export function pressureWords(pressure: Pressure | null): { tone: 'ok' | 'warn' | 'bad' | 'quiet'; words: string } {
  if (pressure === 'normal') return { tone: 'ok', words: 'Pressure normal' }
  if (pressure === 'warn') return { tone: 'warn', words: 'Pressure high' }
  if (pressure === 'critical') return { tone: 'bad', words: 'Pressure critical' }
  return { tone: 'quiet', words: 'Pressure unknown' }
}
