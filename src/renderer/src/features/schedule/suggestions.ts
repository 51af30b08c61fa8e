/** Three rules worth having on this machine, from the models that are loaded or used most. Pure. */
import type { Prediction } from '../../../../shared/fit.ts'
import type { Model, Saving } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import type { RuleFields } from './ruleFields.ts'

export interface Suggestion {
  /** What it is good for. */
  why: string
  fields: Partial<RuleFields>
}

interface Known {
  models: readonly Model[]
  savings: readonly Saving[]
  /** By model key. */
  fits: Readonly<Record<string, Prediction>>
}

const weekdays = [1, 2, 3, 4, 5]

/** Those that answer and fit, the most used first. */
function favourites({ models, savings, fits }: Known): Model[] {
  const starts = new Map(savings.map((saving) => [modelKey(saving.id), saving.weekColdStarts]))
  const isLoaded = ({ state }: Model): number => (state === 'ready' ? 1 : 0)
  const uses = ({ id }: Model): number => starts.get(modelKey(id)) ?? 0
  return models
    .filter(({ state, id }) => state !== 'absent' && state !== 'failed' && fits[modelKey(id)]?.isAllowed !== false)
    .filter(({ capabilities }) => capabilities === null || capabilities.includes('completion'))
    .sort((a, b) => isLoaded(b) - isLoaded(a) || uses(b) - uses(a) || (b.lastUsedAt ?? 0) - (a.lastUsedAt ?? 0))
}

export function suggestions(known: Known): Suggestion[] {
  const [first, second = first] = favourites(known)
  if (first === undefined || second === undefined) return []
  const only = (model: Model): RuleFields['models'] => [{ id: model.id, contextLength: null }]
  return [
    {
      why: 'The first answer of the day comes at once, and the evening has its memory back.',
      fields: { kind: 'window', days: weekdays, time: '08:30', endTime: '18:00', moreDays: 0, models: only(first) }
    },
    {
      why: 'Ready as soon as Stoker is, without a click.',
      fields: { kind: 'app_start', models: only(second) }
    },
    {
      why: 'A large model may push it out; it comes back when the work is done.',
      fields: { kind: 'after_job', models: only(first) }
    }
  ]
}
