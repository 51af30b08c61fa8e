/** How many bytes models may hold on this machine, in which memory, how many are kept from them, and how that was come by. */
import type { BudgetPool, MemorySample } from '../../shared/memory.ts'
import type { GpuReading, Limit, MachineReading } from './machineReading.ts'
import { CARD_RESERVE_BYTES, machineReserve } from './reserve.ts'

export type Budget = Pick<
  MemorySample,
  'limitBytes' | 'budgetBytes' | 'reserveBytes' | 'budgetSource' | 'budgetQuality' | 'pools'
>

type BudgetInput = Pick<
  MachineReading,
  'totalBytes' | 'gpus' | 'workingSet' | 'containerLimit' | 'system' | 'quality' | 'source'
>

/** Smaller cards drive a screen; models go to RAM there. */
const SMALLEST_MODEL_CARD_BYTES = 4 * 2 ** 30

/** `reserveSettingBytes` 0 means by machine size. */
export function computeBudget(machine: BudgetInput, reserveSettingBytes: number): Budget {
  const cards = cardPools(machine.gpus.filter(isModelCard), reserveSettingBytes)
  const memory = memoryPool(machine, reserveSettingBytes)
  const pools = memory === null ? cards : [...cards, memory]
  const main = cards.length > 0 ? cards : pools
  const [first] = main
  if (first === undefined) {
    return { limitBytes: null, budgetBytes: null, reserveBytes: null, budgetSource: null, budgetQuality: null, pools }
  }
  const why = reserveSettingBytes > 0 ? 'the reserve set by you' : 'a reserve by machine size'
  const what = cards.length > 1 ? `memory of ${cards.length} graphics cards` : first.source
  return {
    limitBytes: sum(main, 'limitBytes'),
    budgetBytes: sum(main, 'budgetBytes'),
    reserveBytes: sum(main, 'reserveBytes'),
    budgetSource: `${what} less ${cards.length > 0 && reserveSettingBytes === 0 ? "the driver's share" : why}`,
    budgetQuality: first.quality,
    pools
  }
}

interface Card extends GpuReading {
  totalBytes: number
}

function isModelCard(gpu: GpuReading): gpu is Card {
  return gpu.kind === 'dedicated' && gpu.totalBytes !== null && gpu.totalBytes >= SMALLEST_MODEL_CARD_BYTES
}

/** A reserve set by the user is one number for all cards together: each gives by its size. */
function cardPools(cards: readonly Card[], reserveSettingBytes: number): BudgetPool[] {
  const totalBytes = cards.reduce((total, card) => total + card.totalBytes, 0)
  return cards.map((card) => {
    const share = Math.round((reserveSettingBytes * card.totalBytes) / totalBytes)
    const name = card.name ?? 'Graphics card'
    const limit: Limit = { bytes: card.totalBytes, source: `memory of ${name}`, quality: 'measured' }
    return toPool(card.id, name, 'card', limit, reserveSettingBytes > 0 ? share : CARD_RESERVE_BYTES)
  })
}

/** What does not fit on cards, and everything where there are none, lies here. */
function memoryPool(machine: BudgetInput, reserveSettingBytes: number): BudgetPool | null {
  const { totalBytes } = machine
  if (totalBytes === null) return null
  const reserveBytes = reserveSettingBytes > 0 ? reserveSettingBytes : machineReserve(machine, totalBytes)
  return toPool('memory', 'Memory', 'memory', memoryLimit(machine, totalBytes), reserveBytes)
}

function memoryLimit({ workingSet, containerLimit, gpus, quality }: BudgetInput, totalBytes: number): Limit {
  if (workingSet !== null) return { ...workingSet, bytes: Math.min(workingSet.bytes, totalBytes) }
  if (containerLimit !== null) {
    return {
      bytes: totalBytes,
      source: `container's limit (${containerLimit.source})`,
      quality: containerLimit.quality
    }
  }
  const whole: Limit = { bytes: totalBytes, source: 'memory', quality }
  const reach = graphicsReach(gpus, totalBytes)
  if (reach !== null && reach > totalBytes) {
    return { bytes: reach, source: "memory that the processor's graphics reach", quality: 'estimated' }
  }
  return whole
}

/**
 * What graphics inside a processor can address: RAM lent to them (GTT), never more of it than there is, and what was set aside for
 * them at start, which the system's total leaves out. Less than the RAM there is, it limits nobody: the rest of a model is computed
 * by the processor.
 */
function graphicsReach(gpus: readonly GpuReading[], totalBytes: number): number | null {
  const gpu = gpus.find(({ kind }) => kind === 'gtt')
  if (gpu?.totalBytes == null) return null
  const setAsideBytes = Math.min(gpu.setAsideBytes ?? 0, gpu.totalBytes)
  return Math.min(gpu.totalBytes - setAsideBytes, totalBytes) + setAsideBytes
}

function toPool(id: string, name: string, kind: BudgetPool['kind'], limit: Limit, reserve: number): BudgetPool {
  const reserveBytes = Math.min(limit.bytes, reserve)
  const { bytes: limitBytes, source, quality } = limit
  return { id, name, kind, limitBytes, reserveBytes, budgetBytes: limitBytes - reserveBytes, source, quality }
}

function sum(pools: readonly BudgetPool[], part: 'limitBytes' | 'budgetBytes' | 'reserveBytes'): number {
  return pools.reduce((total, pool) => total + pool[part], 0)
}
