/** Made-up command line tools for tests of the probes: small scripts in a folder of their own, first on PATH. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ProcessPorts, SystemFacts } from './ports.ts'
import { createProcessPorts } from './systemPorts.ts'

export interface TestTools {
  processes: ProcessPorts
  folder: string
  /** Writes a shell script of that name; each start of it is counted. */
  tool(name: string, script: string): void
  /** A file beside the tools, which scripts read as "$here/NAME". */
  file(name: string, text: string): void
  /** Process ids of all starts so far. */
  started(name: string): number[]
  remove(): void
}

export function createTestTools(platform: string): TestTools {
  const folder = mkdtempSync(path.join(tmpdir(), 'stoker-tools-'))
  const log = (name: string): string => path.join(folder, `${name}.started`)
  return {
    folder,
    processes: createProcessPorts({ PATH: `${folder}:/usr/bin:/bin` }, platform),
    tool(name, script) {
      const file = path.join(folder, name)
      writeFileSync(file, `#!/bin/sh\nhere='${folder}'\necho $$ >> '${log(name)}'\n${script}\n`)
      chmodSync(file, 0o755)
    },
    file: (name, text) => writeFileSync(path.join(folder, name), text),
    started: (name) => (existsSync(log(name)) ? readFileSync(log(name), 'utf8').trim().split('\n').map(Number) : []),
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}

/** For waits on real processes, on a machine that may be busy. */
export const patient = { timeout: 10_000, interval: 20 }

/** False also for a process that ended and waits to be collected. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

const GIB = 2 ** 30

export const macFactsForTests: SystemFacts = {
  platform: 'darwin',
  release: '25.3.0',
  cpuModel: 'Apple M4',
  totalBytes: 16 * GIB,
  freeBytes: () => 0,
  homeDirectory: '/Users/tester'
}

/** Pages of a 16 GB Mac with 16 KiB pages that uses 9 GiB by Activity Monitor's formula, and adds up. */
export const macPages = {
  free: 100_000,
  active: 300_000,
  inactive: 250_000,
  speculative: 10_000,
  wired: 150_000,
  purgeable: 20_176,
  fileBacked: 200_000,
  anonymous: 360_000,
  compressor: 100_000
}
export const macUsedBytes = 9 * GIB

export function vmStatText(pages = macPages): string {
  return `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                              ${pages.free}.
Pages active:                            ${pages.active}.
Pages inactive:                          ${pages.inactive}.
Pages speculative:                       ${pages.speculative}.
Pages throttled:                         0.
Pages wired down:                        ${pages.wired}.
Pages purgeable:                         ${pages.purgeable}.
"Translation faults":                    123456789.
Pages copy-on-write:                     4567.
File-backed pages:                       ${pages.fileBacked}.
Anonymous pages:                         ${pages.anonymous}.
Pages stored in compressor:              400000.
Pages occupied by compressor:            ${pages.compressor}.
Swapins:                                 0.
`
}

export const vmStatHeader = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
    free   active   specul inactive throttle    wired  prgable   faults     copy    0fill reactive   purged file-backed anonymous cmprssed cmprssor  dcomprs   comprs  pageins  pageout  swapins swapouts`

export function vmStatRow(pages = macPages): string {
  const { free, active, speculative, inactive, wired, purgeable, fileBacked, anonymous, compressor } = pages
  const cells = [
    free,
    active,
    speculative,
    inactive,
    0,
    wired,
    purgeable,
    '1122834K',
    17,
    60,
    0,
    0,
    fileBacked,
    anonymous
  ]
  return `  ${[...cells, 400_000, compressor, 6, 0, 2, 0, 0, 0].join('  ')} `
}

export function ioregLine(allocatedBytes: number, load: number): string {
  return `  | "PerformanceStatistics" = {"In use system memory (driver)"=0,"Alloc system memory"=${allocatedBytes},"Tiler Utilization %"=1,"Renderer Utilization %"=2,"Device Utilization %"=${load},"In use system memory"=4096}`
}
