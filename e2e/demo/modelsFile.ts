/** models.yaml of the demonstration: entries kept in its state. It is put into the page as text, after pageWork.ts. */
import type { Input } from '../../src/shared/contract.ts'
import type { ModelsFile } from '../../src/shared/modelsFile.ts'
import { DemoFailure, send, type DemoCore } from './pageWork.ts'

function demoChangeFile(core: DemoCore, changes: Partial<ModelsFile>): ModelsFile {
  const { modelsFile } = core.state
  if (modelsFile.path.startsWith('/read-only'))
    throw new DemoFailure('storage_failed', `Stoker may not write ${modelsFile.path}.`)
  core.state.modelsFile = { ...modelsFile, ...changes, exists: true }
  send(core, { type: 'modelsFile.changed', payload: { file: structuredClone(core.state.modelsFile) } })
  return core.state.modelsFile
}

/** The changed one in the old one's place, else at the end. */
function demoPut<Entry extends { name: string }>(list: readonly Entry[], entry: Entry, previousName: string): Entry[] {
  const isThere = list.some(({ name }) => name === previousName)
  return isThere ? list.map((each) => (each.name === previousName ? entry : each)) : [...list, entry]
}

export function demoSaveAlias(core: DemoCore, { name, target, previousName }: Input<'aliases.save'>): ModelsFile {
  const { aliases } = core.state.modelsFile
  const isMissing = !core.state.models.some(({ id }) => id.hostId === target.hostId && id.name === target.name)
  const entry = { name, target, isMissing, line: aliases.length + 20 }
  return demoChangeFile(core, { aliases: demoPut(aliases, entry, previousName ?? name) })
}

export function demoRemoveAlias(core: DemoCore, removed: string): ModelsFile {
  return demoChangeFile(core, { aliases: core.state.modelsFile.aliases.filter(({ name }) => name !== removed) })
}

export function demoSaveFileModel(core: DemoCore, wish: Input<'modelsFile.saveModel'>): ModelsFile {
  const { models } = core.state.modelsFile
  const entry = { ...wish.model, line: models.length + 2 }
  return demoChangeFile(core, { models: demoPut(models, entry, wish.previousName ?? entry.name) })
}

export function demoRemoveFileModel(core: DemoCore, removed: string): ModelsFile {
  return demoChangeFile(core, { models: core.state.modelsFile.models.filter(({ name }) => name !== removed) })
}
