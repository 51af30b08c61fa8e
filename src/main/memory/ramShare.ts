/** Which part of a model lies in the machine's own memory. */
import type { ModelMemory } from '../../shared/memory.ts'
import type { MachineReading } from './machineReading.ts'

/** Memory of its own, that is not RAM. */
export function hasCard({ gpus }: Pick<MachineReading, 'gpus'>): boolean {
  return gpus.some((gpu) => gpu.kind === 'dedicated')
}

/** Beside a card, what is not on it; without one, everything. Null when that is unknown. */
export function inRam(model: Pick<ModelMemory, 'heldBytes' | 'gpuBytes'>, hasOwnCard: boolean): number | null {
  if (model.heldBytes === null || !hasOwnCard) return model.heldBytes
  return model.gpuBytes === null ? null : Math.max(0, model.heldBytes - model.gpuBytes)
}
