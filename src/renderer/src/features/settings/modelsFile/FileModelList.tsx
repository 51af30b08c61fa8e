/** The models of models.yaml: name, file, context, options. */
import type { FileModel, ModelsFile } from '../../../../../shared/modelsFile.ts'
import { MiddleText } from '../../../components/MiddleText.tsx'
import { deleteFileModel } from './deleteEntry.ts'
import { EntryActions } from './EntryActions.tsx'
import { contextWords, optionWords } from './fileModelWords.ts'
import classes from './ModelsFileSection.module.css'
import { TableHeads } from './TableHeads.tsx'

interface FileModelListProps {
  models: ModelsFile['models']
  onEdit: (model: FileModel) => void
}

export function FileModelList({ models, onEdit }: FileModelListProps) {
  return (
    <div>
      <table className={classes.table}>
        <caption className={classes.caption}>Models of the built-in engine</caption>
        <TableHeads names={['Name', 'File', 'Context', 'Change']} />
        <tbody>
          {models.map((model) => {
            const options = optionWords(model.options)
            return (
              <tr key={model.name} className={classes.row}>
                <th scope="row" className={classes.name}>
                  <MiddleText text={model.name} />
                </th>
                <td className={`${classes.target} data`}>
                  <MiddleText text={model.path} />
                  {options !== null && <span className={classes.optionWords}>{options}</span>}
                </td>
                <td className={`${classes.where} number`}>{contextWords(model.contextLength)}</td>
                <td className={classes.buttons}>
                  <EntryActions
                    name={model.name}
                    onEdit={() => onEdit(model)}
                    onDelete={() => void deleteFileModel(model)}
                  />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
