/** What cannot be meant by a rule. A model that is not there yet can: it may be pulled before its time comes. Pure. */
import { StokerError } from '../../shared/errors.ts'
import type { ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Rule } from '../../shared/schedule.ts'

export interface RuleSurroundings {
  others: readonly Rule[]
  hasHost: (hostId: string) => boolean
  /** What a model is now; null: an alias that points nowhere. */
  keyOf: (id: ModelId) => string | null
}

/** Throws `invalid_input`. */
export function checkRule({ id, name, models }: Rule, { others, hasHost, keyOf }: RuleSurroundings): void {
  const isTaken = others.some((other) => other.id !== id && other.name.toLowerCase() === name.toLowerCase())
  if (isTaken)
    throw invalid(`There is a rule called "${name}" already.`, 'Give it another name: the log tells rules apart by it.')
  const seen = new Set<string>()
  for (const model of models) {
    const { hostId } = model.id
    if (hostId !== 'alias' && !hasHost(hostId)) {
      throw invalid(`There is no host "${hostId}".`, 'Choose a model from the list, or add the host first.')
    }
    const key = keyOf(model.id) ?? modelKey(model.id)
    if (seen.has(key)) throw invalid(`${model.id.name} is in the rule twice.`, 'Leave one of them out.')
    seen.add(key)
  }
}

function invalid(message: string, hint: string): StokerError {
  return new StokerError('invalid_input', message, hint)
}
