/** What a Mac's GPU has allocated for the desktop alone, so that the rest can be shown as the models' share. */
import type { GpuSample } from '../../shared/memory.ts'

/** Lowest allocation per minute while no model was loaded, newest last. */
export type GpuBaseline = readonly { minute: number; bytes: number }[]

/** A load allocates for minutes before its model is listed, so the lowest of several minutes counts, not the newest. */
const MINUTES_KEPT = 5

/** `hasModels` null: not known, so nothing is learned. */
export function learnBaseline(
  baseline: GpuBaseline,
  now: number,
  allocatedBytes: number | null,
  hasModels: boolean | null
): GpuBaseline {
  if (allocatedBytes === null || hasModels !== false) return baseline
  const minute = Math.floor(now / 60_000)
  const last = baseline.at(-1)
  if (last?.minute !== minute) return [...baseline, { minute, bytes: allocatedBytes }].slice(-MINUTES_KEPT)
  return allocatedBytes < last.bytes ? [...baseline.slice(0, -1), { minute, bytes: allocatedBytes }] : baseline
}

/** The GPU as shown: allocation beyond the desktop's. Unknown until a moment without models was seen, and where it cannot be true. */
export function lessBaseline(gpu: GpuSample, baseline: GpuBaseline): GpuSample {
  if (gpu.usedBytes === null || baseline.length === 0) return { ...gpu, usedBytes: null }
  const lowest = Math.min(...baseline.map((entry) => entry.bytes))
  const usedBytes = Math.max(0, gpu.usedBytes - lowest)
  const isPossible = gpu.totalBytes === null || usedBytes <= gpu.totalBytes
  return { ...gpu, usedBytes: isPossible ? usedBytes : null }
}
