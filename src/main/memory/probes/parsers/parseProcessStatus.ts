/** /proc/PID/status: resident memory by kind. Mapped weights are file pages, context and compute buffers anonymous ones. */
import { parseScaled, parseWhole } from './parseWhole.ts'

export interface ProcessMemory {
  /** What the system counts as used: anonymous and shared memory. */
  anonBytes: number
  /** What the system counts as cache: mapped files. */
  fileBytes: number
}

/** Null for kernel threads and for processes that are ending: they have no such lines. */
export function parseProcessStatus(text: string): ProcessMemory | null {
  const anon = field(text, /^RssAnon:\s+(\d+) kB$/m)
  const file = field(text, /^RssFile:\s+(\d+) kB$/m)
  const shared = field(text, /^RssShmem:\s+(\d+) kB$/m)
  if (anon === null || file === null || shared === null) return null
  return { anonBytes: anon + shared, fileBytes: file }
}

/** A zombie holds nothing any more. Asked apart from the memory: old kernels and some sandboxes tell of none. */
export function parseIsAlive(text: string): boolean {
  return /^State:\s+[^ZX\s]/m.test(text)
}

/** Who started it. */
export function parseParentPid(text: string): number | null {
  return parseWhole(/^PPid:\s+(\d+)$/m.exec(text)?.[1])
}

function field(text: string, pattern: RegExp): number | null {
  return parseScaled(pattern.exec(text)?.[1], 1024)
}
