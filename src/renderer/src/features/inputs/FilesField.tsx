/** Files and folders: dropped or chosen. */
import { Button, Group } from '@mantine/core'
import { IconFiles } from '@tabler/icons-react'
import { useRef, useState, type ChangeEvent, type DragEvent } from 'react'
import { chosenFiles, droppedFiles } from './droppedFiles.ts'
import classes from './InputsDialog.module.css'
import { inputSetWords } from './inputWords.ts'
import type { InputDraft } from './useInputDraft.ts'

const wholeFolder = { webkitdirectory: '' }

export function FilesField({ draft }: { draft: InputDraft }) {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const [isOver, setIsOver] = useState(false)
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setIsOver(false)
    draft.takeFiles(droppedFiles(event.dataTransfer))
  }
  const choose = ({ currentTarget }: ChangeEvent<HTMLInputElement>): void => {
    const found = chosenFiles(currentTarget.files ?? [])
    if (found.length > 0) draft.takeFiles(found)
    currentTarget.value = ''
  }
  return (
    <div
      className={`${classes.drop} ${isOver ? classes.over : ''}`}
      role="group"
      aria-label="Files to run on"
      onDrop={drop}
      onDragOver={(event) => {
        event.preventDefault()
        setIsOver(true)
      }}
      onDragLeave={() => setIsOver(false)}
    >
      <IconFiles size={20} stroke={1.5} aria-hidden />
      <p className="data">
        {draft.isKept && draft.input !== null
          ? `As last time: ${inputSetWords(draft.input)}. Drop others to replace them.`
          : 'Drop files or a whole folder here. Each file of text is one item.'}
      </p>
      <Group gap={10}>
        <Button data-autofocus onClick={() => files.current?.click()}>
          Choose files…
        </Button>
        <Button onClick={() => folder.current?.click()}>Choose a folder…</Button>
      </Group>
      <input ref={files} type="file" multiple hidden aria-label="Choose files" onChange={choose} />
      <input ref={folder} type="file" multiple hidden aria-label="Choose a folder" {...wholeFolder} onChange={choose} />
    </div>
  )
}
