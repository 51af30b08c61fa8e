/** What probes read about the machine itself: no models, no budget, no policy. Bytes are integers, unknown is null. */
import type { GpuSample, Pressure } from '../../shared/memory.ts'
import type { Quality } from '../../shared/model.ts'

/** A ceiling below the machine's own size, with where it was read. */
export interface Limit {
  bytes: number
  source: string
  quality: Quality
}

/** A GPU as probes read it. */
export interface GpuReading extends GpuSample {
  /** The part of totalBytes taken from RAM when the machine started: the system's own total leaves it out. */
  setAsideBytes?: number | null
}

export interface MachineReading {
  /** When the figures were true: for a stream, when its row arrived. */
  readAt: number
  /** The machine in words: "Mac mini M4, 32 GB". */
  machine: string
  totalBytes: number | null
  usedBytes: number | null
  availableBytes: number | null
  usedFormula: string
  swapUsedBytes: number | null
  pressure: Pressure | null
  gpus: GpuReading[]
  /** What a Mac lets the GPU hold; null elsewhere. */
  workingSet: Limit | null
  /** Set when totalBytes is a container's limit, not the machine's memory. */
  containerLimit: Limit | null
  /** Desktop systems keep more for themselves than a server does. */
  system: 'macos' | 'windows' | 'linux'
  quality: Quality
  source: string
  /** What it pretends to be: "16 GB, Apple M4"; absent where it is itself. */
  simulated?: string
}

export interface MachineProbe {
  read(): Promise<MachineReading>
  /** How often somebody will read; null: nobody, so everything that runs in the background ends. */
  pace(intervalMs: number | null): void
  dispose(): Promise<void>
}

/** A probe of graphics cards only; an empty list where it has none to tell of. */
export interface GpuProbe {
  read(): Promise<GpuReading[]>
  pace(intervalMs: number | null): void
  dispose(): Promise<void>
}
