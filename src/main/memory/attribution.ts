/** Whose memory is it: what models hold of the memory in use, what is left for everything else, and whether the parts can be true. */
import type { ModelMemory } from '../../shared/memory.ts'
import { findContradiction, TOLERANCE } from './contradictions.ts'
import type { MachineReading } from './machineReading.ts'
import { hasCard, inRam } from './ramShare.ts'

export interface Attribution {
  /** Used by everything that is not a model; null when it cannot be told. */
  otherBytes: number | null
  warning: string | null
}

type Machine = Pick<MachineReading, 'totalBytes' | 'usedBytes' | 'gpus' | 'workingSet'>

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
