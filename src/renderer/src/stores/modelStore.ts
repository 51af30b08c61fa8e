/** Mirror of the models: one object per key, so that one changed model re-renders one row. */
import { create } from 'zustand'
import type { Model } from '../../../shared/model.ts'
import { modelKey } from '../../../shared/modelKey.ts'

export interface ModelMirror {
  byKey: Readonly<Record<string, Model>>
  /** In the core's order. */
  keys: readonly string[]
  /** False until the first list has come: the only time a skeleton is shown. */
  isKnown: boolean
}

export const useModelStore = create<ModelMirror>(() => ({ byKey: {}, keys: [], isKnown: false }))

/** A whole list; models that did not change keep their old object. */
export function withModels(mirror: ModelMirror, models: readonly Model[]): ModelMirror {
  const byKey: Record<string, Model> = {}
  const keys: string[] = []
  for (const model of models) {
    const key = modelKey(model.id)
    const before = mirror.byKey[key]
    byKey[key] = before && JSON.stringify(before) === JSON.stringify(model) ? before : model
    keys.push(key)
  }
  const isSameList = keys.length === mirror.keys.length && keys.every((key, index) => key === mirror.keys[index])
  return { byKey, keys: isSameList ? mirror.keys : keys, isKnown: true }
}

export function withModel(mirror: ModelMirror, model: Model): ModelMirror {
  const key = modelKey(model.id)
  const keys = key in mirror.byKey ? mirror.keys : [...mirror.keys, key]
  return { ...mirror, byKey: { ...mirror.byKey, [key]: model }, keys }
}

/** Whether a model holds memory, or soon will, or still does. */
export function isResident(model: Model): boolean {
  return model.state === 'loading' || model.state === 'ready' || model.state === 'unloading'
}
