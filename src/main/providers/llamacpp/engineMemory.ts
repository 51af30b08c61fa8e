/** What a loaded model holds, from its process and from the engine's own log. Pure. */
import type { Quality } from '../../../shared/model.ts'
import type { NeedPart, NeedPartKind } from '../../../shared/need.ts'
import type { EngineBuffer } from './engineProtocol.ts'

export interface ProcessBytes {
  anonBytes: number
  fileBytes: number
}

/**
 * What a child holds beside its buffers, in heldBytes' terms: Node, the library, the vocabulary. Measured at 4096 tokens after an answer:
 * small sample 47 MiB, medium 20, large 18, where most of the compute buffer is never touched; with all of it touched 61 to 82.
 */
export const engineOverheadBytes = 48 * 2 ** 20

export interface HeldMemory {
  heldBytes: number | null
  gpuBytes: number | null
  countedBytes: number | null
  heldQuality: Quality
  heldSource: string
}

/**
 * `sharedBytes`: the program pages the child had before anything was loaded. Stoker itself runs from the same ones, so the model
 * does not hold them, and unloading it does not give them back.
 */
export function heldMemory(
  process: ProcessBytes | null,
  sharedBytes: number,
  buffers: readonly EngineBuffer[]
): HeldMemory {
  const gpuBytes = buffers.length === 0 ? null : sum(buffers.filter(isOnGpu))
  if (!process) {
    const heldBytes = buffers.length === 0 ? null : sum(buffers)
    return { heldBytes, gpuBytes, countedBytes: null, heldQuality: 'measured', heldSource: 'engine log' }
  }
  const ownBytes = process.anonBytes + Math.max(0, process.fileBytes - sharedBytes)
  return {
    heldBytes: ownBytes + (gpuBytes ?? 0),
    gpuBytes,
    countedBytes: process.anonBytes,
    heldQuality: 'measured',
    heldSource: gpuBytes ? 'process memory and engine log' : 'process memory'
  }
}

const kindLabels = { model: 'Weights', KV: 'Context cache', RS: 'State', compute: 'Compute', output: 'Output' } as const

/** By kind, largest first; where some lies on a card, each part says which side it is on. */
export function memoryParts(buffers: readonly EngineBuffer[]): { label: string; bytes: number }[] {
  const isShared = buffers.some(isOnGpu)
  const parts = new Map<string, number>()
  for (const buffer of buffers) {
    const side = isShared ? (isOnGpu(buffer) ? ', GPU' : ', RAM') : ''
    const label = `${kindLabels[buffer.kind]}${side}`
    parts.set(label, (parts.get(label) ?? 0) + buffer.bytes)
  }
  return [...parts].map(([label, bytes]) => ({ label, bytes })).sort((a, b) => b.bytes - a.bytes)
}

const kinds = {
  model: 'weights',
  KV: 'context',
  RS: 'state',
  compute: 'compute',
  output: 'output'
} as const satisfies Record<EngineBuffer['kind'], NeedPartKind>

/** The same as parts of a need, wherever they lie; null before the engine has named a buffer. */
export function allocatedParts(buffers: readonly EngineBuffer[]): NeedPart[] | null {
  const parts = new Map<NeedPartKind, number>()
  for (const { kind, bytes } of buffers) parts.set(kinds[kind], (parts.get(kinds[kind]) ?? 0) + bytes)
  if (parts.size === 0) return null
  return [...parts].map(([kind, bytes]) => ({ kind, bytes })).sort((a, b) => b.bytes - a.bytes)
}

/** `CUDA_Host` is ordinary memory that a card can reach, `CPU_Mapped` a file. */
function isOnGpu({ device }: EngineBuffer): boolean {
  return !device.startsWith('CPU') && !device.endsWith('_Host')
}

function sum(buffers: readonly EngineBuffer[]): number {
  return buffers.reduce((total, { bytes }) => total + bytes, 0)
}
