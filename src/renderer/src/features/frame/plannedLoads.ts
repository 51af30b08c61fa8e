/** Which loads the bar draws before they are there, and which models would go for them. Pure. */
import type { Prediction } from '../../../../shared/fit.ts'
import type { ModelMemory } from '../../../../shared/memory.ts'
import type { Model } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { isResident } from '../../stores/modelStore.ts'
import type { PlannedModel } from '../../stores/uiStore.ts'
import { isRefused } from '../models/fitWords.ts'
import type { PlannedLoad } from './barLayout.ts'

export interface Plan {
  planned: readonly PlannedLoad[]
  /** Keys of the models that would have to go. */
  leaving: ReadonlySet<string>
}

interface Known {
  models: readonly Model[]
  fits: Readonly<Record<string, Prediction>>
  held: readonly ModelMemory[]
  asked: PlannedModel | null
  /** Of where models lie first: cards where there are any. */
  budgetBytes: number | null
}

/** What of a need lies in RAM beside cards: all of it where the sum is about another budget than the cards'. */
function besideCards({ needBytes, spilledBytes, sum }: Prediction, budgetBytes: number | null): number {
  return sum.budgetBytes !== null && sum.budgetBytes !== budgetBytes ? (needBytes ?? 0) : spilledBytes
}

/** A need that is not known draws nothing: a ghost of a guessed length would be a lie. */
export function planOf({ models, fits, held, asked, budgetBytes }: Known): Plan {
  const loading = models.flatMap((model) => {
    const key = modelKey(model.id)
    const fit = model.state === 'loading' ? fits[key] : undefined
    const needBytes = fit?.needBytes ?? null
    if (fit === undefined || needBytes === null) return []
    const heldBytes = held.find((each) => modelKey(each.id) === key)?.heldBytes ?? 0
    const bytes = Math.max(0, needBytes - heldBytes)
    const spilledBytes = Math.min(bytes, besideCards(fit, budgetBytes))
    return [{ key, name: model.id.name, bytes, spilledBytes, isAsked: false, isOver: false }]
  })
  const model = asked === null ? undefined : models.find(({ id }) => modelKey(id) === asked.key)
  const prediction = asked === null ? null : (asked.prediction ?? fits[asked.key] ?? null)
  if (model === undefined || isResident(model) || prediction === null || prediction.needBytes === null) {
    return { planned: loading, leaving: new Set() }
  }
  const { needBytes: bytes, unload } = prediction
  const spilledBytes = besideCards(prediction, budgetBytes)
  const ghost = { key: modelKey(model.id), name: model.id.name, bytes, spilledBytes }
  return {
    planned: [...loading, { ...ghost, isAsked: true, isOver: isRefused(prediction) }],
    leaving: new Set(unload.map(modelKey))
  }
}
