/** Whether the memory of a model that was unloaded came back, by looking at its process and at the machine. */
import { formatBytes } from '../../shared/byteWords.ts'
import type { GpuSample } from '../../shared/memory.ts'
import type { ModelId } from '../../shared/model.ts'
import { delay, type Clock } from '../lib/clock.ts'
import type { ModelClaim } from './modelClaim.ts'
import type { ModelLook, ModelProcesses } from './modelProcesses.ts'

export interface MemoryReturn {
  /** Bytes seen to be free again; null when nothing could be seen. */
  bytesReturned: number | null
  verified: boolean
  /** What was looked at, in words: "its process is gone", "the GPU has 6.1 GB more free". */
  evidence: string | null
}

/** Called before a model is unloaded; the answer, called after it, waits a moment for the memory and tells what came back. */
export type WatchReturn = (id: ModelId) => Promise<(signal: AbortSignal) => Promise<MemoryReturn>>

interface MemoryReturnDeps {
  /** Null: not loaded, or not on this machine. */
  claimOf: (id: ModelId) => ModelClaim | null
  processes: Pick<ModelProcesses, 'look'>
  isAlive: (pid: number) => boolean
  readGpusNow: () => Promise<readonly GpuSample[]>
  clock: Clock
}

type Check = () => Promise<MemoryReturn>

const LIMIT_MS = 1_000
const PROCESS_STEP_MS = 50
/** Each look at a card may be a process of its own. */
const GPU_STEP_MS = 250
/** Other programs move meanwhile: less than this share of what was expected proves nothing. */
const ENOUGH_SHARE = 0.5

const nothingSeen: MemoryReturn = { bytesReturned: null, verified: false, evidence: null }

/** Neither part ever rejects: an unload that was done stays done, whatever could be seen of it. */
export function createMemoryReturn(deps: MemoryReturnDeps): WatchReturn {
  const { clock } = deps
  return async (id) => {
    const claim = deps.claimOf(id)
    const watched = claim === null ? null : await prepare(deps, claim).catch(() => null)
    return async (signal) => {
      if (watched === null) return nothingSeen
      const until = clock.now() + LIMIT_MS
      for (;;) {
        const seen = await watched.check().catch(() => nothingSeen)
        if (seen.verified || signal.aborted || clock.now() + watched.stepMs > until) return seen
        await delay(clock, watched.stepMs, signal).catch(() => {})
      }
    }
  }
}

/**
 * A process that is gone holds nothing: no better proof. Where none can be seen, cards tell. RAM does not: mapped weights are cache to
 * the system before and after, and what else moves there is larger than the rest.
 */
async function prepare(deps: MemoryReturnDeps, claim: ModelClaim): Promise<{ check: Check; stepMs: number } | null> {
  const look = await deps.processes.look(claim)
  const { memory } = look
  if (look.pids.length > 0) return { check: async () => judgeProcesses(look, deps.isAlive), stepMs: PROCESS_STEP_MS }
  const expectedBytes = memory.gpuBytes ?? 0
  if (expectedBytes === 0) return null
  const before = usedOn(await deps.readGpusNow())
  return { check: async () => judgeGpus(before, usedOn(await deps.readGpusNow()), expectedBytes), stepMs: GPU_STEP_MS }
}

function judgeProcesses({ memory, pids, measureAgain }: ModelLook, isAlive: (pid: number) => boolean): MemoryReturn {
  const { heldBytes } = memory
  const isOne = pids.length === 1
  if (!pids.some(isAlive)) {
    return {
      bytesReturned: heldBytes,
      verified: true,
      evidence: isOne ? 'its process is gone' : 'its processes are gone'
    }
  }
  const now = measureAgain()
  const still = isOne ? 'its process still runs' : 'its processes still run'
  if (now?.quality !== 'measured' || now.heldBytes === null) return { ...nothingSeen, evidence: still }
  return {
    bytesReturned: heldBytes === null ? null : Math.max(0, heldBytes - now.heldBytes),
    verified: false,
    evidence: `${still} and ${isOne ? 'holds' : 'hold'} ${formatBytes(now.heldBytes)}`
  }
}

function judgeGpus(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  expected: number
): MemoryReturn {
  let freedBytes = 0
  let isSeen = false
  for (const [id, usedBefore] of before) {
    const usedAfter = after.get(id)
    if (usedAfter === undefined) continue
    isSeen = true
    freedBytes += usedBefore - usedAfter
  }
  if (!isSeen) return nothingSeen
  const verified = freedBytes >= expected * ENOUGH_SHARE
  const bytesReturned = Math.max(0, freedBytes)
  const words = `the GPU has ${verified ? '' : 'only '}${formatBytes(bytesReturned)} more free`
  return { bytesReturned, verified, evidence: bytesReturned === 0 ? 'the GPU has no more free than before' : words }
}

function usedOn(gpus: readonly GpuSample[]): ReadonlyMap<string, number> {
  return new Map(gpus.flatMap(({ id, usedBytes }) => (usedBytes === null ? [] : [[id, usedBytes] as const])))
}
