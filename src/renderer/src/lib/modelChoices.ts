/** What models are picked from: aliases first, then the models of each host, without those that are picked already. Pure. */
import type { Host, Model } from '../../../shared/model.ts'
import { modelKey, sameModel } from '../../../shared/modelKey.ts'
import type { Alias } from '../../../shared/modelsFile.ts'
import { aliasHostId } from './aliasHost.ts'
import { compareNames } from './compareNames.ts'

export interface ChoiceGroup {
  group: string
  items: { value: string; label: string }[]
}

export function modelChoices(
  models: readonly Model[],
  hosts: readonly Host[],
  aliases: readonly Alias[],
  picked: readonly Pick<Model, 'id'>[]
): ChoiceGroup[] {
  const isFree = (id: Model['id']): boolean => !picked.some((each) => sameModel(each.id, id))
  const groups: ChoiceGroup[] = [
    {
      group: 'Aliases',
      items: aliases.flatMap(({ name, target }) => {
        const id = { hostId: aliasHostId, name }
        return isFree(id) ? [{ value: modelKey(id), label: `${name} (${target.name})` }] : []
      })
    },
    ...hosts.map((host) => ({
      group: host.name,
      items: models
        .filter(({ id, state }) => id.hostId === host.id && state !== 'absent' && isFree(id))
        .map(({ id }) => ({ value: modelKey(id), label: id.name }))
        .sort((a, b) => compareNames(a.label, b.label))
    }))
  ]
  return groups.filter(({ items }) => items.length > 0)
}
