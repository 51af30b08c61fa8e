/** /proc/meminfo: the four lines the sampler needs. */
import { parseScaled } from './parseWhole.ts'

export interface Meminfo {
  totalBytes: number | null
  availableBytes: number | null
  /** Swap in use. */
  swapUsedBytes: number | null
}

export function parseMeminfo(text: string): Meminfo {
  const swapTotal = field(text, /^SwapTotal: +(\d+) kB$/m)
  const swapFree = field(text, /^SwapFree: +(\d+) kB$/m)
  return {
    totalBytes: field(text, /^MemTotal: +(\d+) kB$/m),
    availableBytes: field(text, /^MemAvailable: +(\d+) kB$/m),
    swapUsedBytes: swapTotal === null || swapFree === null || swapFree > swapTotal ? null : swapTotal - swapFree
  }
}

function field(text: string, pattern: RegExp): number | null {
  return parseScaled(pattern.exec(text)?.[1], 1024)
}
