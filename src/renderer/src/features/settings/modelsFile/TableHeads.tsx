/** The widths of an entry's columns, and what they are for whoever cannot see it at a glance. */
import { VisuallyHidden } from '@mantine/core'
import classes from './ModelsFileSection.module.css'

export function TableHeads({ names }: { names: readonly string[] }) {
  return (
    <>
      <colgroup>
        <col className={classes.nameColumn} />
        <col />
        <col className={classes.whereColumn} />
        <col className={classes.buttonsColumn} />
      </colgroup>
      <thead>
        <tr>
          {names.map((name) => (
            <th key={name} scope="col" className={classes.columnHead}>
              <VisuallyHidden>{name}</VisuallyHidden>
            </th>
          ))}
        </tr>
      </thead>
    </>
  )
}
