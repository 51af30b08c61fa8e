/** /proc/pressure/memory: how much of the last ten seconds tasks spent waiting for memory. */
import { parseDecimal } from './parseWhole.ts'

export interface MemoryStall {
  /** Per cent of the time in which at least one task waited. */
  somePercent: number
  /** Per cent of the time in which all waited. */
  fullPercent: number
}

export function parseMemoryStall(text: string): MemoryStall | null {
  const somePercent = percent(/^some avg10=(\S+)/m.exec(text)?.[1])
  const fullPercent = percent(/^full avg10=(\S+)/m.exec(text)?.[1])
  return somePercent === null || fullPercent === null ? null : { somePercent, fullPercent }
}

function percent(text: string | undefined): number | null {
  const value = parseDecimal(text)
  return value === null || value < 0 || value > 100 ? null : value
}
