/** What one memory sample costs in CPU time, beside systeminformation's `mem()` and `processes()` in the same run. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import si from 'systeminformation'
import { systemClock } from '../src/main/lib/clock.ts'
import { silentLogger } from '../src/main/lib/logger.ts'
import { createMemoryHistory } from '../src/main/memory/history.ts'
import { createMemorySampler } from '../src/main/memory/memorySampler.ts'
import { createProcessMemoryReader } from '../src/main/memory/probes/linuxProcess.ts'
import { createPlatformProbe } from '../src/main/memory/probes/platformProbe.ts'
import { openDatabase } from '../src/main/storage/database.ts'
import { createMemoryHistoryStore } from '../src/main/storage/memoryHistory.ts'
import type { ModelMemory } from '../src/shared/memory.ts'
import { childCpuMs } from './childCpu.ts'

export interface SamplerBench {
  name: string
  samples: number
  /** CPU of one sample, ours: the machine, three processes, budget, rules, and history on disk. */
  cpuMsPerSample: number
  /** Of one core, at one sample a second. */
  percentOfCore: number
  systeminformation: { samples: number; cpuMsPerSample: number; percentOfCore: number }
  /** How many times cheaper ours is. */
  timesCheaper: number
}

const SAMPLES = 300
/** Samples in a tight loop would find every cache warm, which at one a second they do not. */
const PAUSE_MS = 25
const SI_SAMPLES = 20
/** Systeminformation answers from a cache when asked again within half a second. */
const SI_PAUSE_MS = 550

export async function runSamplerBench(): Promise<SamplerBench> {
  const ours = await measureOurs()
  const theirs = await measureSysteminformation()
  return {
    name: 'Memory sampler',
    samples: SAMPLES,
    cpuMsPerSample: ours,
    percentOfCore: ours / 10,
    systeminformation: { samples: SI_SAMPLES, cpuMsPerSample: theirs, percentOfCore: theirs / 10 },
    timesCheaper: theirs / ours
  }
}

async function measureOurs(): Promise<number> {
  const readProcess = createProcessMemoryReader()
  const pids = [process.pid, process.ppid, 1]
  let now = 0
  // A clock that says a second passed between two samples, so that none is answered from the last one.
  const clock = { now: () => systemClock.now() + now, after: systemClock.after }
  const directory = mkdtempSync(join(tmpdir(), 'stoker-bench-'))
  const { database } = openDatabase(join(directory, 'stoker.db'))
  const store = createMemoryHistoryStore({ database })
  const sampler = createMemorySampler({
    probe: createPlatformProbe({ clock: systemClock, logger: silentLogger }),
    readModels: () => Promise.all(pids.map(async (pid) => toModel(pid, await readProcess(pid)))),
    reserveBytes: () => 0,
    clock,
    logger: silentLogger,
    onSample: () => {},
    history: createMemoryHistory({ store, clock, logger: silentLogger })
  })
  const sampleOnce = async (): Promise<void> => {
    now += 1_000
    await sampler.current()
  }
  for (let warmUp = 0; warmUp < 50; warmUp++) await sampleOnce()
  const cpuMs = await meanCpuMs(SAMPLES, PAUSE_MS, sampleOnce)
  await sampler.dispose()
  database.close()
  rmSync(directory, { recursive: true })
  return cpuMs
}

async function measureSysteminformation(): Promise<number> {
  const sampleOnce = async (): Promise<void> => {
    await si.mem()
    await si.processes()
  }
  await sampleOnce()
  return meanCpuMs(SI_SAMPLES, SI_PAUSE_MS, sampleOnce)
}

/** CPU of this process and of children that ended, inside `work` only. */
async function meanCpuMs(times: number, pauseMs: number, work: () => Promise<void>): Promise<number> {
  let total = 0
  for (let time = 0; time < times; time++) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    const children = childCpuMs()
    const before = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(before)
    total += (user + system) / 1000 + (childCpuMs() - children)
  }
  return total / times
}

function toModel(pid: number, memory: { anonBytes: number; fileBytes: number } | null): ModelMemory {
  const heldBytes = memory === null ? null : memory.anonBytes + memory.fileBytes
  const countedBytes = memory?.anonBytes ?? null
  const id = { hostId: 'bench', name: String(pid) }
  return { id, heldBytes, gpuBytes: null, countedBytes, quality: 'measured', source: 'process memory', pid }
}
