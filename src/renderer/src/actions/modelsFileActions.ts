/** Everything a person can do to models.yaml, with what is said when it fails. */
import type { Alias, FileModel } from '../../../shared/modelsFile.ts'
import { request } from '../host/client.ts'
import { isConnectedFor, notifyFailure } from './notify.ts'

/** Throws a RequestError: the dialog shows it beside its fields. */
export async function saveAlias({ name, target }: Alias, previousName?: string): Promise<void> {
  await request('aliases.save', { name, target, ...(previousName === undefined ? {} : { previousName }) })
}

export async function removeAlias({ name }: Alias): Promise<boolean> {
  return attempt(`The alias ${name} was not deleted`, () => request('aliases.remove', { name }))
}

/** Throws a RequestError: the dialog shows it beside its fields. */
export async function saveFileModel(model: FileModel, previousName?: string): Promise<void> {
  await request('modelsFile.saveModel', { model, ...(previousName === undefined ? {} : { previousName }) })
}

export async function removeFileModel({ name }: FileModel): Promise<boolean> {
  return attempt(`${name} was not taken out of models.yaml`, () => request('modelsFile.removeModel', { name }))
}

export async function restoreAlias(alias: Alias): Promise<void> {
  await attempt(`The alias ${alias.name} was not put back`, () => saveAlias(alias))
}

export async function restoreFileModel(model: FileModel): Promise<void> {
  await attempt(`${model.name} was not put back`, () => saveFileModel(model))
}

async function attempt(what: string, work: () => Promise<unknown>): Promise<boolean> {
  if (!isConnectedFor(what)) return false
  try {
    await work()
    return true
  } catch (thrown) {
    notifyFailure(what, thrown)
    return false
  }
}
