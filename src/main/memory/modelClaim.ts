/** What a model is said to hold, before anyone has looked at its process. */
import type { ModelMemory } from '../../shared/memory.ts'

export interface ModelClaim extends ModelMemory {
  /** The file of its weights on this machine, by which its process can be found; null when unknown. */
  weightsPath: string | null
}
