/** The models the panel offers, and the question it asks of the core. Pure. */
import type { Input } from '../../../../../shared/contract.ts'
import type { Host, Model } from '../../../../../shared/model.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'
import { compareNames } from '../../../lib/compareNames.ts'
import { isResident } from '../../../stores/modelStore.ts'
import type { WhatIfChoice } from './whatIfChoice.ts'

/** The core takes no more at once. */
const mostAsked = 64

/** Loaded ones first, then by name; only models that would take this machine's memory. A host not known yet is taken for this machine's. */
export function offeredModels(models: readonly Model[], hosts: readonly Host[]): Model[] {
  const elsewhere = new Set(hosts.flatMap(({ id, isLocal }) => (isLocal ? [] : [id])))
  return models
    .filter(({ id, state }) => state !== 'absent' && !elsewhere.has(id.hostId))
    .sort((a, b) => Number(isResident(b)) - Number(isResident(a)) || compareNames(a.id.name, b.id.name))
}

/** Those on top of the list in their order, and the others, of which only the ones the search means. */
export function arranged(
  offered: readonly Model[],
  { top }: WhatIfChoice,
  search: string
): { top: Model[]; others: Model[] } {
  const byKey = new Map(offered.map((model) => [modelKey(model.id), model]))
  const onTop = new Set(top)
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return {
    top: top.flatMap((key) => byKey.get(key) ?? []),
    others: offered.filter(({ id }) => {
      const name = id.name.toLowerCase()
      return !onTop.has(modelKey(id)) && words.every((word) => name.includes(word))
    })
  }
}

/** The context a ticked model is asked about: the chosen one, else the one in force; null: its host's default. */
export function contextOf(model: Model, choice: WhatIfChoice): number | null {
  return choice.contexts[modelKey(model.id)] ?? model.contextLength
}

export function questionOf(top: readonly Model[], choice: WhatIfChoice): Input<'models.whatIf'> {
  const ticked = top.filter(({ id }) => choice.ticked[modelKey(id)] === true).slice(0, mostAsked)
  return {
    models: ticked.map((model) => {
      const contextLength = contextOf(model, choice)
      return { id: model.id, ...(contextLength !== null && { contextLength }) }
    })
  }
}
