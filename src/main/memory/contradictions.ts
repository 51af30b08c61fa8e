/** Whether the parts of a sample can be true together; what is found is said on screen, never corrected in silence. */
import type { GpuSample, ModelMemory } from '../../shared/memory.ts'
import type { GpuReading, MachineReading } from './machineReading.ts'
import { hasCard, inRam } from './ramShare.ts'

type Machine = Pick<MachineReading, 'totalBytes' | 'usedBytes' | 'gpus' | 'workingSet'>

/** Figures are taken a moment apart and rounded differently; only beyond this do they contradict each other. */
export const TOLERANCE = 1.1

/** The first of the checks that fails, in words. */
export function findContradiction(machine: Machine, models: readonly ModelMemory[]): string | null {
  return findImpossible(machine, models) ?? findOutdated(machine, models)
}

/** More than there is, whatever anyone measures. */
function findImpossible(machine: Machine, models: readonly ModelMemory[]): string | null {
  const { gpus, totalBytes, workingSet } = machine
  const ramBytes = sum(models.map((model) => inRam(model, hasCard(machine))))
  const onGpuBytes = sum(models.map((model) => model.gpuBytes))
  const setAsideBytes = sum(gpus.map((gpu) => gpu.setAsideBytes ?? 0))
  if (isBeyond(ramBytes, totalBytes === null ? null : totalBytes + setAsideBytes)) {
    return 'Models report more memory than this machine has.'
  }
  if (isBeyond(onGpuBytes, workingSet?.bytes ?? null)) {
    return 'Models report more GPU memory than the system lets the GPU hold.'
  }
  if (isBeyond(onGpuBytes, known(ofKind(gpus, 'dedicated'), 'totalBytes'))) {
    return 'Models report more GPU memory than the graphics cards have.'
  }
  if (!hasCard(machine) && isBeyond(onGpuBytes, known(ofKind(gpus, 'gtt'), 'totalBytes'))) {
    return 'Models report more GPU memory than the graphics can reach.'
  }
  if (models.some((model) => isBeyond(model.gpuBytes ?? 0, model.heldBytes))) {
    return 'A model reports more GPU memory than it holds in all.'
  }
  return null
}

/** More than is in use just now. An estimate is no report: what is still being loaded may well be more than what is there. */
function findOutdated(machine: Machine, models: readonly ModelMemory[]): string | null {
  const settled = models.filter(({ quality }) => quality !== 'estimated')
  const onGpuBytes = sum(settled.map((model) => model.gpuBytes))
  const kind = hasCard(machine) ? 'dedicated' : (machine.gpus[0]?.kind ?? null)
  const gpus = kind === null ? [] : ofKind(machine.gpus, kind)
  if (isBeyond(onGpuBytes, known(gpus, 'usedBytes'))) {
    return 'Models report more memory than the GPU has allocated: the list of loaded models may be old.'
  }
  const counted = settled.map((model) => model.countedBytes)
  if (isBeyond(sum(counted), machine.usedBytes)) return 'Models hold more memory than the system says is in use.'
  return null
}

function ofKind(gpus: readonly GpuReading[], kind: GpuSample['kind']): GpuReading[] {
  return gpus.filter((gpu) => gpu.kind === kind)
}

/** The sum over GPUs; null when there is none, or when one is unknown. */
function known(gpus: readonly GpuReading[], part: 'totalBytes' | 'usedBytes'): number | null {
  const amounts = gpus.map((gpu) => gpu[part])
  return amounts.length === 0 || amounts.includes(null) ? null : sum(amounts)
}

/** Of what is known. */
function sum(amounts: readonly (number | null)[]): number {
  return amounts.reduce<number>((total, amount) => total + (amount ?? 0), 0)
}

function isBeyond(part: number, whole: number | null): boolean {
  return whole !== null && part > whole * TOLERANCE
}
