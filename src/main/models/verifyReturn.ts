/** Whether the memory of an unloaded model came back: by looking, where something can be looked at, else by its host's word. */
import type { UnloadResult } from '../../shared/contract.ts'
import { toErrorInfo } from '../../shared/errors.ts'
import type { ModelId } from '../../shared/model.ts'
import type { MemoryReturn } from '../memory/memoryReturn.ts'
import type { ModelContext } from './modelContext.ts'

/** Looking must not hold back an unload, nor keep one that is done from being told. */
const beforeLimitMs = 1_000
const afterLimitMs = 10_000

export type ReturnSeen = Pick<UnloadResult, 'bytesReturned' | 'verified' | 'evidence'>

export interface ReturnCheck {
  /** Once the host no longer holds it (`isGone`), or could not be asked. `heldBytes`: what it held by all that was known. */
  finish(heldBytes: number | null, isGone: boolean, signal: AbortSignal): Promise<ReturnSeen>
}

/** To be called while the model is still loaded. Never rejects. */
export async function beginReturnCheck({ deps }: ModelContext, id: ModelId): Promise<ReturnCheck> {
  /** Null when it takes too long, fails, or is stopped. */
  async function within<Seen>(limitMs: number, look: () => Promise<Seen>): Promise<Seen | null> {
    const late = Promise.withResolvers<null>()
    const cancel = deps.clock.after(limitMs, () => late.resolve(null))
    try {
      return await Promise.race([look(), late.promise])
    } catch (error) {
      deps.logger.warn(`nobody could see whether the memory of ${id.name} came back`, toErrorInfo(error))
      return null
    } finally {
      cancel()
    }
  }

  const look = deps.isLocal(id.hostId) ? await within(beforeLimitMs, () => deps.watchReturn(id)) : null
  return {
    async finish(heldBytes, isGone, signal) {
      const seen = look && (await within(afterLimitMs, () => look(signal)))
      if (!hasSeen(seen)) return { bytesReturned: heldBytes, verified: isGone, evidence: null }
      const { bytesReturned, verified, evidence } = seen
      return { bytesReturned: bytesReturned ?? (verified ? heldBytes : null), verified, evidence }
    }
  }
}

function hasSeen(seen: MemoryReturn | null): seen is MemoryReturn {
  return seen !== null && (seen.evidence !== null || seen.bytesReturned !== null || seen.verified)
}
