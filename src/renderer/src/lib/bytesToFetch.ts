/** What a model will take that it does not hold yet. Pure. */
import type { ModelMemory } from '../../../shared/memory.ts'
import type { Model } from '../../../shared/model.ts'
import { sameModel } from '../../../shared/modelKey.ts'

/** Until needs are predicted, a model's size on disk stands for what it will hold: its weights, the greatest part. */
export function bytesToFetch(model: Model, held: readonly ModelMemory[] | undefined): number {
  const heldBytes = held?.find((each) => sameModel(each.id, model.id))?.heldBytes ?? 0
  return Math.max(0, (model.sizeBytes ?? 0) - heldBytes)
}
