/** How hard memory is pressed on Linux, from the time tasks wait for it and from what is left; the worse of the two counts. */
import { pressures, type Pressure } from '../../../shared/memory.ts'
import type { MemoryStall } from './parsers/parseMemoryStall.ts'

/** Any waiting for a tenth of the time is felt; all tasks waiting that long is a machine that crawls. */
const STALL_PERCENT = 10
/** Below these shares of memory the kernel soon reclaims what it needs, weights of models first. */
const WARN_AVAILABLE = 0.08
const CRITICAL_AVAILABLE = 0.04

export function judgeLinuxPressure(
  stall: MemoryStall | null,
  totalBytes: number | null,
  availableBytes: number | null
): Pressure | null {
  const judged = [judgeStall(stall), judgeAvailable(totalBytes, availableBytes)].filter((one) => one !== null)
  return judged.sort((a, b) => pressures.indexOf(b) - pressures.indexOf(a))[0] ?? null
}

function judgeStall(stall: MemoryStall | null): Pressure | null {
  if (stall === null) return null
  if (stall.fullPercent >= STALL_PERCENT) return 'critical'
  return stall.somePercent >= STALL_PERCENT ? 'warn' : 'normal'
}

function judgeAvailable(totalBytes: number | null, availableBytes: number | null): Pressure | null {
  if (totalBytes === null || availableBytes === null || totalBytes === 0) return null
  const share = availableBytes / totalBytes
  if (share < CRITICAL_AVAILABLE) return 'critical'
  return share < WARN_AVAILABLE ? 'warn' : 'normal'
}
