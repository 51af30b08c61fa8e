/** Words about a model's memory: predicted beside measured, and where a measured number is from. Pure. */
import type { ModelMemory } from '../../../../../shared/memory.ts'
import type { Need } from '../../../../../shared/need.ts'
import { formatBytesFine, formatPercentFine } from '../../../lib/format.ts'

/** What was predicted, and what was found, of the same things. */
export interface Compared {
  bytes: number
  measuredBytes: number | null
  /** What the engine allocated is set beside its buffers alone; what lies outside them (program, driver) nobody logs. */
  isOfBuffers: boolean
}

export function compared(
  { bytes, parts }: Pick<Need, 'bytes' | 'parts'>,
  loggedParts: readonly { bytes: number }[],
  heldBytes: number | null
): Compared {
  if (loggedParts.length === 0) return { bytes, measuredBytes: heldBytes, isOfBuffers: false }
  const overheadBytes = parts.find(({ kind }) => kind === 'overhead')?.bytes ?? 0
  const measuredBytes = loggedParts.reduce((sum, part) => sum + part.bytes, 0)
  return { bytes: bytes - overheadBytes, measuredBytes, isOfBuffers: overheadBytes > 0 }
}

/** What of the model the predicted number is of. */
export function predictedLabel({ isOfBuffers }: Pick<Compared, 'isOfBuffers'>): string {
  return isOfBuffers ? 'Predicted buffers' : 'Predicted'
}

/** "7.88 GB, 0.4 % off"; the bytes alone where nothing was measured to set them beside. */
export function predictedWords({ bytes, measuredBytes }: Pick<Compared, 'bytes' | 'measuredBytes'>): string {
  const words = formatBytesFine(bytes)
  if (measuredBytes === null || measuredBytes === 0) return words
  return `${words}, ${formatPercentFine((Math.abs(bytes - measuredBytes) / measuredBytes) * 100)} off`
}

const qualityWords = { measured: 'Measured', reported: 'Reported', estimated: 'Estimated' } as const

/** The word for a number beside it: "Measured". */
export function qualityWord(quality: ModelMemory['quality'] | null): string {
  return quality === null ? 'Held' : qualityWords[quality]
}

/** "Measured from process memory, process 4711." */
export function originWords({ quality, source, pid }: Pick<ModelMemory, 'quality' | 'source' | 'pid'>): string {
  const verb = { measured: 'Measured from', reported: 'Reported by', estimated: 'Estimated from' }[quality]
  return `${verb} ${source}${pid === null ? '' : `, process ${pid}`}.`
}
