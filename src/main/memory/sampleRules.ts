/** Which readings may be shown. A senseless one is dropped whole, never clamped: the last good one stays for three ticks, then greys. */
import type { GpuSample } from '../../shared/memory.ts'
import type { MachineReading } from './machineReading.ts'

/** Ticks (or intervals) the last good reading counts as live. */
export const TICKS_KEPT = 3

export type Judgement = { isGood: true; reading: MachineReading } | { isGood: false; reason: string }

export interface KeptReading {
  /** The last good one. */
  reading: MachineReading | null
  /** Ticks since that gave nothing good. */
  missedTicks: number
}

export const nothingKept: KeptReading = { reading: null, missedTicks: 0 }

export function judgeReading(reading: MachineReading, previous: MachineReading | null): Judgement {
  const reason = findNonsense(reading) ?? (previous === null ? null : findBreak(reading, previous))
  if (reason !== null) return { isGood: false, reason }
  return { isGood: true, reading: { ...reading, gpus: reading.gpus.map(clearImpossibleCells) } }
}

/** `null` is a tick whose read failed or took too long. */
export function keepLastGood(kept: KeptReading, judged: Judgement | null): KeptReading {
  if (judged?.isGood) return { reading: judged.reading, missedTicks: 0 }
  return { reading: kept.reading, missedTicks: kept.missedTicks + 1 }
}

/** Once it is stale, it no longer decides what may follow: what contradicts it for so long is the new truth. */
export function isWorthKeeping(kept: KeptReading): boolean {
  return kept.missedTicks < TICKS_KEPT
}

export function isKeptStale(kept: KeptReading, now: number, intervalMs: number): boolean {
  if (kept.reading === null || kept.missedTicks > TICKS_KEPT) return true
  return now - kept.reading.readAt > TICKS_KEPT * intervalMs
}

function findNonsense(reading: MachineReading): string | null {
  const { totalBytes, usedBytes, availableBytes, swapUsedBytes, workingSet, gpus } = reading
  const amounts = [totalBytes, usedBytes, availableBytes, swapUsedBytes, workingSet?.bytes ?? null]
  const gpuAmounts = gpus.flatMap((gpu) => [gpu.totalBytes, gpu.usedBytes])
  if (![...amounts, ...gpuAmounts].every(isAmount)) return 'an amount is not a whole number of bytes'
  if (totalBytes === 0) return 'the machine has no memory'
  if (exceeds(usedBytes, totalBytes)) return 'more is used than there is'
  if (exceeds(availableBytes, totalBytes)) return 'more is available than there is'
  // On unified memory a GPU may have mapped more than it may hold at once; that is no error of the reading.
  const gpu = gpus.find((one) => one.kind !== 'unified' && exceeds(one.usedBytes, one.totalBytes))
  return gpu === undefined ? null : `more is used than there is on ${gpu.name ?? gpu.id}`
}

function isAmount(value: number | null): boolean {
  return value === null || (Number.isSafeInteger(value) && value >= 0)
}

function exceeds(part: number | null, whole: number | null): boolean {
  return part !== null && whole !== null && part > whole
}

function findBreak(reading: MachineReading, previous: MachineReading): string | null {
  if (reading.usedBytes === null && previous.usedBytes !== null) return 'used memory could not be read'
  return findJump(reading, previous)
}

/** Nothing moves more than a whole memory in a second; what seems to was read in two units. */
function findJump(reading: MachineReading, previous: MachineReading): string | null {
  const seconds = Math.max(1, (reading.readAt - previous.readAt) / 1000)
  const jumped = (now: number | null, before: number | null, total: number | null): boolean =>
    now !== null && before !== null && total !== null && Math.abs(now - before) > total * seconds
  if (jumped(reading.usedBytes, previous.usedBytes, reading.totalBytes)) return 'used memory jumped'
  if (jumped(reading.swapUsedBytes, previous.swapUsedBytes, reading.totalBytes)) return 'swap jumped'
  const hasGpuJump = reading.gpus.some((gpu) => {
    const before = previous.gpus.find((one) => one.id === gpu.id)
    return gpu.kind !== 'unified' && jumped(gpu.usedBytes, before?.usedBytes ?? null, gpu.totalBytes)
  })
  return hasGpuJump ? 'GPU memory jumped' : null
}

/** One impossible gauge of a card does not make the rest of the reading wrong: that gauge becomes unknown. */
function clearImpossibleCells(gpu: GpuSample): GpuSample {
  return {
    ...gpu,
    loadPercent: within(gpu.loadPercent, 0, 100),
    temperatureCelsius: within(gpu.temperatureCelsius, -50, 200),
    powerWatts: within(gpu.powerWatts, 0, 10_000)
  }
}

function within(value: number | null, low: number, high: number): number | null {
  return value !== null && value >= low && value <= high ? value : null
}
