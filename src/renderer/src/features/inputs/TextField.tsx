/** Text, lines or a table: typed, pasted, or read from a file. */
import { Button, Textarea } from '@mantine/core'
import { IconFileText } from '@tabler/icons-react'
import { useRef, type DragEvent } from 'react'
import { NoteAction } from '../../components/Note.tsx'
import { droppedFiles } from './droppedFiles.ts'
import classes from './InputsDialog.module.css'
import { inputSetWords, kindLabels, placeholders, type TextKind } from './inputWords.ts'
import type { InputDraft } from './useInputDraft.ts'

const accepted: Record<TextKind, string> = {
  text: '.txt,.md,text/*',
  lines: '.txt,text/plain',
  csv: '.csv,text/csv',
  jsonl: '.jsonl,.ndjson,.json'
}

interface TextFieldProps {
  draft: InputDraft
  kind: TextKind
}

export function TextField({ draft, kind }: TextFieldProps) {
  const chooser = useRef<HTMLInputElement>(null)
  const take = (file: File | undefined): void => {
    if (file !== undefined) draft.takeTextFile(file)
  }
  const drop = (event: DragEvent): void => {
    const { dataTransfer } = event
    if (dataTransfer.files.length === 0) return
    event.preventDefault()
    const isFolder = [...dataTransfer.items].some((item) => item.webkitGetAsEntry()?.isDirectory === true)
    if (dataTransfer.files.length === 1 && !isFolder) take(dataTransfer.files[0])
    else draft.takeFiles(droppedFiles(dataTransfer))
  }
  const kept = draft.isKept && draft.input !== null ? `As last time: ${inputSetWords(draft.input)}` : null
  const standing = draft.fileName ?? kept
  return (
    <div className={classes.field} onDrop={drop} onDragOver={(event) => event.preventDefault()}>
      {standing !== null ? (
        <div className={classes.standing}>
          <IconFileText size={16} stroke={1.6} aria-hidden />
          <span className="data truncate">{standing}</span>
          <NoteAction onClick={draft.startAnew}>Choose anew</NoteAction>
        </div>
      ) : (
        <Textarea
          aria-label={`${kindLabels[kind]} to run on`}
          placeholder={placeholders[kind]}
          classNames={{ input: kind === 'text' ? '' : (classes.code ?? '') }}
          rows={5}
          data-autofocus
          spellCheck={kind === 'text'}
          value={draft.texts[kind]}
          onChange={(change) => draft.setText(change.currentTarget.value)}
        />
      )}
      {standing === null && (
        <Button className={classes.open} onClick={() => chooser.current?.click()}>
          From a file…
        </Button>
      )}
      <input
        ref={chooser}
        type="file"
        hidden
        aria-label="From a file"
        accept={accepted[kind]}
        onChange={(change) => {
          take(change.currentTarget.files?.[0])
          change.currentTarget.value = ''
        }}
      />
    </div>
  )
}
