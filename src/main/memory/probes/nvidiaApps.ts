/** What single processes hold on NVIDIA cards: asked for every few seconds, and only while somebody wants to know. */
import { hasPassed, type Clock } from '../../lib/clock.ts'
import { computeAppsByPid, parseComputeApps, sumComputeApps, type ComputeApp } from './parsers/parseComputeApps.ts'
import type { ProcessPorts } from './ports.ts'

interface NvidiaAppsDeps {
  processes: Pick<ProcessPorts, 'run'>
  executable: string
  clock: Clock
}

export interface NvidiaApps {
  /** Null where that is not told: inside containers, on Windows, or for a process that uses no card. */
  bytesOf(pid: number): number | null
  /** Of all processes; null while one is unknown. */
  sum(): number | null
}

const INTERVAL_MS = 5_000
const LIMIT_MS = 4_000
const PIDS_REMEMBERED = 64

export function createNvidiaApps({ processes, executable, clock }: NvidiaAppsDeps): NvidiaApps {
  let apps: readonly ComputeApp[] | null = null
  let byPid: ReadonlyMap<number, number | null> = new Map()
  let askedAt = Number.NEGATIVE_INFINITY
  /** Whose figures were asked for before: a new one is not kept waiting for the next turn. */
  const known = new Set<number>()

  /** Not waited for: it takes a moment to start, and the next sample will have it. */
  async function ask(): Promise<void> {
    if (!hasPassed(clock, askedAt, INTERVAL_MS)) return
    askedAt = clock.now()
    const query = ['--query-compute-apps=pid,used_memory', '--format=csv,noheader,nounits']
    const text = await processes.run(executable, query, LIMIT_MS)
    apps = text === null ? null : parseComputeApps(text)
    byPid = computeAppsByPid(apps ?? [])
  }

  return {
    bytesOf(pid) {
      if (!known.has(pid)) {
        askedAt = Number.NEGATIVE_INFINITY
        if (known.size >= PIDS_REMEMBERED) known.clear()
        known.add(pid)
      }
      void ask()
      return byPid.get(pid) ?? null
    },
    sum() {
      void ask()
      return apps === null ? null : sumComputeApps(apps)
    }
  }
}
