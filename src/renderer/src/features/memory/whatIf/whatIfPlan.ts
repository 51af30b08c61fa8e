/** What has to be done to have the chosen models in memory as chosen: unload first, then load one after the other. Pure. */
import type { Advice } from '../../../../../shared/fit.ts'
import type { Model, ModelId } from '../../../../../shared/model.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'

export interface WhatIfStep {
  verb: 'unload' | 'load' | 'reload'
  id: ModelId
  /** Left out: the default of its host. */
  contextLength?: number
}

export interface WhatIfPlan {
  steps: WhatIfStep[]
  /** Who is asked about first: it answers now, or is pinned and would go. */
  asksFor: { id: ModelId; isAnswering: boolean; isPinned: boolean; verb: WhatIfStep['verb'] }[]
  /** Loaded models once it is done, those of other machines too: the core's limit counts them all. */
  loadedCount: number
}

/** One of the ticked models. */
export interface Chosen {
  id: ModelId
  /** null: the default. */
  contextLength: number | null
}

/** `models`: all there are, as they are now. */
export function whatIfPlan(chosen: readonly Chosen[], advice: Advice, models: readonly Model[]): WhatIfPlan {
  const byKey = new Map(models.map((model) => [modelKey(model.id), model]))
  const leftOut = new Set(advice.leaveOut.map(modelKey))
  const shorter = new Map(advice.contexts.map(({ id, contextLength }) => [modelKey(id), contextLength]))
  const targets = chosen.filter(({ id }) => !leftOut.has(modelKey(id)))
  const targetKeys = new Set(targets.map(({ id }) => modelKey(id)))
  const leaving = uniqueIds([...advice.unload, ...advice.leaveOut]).filter((id) => {
    const model = byKey.get(modelKey(id))
    return model !== undefined && isHere(model) && !targetKeys.has(modelKey(id))
  })
  const loads = targets.flatMap(({ id, contextLength }) => {
    const model = byKey.get(modelKey(id))
    const step = model && loadStep(model, shorter.get(modelKey(id)) ?? contextLength)
    return step ? [step] : []
  })
  const steps: WhatIfStep[] = [...leaving.map((id) => ({ verb: 'unload' as const, id })), ...smallerFirst(loads, byKey)]
  const gone = new Set(leaving.map(modelKey))
  const staying = models.filter((model) => isHere(model) && !gone.has(modelKey(model.id))).length
  return {
    steps,
    asksFor: askedAbout(steps, byKey),
    loadedCount: staying + loads.filter(({ verb }) => verb === 'load').length
  }
}

/** null: it is there as it should be. */
function loadStep(model: Model, contextLength: number | null): WhatIfStep | null {
  const wish = contextLength === null ? {} : { contextLength }
  if (!isHere(model)) return { verb: 'load', id: model.id, ...wish }
  // While it loads nobody knows its context yet: the core joins a load that is as asked, and begins another one if not.
  const isAsChosen = contextLength === null || contextLength === model.contextLength
  return isAsChosen ? null : { verb: 'reload', id: model.id, ...wish }
}

/** Contexts that shrink make room for those that grow. */
function smallerFirst(steps: readonly WhatIfStep[], byKey: ReadonlyMap<string, Model>): WhatIfStep[] {
  const shrinks = ({ verb, id, contextLength }: WhatIfStep): boolean =>
    verb === 'reload' && (contextLength ?? 0) < (byKey.get(modelKey(id))?.contextLength ?? 0)
  return [...steps.filter(shrinks), ...steps.filter((step) => !shrinks(step))]
}

function askedAbout(steps: readonly WhatIfStep[], byKey: ReadonlyMap<string, Model>): WhatIfPlan['asksFor'] {
  return steps.flatMap(({ verb, id }) => {
    const model = byKey.get(modelKey(id))
    if (model === undefined || verb === 'load') return []
    const isAnswering = model.activeRequests > 0
    // A model that is loaded anew comes back: its pin keeps what it promised.
    const isPinned = verb === 'unload' && model.isPinned
    return isAnswering || isPinned ? [{ id, isAnswering, isPinned, verb }] : []
  })
}

function isHere({ state }: Model): boolean {
  return state === 'ready' || state === 'loading'
}

function uniqueIds(ids: readonly ModelId[]): ModelId[] {
  return [...new Map(ids.map((id) => [modelKey(id), id])).values()]
}
