/** The aliases of models.yaml: the role, the model it stands for, and where that is. */
import type { Alias, ModelsFile } from '../../../../../shared/modelsFile.ts'
import { MiddleText } from '../../../components/MiddleText.tsx'
import { useHostStore } from '../../../stores/hostStore.ts'
import { deleteAlias } from './deleteEntry.ts'
import { EntryActions } from './EntryActions.tsx'
import classes from './ModelsFileSection.module.css'
import { TableHeads } from './TableHeads.tsx'

interface AliasListProps {
  aliases: ModelsFile['aliases']
  onEdit: (alias: Alias) => void
}

export function AliasList({ aliases, onEdit }: AliasListProps) {
  const hosts = useHostStore((mirror) => mirror.hosts)
  return (
    <div>
      <table className={classes.table}>
        <caption className={classes.caption}>Aliases</caption>
        <TableHeads names={['Role', 'Model', 'Host', 'Change']} />
        <tbody>
          {aliases.map((alias) => (
            <tr key={alias.name} className={classes.row}>
              <th scope="row" className={classes.name}>
                <MiddleText text={alias.name} />
              </th>
              <td className={`${classes.target} data`}>
                <MiddleText text={alias.target.name} />
              </td>
              <td className={classes.where}>
                {alias.isMissing ? (
                  <span className={classes.missing}>Not there</span>
                ) : (
                  (hosts.find(({ id }) => id === alias.target.hostId)?.name ?? alias.target.hostId)
                )}
              </td>
              <td className={classes.buttons}>
                <EntryActions name={alias.name} onEdit={() => onEdit(alias)} onDelete={() => void deleteAlias(alias)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
