/** How many cores a machine really has: the engine gets slower, not faster, with a thread on each half of one. */
import { readFileSync } from 'node:fs'
import { arch, availableParallelism } from 'node:os'

/** One thread less than the cores, so that the rest of the machine stays alive. */
export function defaultThreads(): number {
  const logical = availableParallelism()
  return Math.max(1, Math.min(logical, countCores(readCpuInfo(), logical, arch())) - 1)
}

/** `cpuInfo`: the text of /proc/cpuinfo, or null where there is none. */
export function countCores(cpuInfo: string | null, logical: number, architecture: string): number {
  const cores = new Set<string>()
  for (const processor of (cpuInfo ?? '').split(/\n\s*\n/)) {
    const core = /^core id\s*:\s*(\d+)/m.exec(processor)?.[1]
    const socket = /^physical id\s*:\s*(\d+)/m.exec(processor)?.[1] ?? '0'
    if (core !== undefined) cores.add(`${socket}/${core}`)
  }
  if (cores.size > 0) return cores.size
  // ARM cores run one thread each; most x64 ones run two.
  return architecture === 'x64' ? Math.max(1, Math.floor(logical / 2)) : logical
}

function readCpuInfo(): string | null {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8')
  } catch {
    return null
  }
}
