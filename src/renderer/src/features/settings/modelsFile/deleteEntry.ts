/** Says that an entry of models.yaml was deleted and offers, for a while, to have it back. */
import type { Alias, FileModel } from '../../../../../shared/modelsFile.ts'
import { removeAlias, removeFileModel, restoreAlias, restoreFileModel } from '../../../actions/modelsFileActions.ts'
import { offerUndo } from '../../../actions/offerUndo.tsx'
import { groupId } from '../settingGroupId.ts'
import { modelsFileName } from './modelsFileName.ts'

export async function deleteAlias({ name, target }: Alias): Promise<void> {
  const alias = { name, target }
  if (await removeAlias(alias)) gone(`The alias ${name}`, () => restoreAlias(alias))
}

export async function deleteFileModel({ name, path, loader, contextLength, options }: FileModel): Promise<void> {
  const model = { name, path, loader, contextLength, options }
  if (await removeFileModel(model)) gone(name, () => restoreFileModel(model))
}

function gone(what: string, restore: () => Promise<void>): void {
  offerUndo(`models.yaml: ${what}`, what, restore)
  // The row takes the focus with it: the next Tab goes on from the section.
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.getElementById(groupId(modelsFileName))?.focus()
  })
}
