/** Which models the list shows, in which groups and order. Pure. */
import type { Model } from '../../../../shared/model.ts'
import { compareNames } from '../../lib/compareNames.ts'
import type { ModelSort } from '../../stores/uiStore.ts'

export interface ArrangedModels {
  /** Ready, or on the way out. */
  loaded: string[]
  /** The rest: what loads stays in its place until it is ready, so that a row moves once. */
  onDisk: string[]
}

interface Wishes {
  search: string
  sort: ModelSort
}

function isLoaded(model: Model): boolean {
  return model.state === 'ready' || model.state === 'unloading'
}

/** Largest or newest first, unknown last, equal ones by name. */
function compare(sort: ModelSort): (a: Model, b: Model) => number {
  const byName = (a: Model, b: Model): number =>
    compareNames(a.id.name, b.id.name) || compareNames(a.id.hostId, b.id.hostId)
  const value: Record<Exclude<ModelSort, 'name'>, (model: Model) => number | null> = {
    size: (model) => model.sizeBytes,
    used: (model) => model.lastUsedAt,
    held: (model) => model.heldBytes
  }
  if (sort === 'name') return byName
  return (a, b) => (value[sort](b) ?? -1) - (value[sort](a) ?? -1) || byName(a, b)
}

function matches(model: Model, words: readonly string[]): boolean {
  const { id, parameters, quantization, architecture, capabilities, isPinned, isSample } = model
  const marks = [isPinned ? 'pinned' : '', isSample ? 'sample' : '']
  const text = [id.name, id.hostId, parameters, quantization, architecture, ...(capabilities ?? []), ...marks]
    .join(' ')
    .toLowerCase()
  return words.every((word) => text.includes(word))
}

/** The words of a search, each of which a model must have. */
function wordsOf(search: string): string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean)
}

export function isFound(model: Model, search: string): boolean {
  return matches(model, wordsOf(search))
}

export function arrangeModels(byKey: Readonly<Record<string, Model>>, wishes: Wishes): ArrangedModels {
  const words = wordsOf(wishes.search)
  const order = compare(wishes.sort)
  const shown = Object.entries(byKey)
    .filter(([, model]) => matches(model, words))
    .sort(([, a], [, b]) => order(a, b))
  const keys = (isWanted: (model: Model) => boolean): string[] =>
    shown.filter(([, model]) => isWanted(model)).map(([key]) => key)
  return { loaded: keys(isLoaded), onDisk: keys((model) => !isLoaded(model)) }
}
