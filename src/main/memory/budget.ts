/** How many bytes models may hold on this machine, how many are kept from them, and how that was come by. */
import type { Quality } from '../../shared/model.ts'
import type { GpuSample } from '../../shared/memory.ts'
import type { MachineReading } from './machineReading.ts'

const GIB = 2 ** 30
const MIB = 2 ** 20

export interface Budget {
  budgetBytes: number | null
  reserveBytes: number | null
  budgetSource: string | null
  budgetQuality: Quality | null
}

/** What is kept for the system, by machine size; sizes between two rows lie on the line between them. */
type ReserveTable = readonly (readonly [totalBytes: number, reserveBytes: number])[]

/** Windows and macOS keep a desktop, its caches and a browser going. */
const desktopReserves: ReserveTable = [
  [4 * GIB, 2 * GIB],
  [8 * GIB, 3 * GIB],
  [16 * GIB, 5 * GIB],
  [24 * GIB, 6 * GIB],
  [32 * GIB, 6 * GIB],
  [64 * GIB, 8 * GIB],
  [128 * GIB, 12 * GIB]
]

const linuxReserves: ReserveTable = [
  [2 * GIB, 0.75 * GIB],
  [4 * GIB, 1 * GIB],
  [8 * GIB, 2 * GIB],
  [16 * GIB, 3 * GIB],
  [24 * GIB, 4 * GIB],
  [32 * GIB, 4 * GIB],
  [64 * GIB, 6 * GIB],
  [128 * GIB, 8 * GIB]
]

/** A driver and its contexts hold about this much of a card whatever is loaded. */
const CARD_RESERVE_BYTES = 512 * MIB
/** Smaller cards drive a screen; models go to RAM there. */
const SMALLEST_MODEL_CARD_BYTES = 4 * GIB

type BudgetInput = Pick<MachineReading, 'totalBytes' | 'gpus' | 'workingSet' | 'containerLimit' | 'system' | 'quality'>

/** `reserveSettingBytes` 0 means by machine size. */
export function computeBudget(machine: BudgetInput, reserveSettingBytes: number): Budget {
  const cards = machine.gpus.filter(isModelCard)
  if (cards.length > 0) return cardBudget(cards, reserveSettingBytes)
  const total = machine.totalBytes
  if (total === null) return { budgetBytes: null, reserveBytes: null, budgetSource: null, budgetQuality: null }
  const reserveBytes = Math.min(total, reserveSettingBytes > 0 ? reserveSettingBytes : defaultReserve(machine, total))
  const lessReserve = total - reserveBytes
  const shared = machine.gpus.find((gpu) => gpu.kind === 'gtt')
  if (shared?.totalBytes != null && shared.totalBytes - reserveBytes > lessReserve) {
    return sharedGraphicsBudget(shared.totalBytes, reserveBytes)
  }
  const limit = machine.workingSet
  if (limit !== null && limit.bytes < lessReserve) {
    return {
      budgetBytes: limit.bytes,
      reserveBytes: total - limit.bytes,
      budgetSource: limit.source,
      budgetQuality: limit.quality
    }
  }
  const what = machine.containerLimit === null ? 'memory' : `container's limit (${machine.containerLimit.source})`
  const why = reserveSettingBytes > 0 ? 'the reserve set by you' : 'a reserve by machine size'
  return { budgetBytes: lessReserve, reserveBytes, budgetSource: `${what} less ${why}`, budgetQuality: machine.quality }
}

/** The table's value for a size: on the line between rows, in proportion below the first, the last row's above it. */
export function reserveFor(table: ReserveTable, totalBytes: number): number {
  let below: readonly [number, number] = [0, 0]
  for (const row of table) {
    if (totalBytes <= row[0]) {
      const share = (totalBytes - below[0]) / (row[0] - below[0])
      return Math.round(below[1] + share * (row[1] - below[1]))
    }
    below = row
  }
  return below[1]
}

function defaultReserve(machine: BudgetInput, totalBytes: number): number {
  return reserveFor(machine.system === 'linux' ? linuxReserves : desktopReserves, totalBytes)
}

/** Graphics inside a processor that reach more than the RAM there is: most memory was set aside for them, and RAM leaves that out. */
function sharedGraphicsBudget(graphicsBytes: number, reserveBytes: number): Budget {
  return {
    budgetBytes: graphicsBytes - reserveBytes,
    reserveBytes,
    budgetSource: "the graphics' memory less a reserve",
    budgetQuality: 'estimated'
  }
}

interface Card extends GpuSample {
  totalBytes: number
}

function isModelCard(gpu: GpuSample): gpu is Card {
  return gpu.kind === 'dedicated' && gpu.totalBytes !== null && gpu.totalBytes >= SMALLEST_MODEL_CARD_BYTES
}

/** A reserve set by the user is for the system, whose memory is not the card's; here it counts only if it is larger. */
function cardBudget(cards: readonly Card[], reserveSettingBytes: number): Budget {
  const total = cards.reduce((sum, card) => sum + card.totalBytes, 0)
  const reserveBytes = Math.min(total, Math.max(CARD_RESERVE_BYTES * cards.length, reserveSettingBytes))
  const names = cards.length === 1 ? (cards[0]?.name ?? 'the graphics card') : `${cards.length} graphics cards`
  return {
    budgetBytes: total - reserveBytes,
    reserveBytes,
    budgetSource: `memory of ${names} less a reserve`,
    budgetQuality: 'measured'
  }
}
