/** What a model holds, for everyone alike: as the sampler found it, else as its host tells. */
import type { ModelMemory } from '../../shared/memory.ts'
import type { ModelClaim } from '../memory/modelClaim.ts'
import type { ModelRecord } from './modelRecord.ts'

const newsShare = 0.005
const newsBytes = 1_000_000

/** Null when not loaded. */
export function memoryOf(record: ModelRecord): ModelMemory | null {
  return record.loaded === null ? null : (record.seenMemory ?? told(record))
}

/** As its host tells it; null when not loaded. */
export function claimOf(record: ModelRecord): ModelClaim | null {
  const claimed = told(record)
  if (claimed === null) return null
  // A server lists a model while it still loads, with what it will take.
  const isEarly = record.state === 'loading' && claimed.quality === 'reported'
  const weightsPath = record.loaded?.weightsPath ?? null
  return { ...claimed, quality: isEarly ? 'estimated' : claimed.quality, weightsPath }
}

/** Resident memory moves a little all the time; nobody is told of that. */
export function isNews(found: ModelMemory, known: ModelMemory): boolean {
  if (found.quality !== known.quality || found.source !== known.source || found.pid !== known.pid) return true
  return (['heldBytes', 'gpuBytes', 'countedBytes'] as const).some((part) => hasMoved(found[part], known[part]))
}

function told({ id, loaded }: ModelRecord): ModelMemory | null {
  if (loaded === null) return null
  const { heldBytes, gpuBytes, countedBytes, heldQuality: quality, heldSource: source, pid } = loaded
  return { id, heldBytes, gpuBytes, countedBytes, quality, source, pid }
}

function hasMoved(found: number | null, known: number | null): boolean {
  if (found === null || known === null) return found !== known
  return Math.abs(found - known) > Math.min(known * newsShare, newsBytes)
}
