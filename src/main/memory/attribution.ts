/** Whose memory is it: what models hold of the memory in use, what is left for everything else, and whether the parts can be true. */
import type { ModelMemory } from '../../shared/memory.ts'
import type { MachineReading } from './machineReading.ts'

export interface Attribution {
  /** Used by everything that is not a model; null when it cannot be told. */
  otherBytes: number | null
  warning: string | null
}

type Machine = Pick<MachineReading, 'totalBytes' | 'usedBytes' | 'gpus' | 'workingSet'>

/** Figures are taken a moment apart and rounded differently; only beyond this do they contradict each other. */
const TOLERANCE = 1.1

export function attribute(machine: Machine, models: readonly ModelMemory[]): Attribution {
  return { otherBytes: findOther(machine, models), warning: findContradiction(machine, models) }
}

function findOther(machine: Machine, models: readonly ModelMemory[]): number | null {
  if (machine.usedBytes === null) return null
  let modelBytes = 0
  for (const model of models) {
    const counted = countedInUsed(model, hasCard(machine))
    if (counted === null) return null
    modelBytes += counted
  }
  // Far beyond what is used, the models' figures contain cache: then the rest is unknown, and a 0 would be invented.
  if (modelBytes > machine.usedBytes * TOLERANCE) return null
  return Math.max(0, machine.usedBytes - modelBytes)
}

/** The part of a model inside the system's "used". Beside a card of its own, only what lies outside that card is in RAM. */
function countedInUsed(model: ModelMemory, hasOwnCard: boolean): number | null {
  if (model.countedBytes !== null) return model.countedBytes
  return inRam(model, hasOwnCard)
}

function inRam(model: ModelMemory, hasOwnCard: boolean): number | null {
  if (model.heldBytes === null || !hasOwnCard) return model.heldBytes
  return model.gpuBytes === null ? null : Math.max(0, model.heldBytes - model.gpuBytes)
}

function hasCard(machine: Machine): boolean {
  return machine.gpus.some((gpu) => gpu.kind === 'dedicated')
}

function findContradiction(machine: Machine, models: readonly ModelMemory[]): string | null {
  const onGpu = sum(models.map((model) => model.gpuBytes))
  const ram = sum(models.map((model) => inRam(model, hasCard(machine))))
  if (isBeyond(ram, machine.totalBytes)) return 'Models report more memory than this machine has.'
  if (isBeyond(onGpu, machine.workingSet?.bytes ?? null))
    return 'Models report more GPU memory than the system lets the GPU hold.'
  const [first] = machine.gpus
  if (first?.kind === 'unified' && isBeyond(onGpu, first.usedBytes)) {
    return 'Models report more memory than the GPU has allocated: the list of loaded models may be old.'
  }
  const cardBytes = sum(machine.gpus.filter((gpu) => gpu.kind === 'dedicated').map((gpu) => gpu.totalBytes))
  if (cardBytes > 0 && isBeyond(onGpu, cardBytes)) return 'Models report more GPU memory than the graphics cards have.'
  return null
}

/** Of what is known. */
function sum(amounts: readonly (number | null)[]): number {
  return amounts.reduce<number>((total, amount) => total + (amount ?? 0), 0)
}

function isBeyond(part: number, whole: number | null): boolean {
  return whole !== null && part > whole * TOLERANCE
}
