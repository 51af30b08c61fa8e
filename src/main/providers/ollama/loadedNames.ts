/**
 * A copy of a model shares its weights, and so its engine; the server lists that engine under the name it was loaded by, and no other.
 * What Stoker loaded by the other name is in memory all the same: here it is remembered.
 */
import { canonicalName, sameModelName } from './modelNames.ts'
import type { RunningModel } from './ollamaAnswers.ts'
import type { OllamaRunning } from './ollamaRunning.ts'

export interface LoadedName {
  name: string
  /** The engine behind it, under the name the server gives it. */
  model: RunningModel
}

export interface LoadedNames {
  /** Stoker loaded it. */
  loaded(name: string): void
  unloaded(name: string): void
  /** Every name the server lists, and the others that Stoker loaded on the same engines. */
  list(signal: AbortSignal): Promise<LoadedName[]>
  /** All names of an engine that are known to be loaded. */
  of(model: RunningModel): string[]
}

export function createLoadedNames(running: Pick<OllamaRunning, 'list' | 'pick'>): LoadedNames {
  const ours = new Map<string, string>()

  return {
    loaded: (name) => void ours.set(canonicalName(name), name),
    unloaded: (name) => void ours.delete(canonicalName(name)),
    async list(signal) {
      // Loaded while the server is asked, a name may be missing in its answer without being gone.
      const before = [...ours.values()]
      const listed = await running.list(signal)
      for (const name of before) if (running.pick(name, listed) === null) ours.delete(canonicalName(name))
      const others = [...ours.values()].filter((name) => !listed.some((model) => sameModelName(model.name, name)))
      return [
        ...listed.map((model) => ({ name: model.name, model })),
        ...others.flatMap((name) => {
          const model = running.pick(name, listed)
          return model ? [{ name, model }] : []
        })
      ]
    },
    of: (model) => [
      model.name,
      ...[...ours.values()].filter((name) => running.pick(name, [model]) !== null && !sameModelName(name, model.name))
    ]
  }
}
