/** What the memory service sees of the engines of a real Ollama on this machine. */
import { readFileSync, readdirSync } from 'node:fs'
import type { ModelId } from '../../../../shared/model.ts'
import { systemClock } from '../../../lib/clock.ts'
import { silentLogger } from '../../../lib/logger.ts'
import { createMemoryReturn, type WatchReturn } from '../../../memory/memoryReturn.ts'
import type { ModelClaim } from '../../../memory/modelClaim.ts'
import { createModelProcesses, type ModelProcesses } from '../../../memory/modelProcesses.ts'
import { createPlatformProbe } from '../../../memory/probes/platformProbe.ts'
import type { LoadedModel } from '../../provider.ts'

export interface ProcessRig {
  processes: ModelProcesses
  watchReturn: WatchReturn
  /** From now on what is told of this model. */
  claim(id: ModelId, model: LoadedModel): ModelClaim
  /** RssAnon + RssFile + RssShmem, read by itself. */
  residentBytes(pid: number): number
  commandLine(pid: number): string[]
}

export function createProcessRig(): ProcessRig {
  const clock = systemClock
  const platform = createPlatformProbe({ clock, logger: silentLogger })
  const { runners, gpuBytesOf, lastGpus, readGpusNow } = platform
  const processes = createModelProcesses({ runners, gpuBytesOf, gpus: lastGpus, clock })
  let claimed: ModelClaim | null = null
  return {
    processes,
    watchReturn: createMemoryReturn({
      claimOf: () => claimed,
      processes,
      isAlive: runners.isAlive,
      readGpusNow,
      clock
    }),
    claim(id, { heldBytes, gpuBytes, countedBytes, heldQuality, heldSource, pid, weightsPath }) {
      claimed = { id, heldBytes, gpuBytes, countedBytes, quality: heldQuality, source: heldSource, pid, weightsPath }
      return claimed
    },
    residentBytes(pid) {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      const kib = [...status.matchAll(/^Rss(?:Anon|File|Shmem):\s+(\d+) kB$/gm)].map(([, amount]) => Number(amount))
      return kib.reduce((sum, amount) => sum + amount, 0) * 1024
    },
    commandLine: (pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  }
}

/** The processes whose command line names these weights, of those that can be looked at. */
export const enginesWith = (weightsPath: string): number[] =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(weightsPath)
        ? [Number(pid)]
        : []
    } catch {
      return []
    }
  })
