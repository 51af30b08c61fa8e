/** models.yaml on the settings screen: roles and the models they stand for, models of the built-in engine, and what is wrong in the file. */
import { ActionIcon, Button, CopyButton, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useState } from 'react'
import type { Alias, FileModel, ModelsFile } from '../../../../../shared/modelsFile.ts'
import { Note } from '../../../components/Note.tsx'
import { useModelsFileStore } from '../../../stores/modelsFileStore.ts'
import { groupId } from '../settingGroupId.ts'
import screenClasses from '../SettingsScreen.module.css'
import { AliasDialog } from './AliasDialog.tsx'
import { AliasList } from './AliasList.tsx'
import { FileModelDialog } from './FileModelDialog.tsx'
import { FileModelList } from './FileModelList.tsx'
import { mistakeTitle } from './fileModelWords.ts'
import { modelsFileName } from './modelsFileName.ts'
import classes from './ModelsFileSection.module.css'

const example = `models:
  - name: qwen-coder
    path: ~/models/qwen2.5-coder-7b-q4_k_m.gguf
    context_length: 16384
    options: { temperature: 0.2 }
aliases:
  coder: built-in/qwen-coder
  reviewer: ollama/qwen3:8b`

type Editing = { what: 'alias'; alias: Alias | null } | { what: 'model'; model: FileModel | null } | null

export function ModelsFileSection() {
  const file = useModelsFileStore((mirror) => mirror.file)
  const [editing, setEditing] = useState<Editing>(null)
  if (file === null) return null
  const isEmpty = file.aliases.length === 0 && file.models.length === 0
  const close = (): void => setEditing(null)
  return (
    <section id={groupId(modelsFileName)} aria-label={modelsFileName} tabIndex={-1} className={screenClasses.group}>
      <header className={classes.head}>
        <h2 className={classes.title}>{modelsFileName}</h2>
        <div className={classes.actions}>
          <Button size="compact-xs" onClick={() => setEditing({ what: 'alias', alias: null })}>
            Add alias
          </Button>
          <Button size="compact-xs" onClick={() => setEditing({ what: 'model', model: null })}>
            Add model
          </Button>
        </div>
      </header>
      <div className={classes.card}>
        <PathLine path={file.path} />
        {file.problems.length > 0 && <Mistakes problems={file.problems} />}
        {isEmpty && <Empty />}
        {file.aliases.length > 0 && (
          <AliasList aliases={file.aliases} onEdit={(alias) => setEditing({ what: 'alias', alias })} />
        )}
        {file.models.length > 0 && (
          <FileModelList models={file.models} onEdit={(model) => setEditing({ what: 'model', model })} />
        )}
      </div>
      {editing?.what === 'alias' && <AliasDialog file={file} alias={editing.alias} onClose={close} />}
      {editing?.what === 'model' && <FileModelDialog file={file} model={editing.model} onClose={close} />}
    </section>
  )
}

function PathLine({ path }: { path: string }) {
  return (
    <div className={classes.file}>
      <p className={classes.help}>
        Roles, and models of the built-in engine by name. Changes count as soon as the file is saved; comments stay.
      </p>
      <div className={classes.path}>
        <span className={`${classes.pathText} data`} title={path}>
          <bdi>{path}</bdi>
        </span>
        <CopyButton value={path}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? 'Copied' : 'Copy the path'}>
              <ActionIcon aria-label="Copy the path of models.yaml" onClick={copy}>
                {copied ? <IconCheck size={15} stroke={1.7} /> : <IconCopy size={15} stroke={1.7} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </div>
    </div>
  )
}

function Mistakes({ problems }: { problems: ModelsFile['problems'] }) {
  return (
    <div className={classes.mistakes} role="status">
      <Note isWarning>
        <strong>{mistakeTitle(problems)}</strong>
        <ul className={classes.mistakeList}>
          {problems.map(({ line, message }, index) => (
            <li key={index} className={classes.mistake}>
              <span className={`${classes.line} number`}>{line === null ? '' : `Line ${line}`}</span>
              <span>{message}</span>
            </li>
          ))}
        </ul>
      </Note>
    </div>
  )
}

function Empty() {
  return (
    <div className={classes.empty}>
      <p className={classes.help}>
        Nothing in it yet. An alias gives a role such as “coder” to a model, so that rules and chains can ask for the
        role. This is what the file may look like:
      </p>
      <pre className={classes.example} tabIndex={0} aria-label="Example of models.yaml">
        {example}
      </pre>
    </div>
  )
}
