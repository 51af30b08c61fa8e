/** What this Mac lets its GPU hold, from the best source there is. */
import type { Limit } from '../machineReading.ts'
import { estimateWorkingSet } from '../workingSet.ts'
import type { SystemFacts } from './ports.ts'

/**
 * An administrator's limit wins over what llama-server lists, that over what an engine once logged, and all over the table. Intel Macs
 * have no such limit: null.
 */
export function chooseWorkingSet(
  facts: SystemFacts,
  wiredLimitBytes: number | null,
  listedBytes: number | null,
  loggedBytes: number | null
): Limit | null {
  if (!facts.cpuModel.startsWith('Apple')) return null
  if (isPossible(wiredLimitBytes, facts))
    return { bytes: wiredLimitBytes, source: 'iogpu.wired_limit_mb', quality: 'measured' }
  if (isPossible(listedBytes, facts))
    return { bytes: listedBytes, source: 'the GPU as llama-server lists it', quality: 'reported' }
  if (isPossible(loggedBytes, facts))
    return { bytes: loggedBytes, source: "the GPU limit in Ollama's log", quality: 'reported' }
  return {
    bytes: estimateWorkingSet(facts.totalBytes, facts.release),
    source: "the system's usual limit for this size",
    quality: 'estimated'
  }
}

function isPossible(bytes: number | null, facts: SystemFacts): bytes is number {
  return bytes !== null && bytes <= facts.totalBytes
}
