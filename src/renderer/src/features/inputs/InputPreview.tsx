/** What the core made of the input: how much, its columns, its first items, and what was left out. */
import { Button } from '@mantine/core'
import type { InputSet } from '../../../../shared/run.ts'
import { Note } from '../../components/Note.tsx'
import { plural } from '../../lib/format.ts'
import classes from './InputsDialog.module.css'
import { cellsOf, inputSetWords, problemLines, reachWords, sendingWords } from './inputWords.ts'
import type { InputDraft } from './useInputDraft.ts'

interface InputPreviewProps {
  draft: InputDraft
  /** Columns the chain says it uses. */
  wanted: readonly string[]
}

export function InputPreview({ draft, wanted }: InputPreviewProps) {
  const { input, sending, failure, left, kind } = draft
  const told = input?.problems ?? []
  const isNoText = sending === null && input === null && kind === 'files' && left.length > 0
  const missing =
    input === null || input.columns.length === 0 ? [] : wanted.filter((name) => !input.columns.includes(name))
  return (
    <div className={classes.preview}>
      <p className={classes.summary} role="status">
        {sending !== null && <span>{sendingWords(kind, sending)}</span>}
        {sending === null && input !== null && (
          <>
            <strong className="number">{inputSetWords(input)}</strong>
            {input.itemCount > 0 && <span className={classes.reach}>{reachWords(input.kind, input.columns)}</span>}
          </>
        )}
        {isNoText && 'None of these is a file of text.'}
      </p>
      {sending !== null && sending.total > 1 && (
        <div className={classes.progress}>
          <progress max={sending.total} value={sending.done} aria-label={sendingWords(kind, sending)} />
          <Button aria-label="Cancel reading" onClick={draft.cancel}>
            Cancel
          </Button>
        </div>
      )}
      {failure !== null && <Note isWarning>{failure}</Note>}
      {missing.length > 0 && (
        <Note isWarning>
          The chain uses {missing.map((name) => `“${name}”`).join(', ')}, which this input does not have.
        </Note>
      )}
      {input !== null && sending === null && input.itemCount > 0 && <PreviewTable input={input} />}
      {left.length + told.length > 0 && (
        <Note isWarning>
          <strong>{told.length === 0 ? 'Left out' : 'Not all of it was taken as it is'}</strong>
          <ul className={`${classes.problems} data`}>
            {problemLines([...left, ...told], left.length + (input?.problemCount ?? 0)).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Note>
      )}
    </div>
  )
}

/** Cells of a table where they are known, else the beginning of each item. */
function PreviewTable({ input }: { input: InputSet }) {
  const rows = input.preview.map((item) => ({ item, cells: cellsOf(item.preview, input.columns) }))
  const isTable = rows.length > 0 && rows.every(({ cells }) => cells !== null)
  const columns = isTable ? input.columns : ['Begins']
  return (
    <div className={classes.tablePlace} tabIndex={0} role="group" aria-label="First items">
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Item</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
            <th scope="col" className={classes.letters}>
              Length
            </th>
          </tr>
        </thead>
        <tbody className="data">
          {rows.map(({ item, cells }) => (
            <tr key={item.item}>
              <th scope="row">{item.name}</th>
              {isTable && cells !== null ? (
                cells.map((cell, index) => <td key={index}>{cell}</td>)
              ) : (
                <td>{item.preview}</td>
              )}
              <td className={`${classes.letters} number`}>{plural(item.letters, 'letter')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {!isTable && input.columns.length > 0 && (
        <p className={`${classes.columns} data`}>Columns: {input.columns.join(', ')}</p>
      )}
    </div>
  )
}
