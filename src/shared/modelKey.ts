/** Model identity without a validator, so that the page can import it. */
import type { ModelId } from './model.ts'

/** One string per model, for maps and React keys. Host ids never hold a slash, so it is reversible. */
export function modelKey(id: ModelId): string {
  return `${id.hostId}/${id.name}`
}

export function parseModelKey(key: string): ModelId {
  const slash = key.indexOf('/')
  return { hostId: key.slice(0, slash), name: key.slice(slash + 1) }
}

export function sameModel(a: ModelId, b: ModelId): boolean {
  return a.hostId === b.hostId && a.name === b.name
}
