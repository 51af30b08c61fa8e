/** What is kept from models for the system, by machine size. */
import type { MachineReading } from './machineReading.ts'

const GIB = 2 ** 30
const MIB = 2 ** 20

/** Sizes between two rows lie on the line between them. */
type ReserveTable = readonly (readonly [totalBytes: number, reserveBytes: number])[]

/** Of what the system lets the GPU hold: a fifth to a third of the memory stays outside of that anyway. */
const appleReserves: ReserveTable = [
  [8 * GIB, 2 * GIB],
  [16 * GIB, 4 * GIB],
  [32 * GIB, 4 * GIB],
  [64 * GIB, 6 * GIB],
  [128 * GIB, 8 * GIB]
]

/** Windows and older Macs keep a desktop, its caches and a browser going. */
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
export const CARD_RESERVE_BYTES = 512 * MIB

export function machineReserve(machine: Pick<MachineReading, 'system' | 'workingSet'>, totalBytes: number): number {
  if (machine.workingSet !== null) return fromTable(appleReserves, totalBytes)
  return fromTable(machine.system === 'linux' ? linuxReserves : desktopReserves, totalBytes)
}

/** The table's value for a size: on the line between rows, in proportion below the first, the last row's above it. */
function fromTable(table: ReserveTable, totalBytes: number): number {
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
