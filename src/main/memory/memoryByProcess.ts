/** What a model holds, worked out from its process and what its host tells of it. Pure. */
import type { ModelMemory } from '../../shared/memory.ts'
import type { GpuReading } from './machineReading.ts'

export interface SeenProcess {
  pid: number
  anonBytes: number
  fileBytes: number
  /** On cards, by the driver; null where that does not tell. */
  gpuBytes: number | null
}

/** Mapped weights are no part of a footprint. Only when it explains nearly everything can none be mapped. */
const WHOLE_SHARE = 0.9

/**
 * Resident memory is what is held, also where the host tells more: pages never touched take nothing. What lies on a card is added, by
 * the driver's figure, else by the host's; on memory that both share it may be the same bytes, so the larger of the two counts.
 */
export function memoryByProcess(
  told: ModelMemory,
  seen: readonly SeenProcess[],
  gpus: readonly Pick<GpuReading, 'kind'>[]
): ModelMemory {
  const anonBytes = sum(seen.map((process) => process.anonBytes))
  const residentBytes = anonBytes + sum(seen.map((process) => process.fileBytes))
  const byDriver = seen.map((process) => process.gpuBytes).filter((bytes) => bytes !== null)
  const isByDriver = byDriver.length > 0
  const gpuBytes = isByDriver ? sum(byDriver) : told.gpuBytes
  const pid = seen.at(-1)?.pid ?? null
  const base = { id: told.id, gpuBytes, pid }
  // A card holds a part that nobody tells: resident memory alone would be too little.
  if (gpuBytes === null && gpus.length > 0) return { ...told, countedBytes: anonBytes, pid }
  const isShared = hasOnly(gpus, 'unified')
  return {
    ...base,
    heldBytes: isShared ? Math.max(residentBytes, gpuBytes ?? 0) : residentBytes + (gpuBytes ?? 0),
    countedBytes: countedBytes(anonBytes, gpuBytes ?? 0, gpus),
    quality: isByDriver || !gpuBytes ? 'measured' : told.quality,
    source: isByDriver
      ? 'process memory and nvidia-smi'
      : gpuBytes
        ? `process memory and ${told.source}`
        : 'process memory'
  }
}

/** A process of our own, whose memory its provider has read: what its GPU took from RAM is in use as well. */
export function withGpuCounted(told: ModelMemory, gpus: readonly Pick<GpuReading, 'kind'>[]): ModelMemory {
  if (told.countedBytes === null) return told
  return { ...told, countedBytes: countedBytes(told.countedBytes, told.gpuBytes ?? 0, gpus) }
}

/** A Mac's processes tell no part of what they hold for the GPU as resident: the host's figure stays. */
export function memoryByFootprint(told: ModelMemory, pid: number, footprintBytes: number | null): ModelMemory {
  const { heldBytes } = told
  const isWhole = footprintBytes !== null && heldBytes !== null && footprintBytes >= heldBytes * WHOLE_SHARE
  return { ...told, pid, countedBytes: isWhole ? Math.min(footprintBytes, heldBytes) : told.countedBytes }
}

/** Beside a card RAM holds the anonymous part; where GPU memory is taken from RAM, its share of "used" is known only if it is the whole. */
function countedBytes(anonBytes: number, gpuBytes: number, gpus: readonly Pick<GpuReading, 'kind'>[]): number | null {
  if (gpuBytes === 0 || gpus.some(({ kind }) => kind === 'dedicated')) return anonBytes
  return hasOnly(gpus, 'unified') ? Math.max(anonBytes, gpuBytes) : null
}

function hasOnly(gpus: readonly Pick<GpuReading, 'kind'>[], kind: GpuReading['kind']): boolean {
  return gpus.length > 0 && gpus.every((gpu) => gpu.kind === kind)
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, bytes) => total + bytes, 0)
}
