/** Adds a model of the built-in engine to models.yaml, or changes its entry. */
import { Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { FileModel, ModelsFile } from '../../../../../shared/modelsFile.ts'
import { saveFileModel } from '../../../actions/modelsFileActions.ts'
import { FormDialog, useFormWork } from '../../../components/FormDialog.tsx'
import { useReturnFocus } from '../../../components/useReturnFocus.ts'
import {
  fieldsOfModel,
  fileModelOf,
  fileModelProblems,
  optionFields,
  optionNames,
  type FileModelFields,
  type FileModelProblems
} from './fileModelForm.ts'
import classes from './ModelsFileSection.module.css'

interface FileModelDialogProps {
  file: ModelsFile
  /** Null: a new one. */
  model: FileModel | null
  onClose: () => void
}

export function FileModelDialog({ file, model, onClose }: FileModelDialogProps) {
  useReturnFocus()
  const [fields, setFields] = useState(() => fieldsOfModel(model))
  const taken = [...file.models, ...file.aliases].map(({ name }) => name).filter((name) => name !== model?.name)
  const work = useFormWork(
    () => Object.keys(fileModelProblems(fields, taken)).length === 0,
    () => saveFileModel(fileModelOf(fields), model?.name),
    onClose
  )
  const problems = work.wasSent ? fileModelProblems(fields, taken) : {}
  const set = (changes: Partial<FileModelFields>): void => setFields({ ...fields, ...changes })

  return (
    <FormDialog
      title={model ? `Edit ${model.name}` : 'Add model'}
      action={model ? 'Save' : 'Add model'}
      size={480}
      work={work}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="What it is called in Stoker, whatever its file is called."
        placeholder="qwen-coder"
        data-autofocus
        value={fields.name}
        error={problems.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <TextInput
        label="File"
        description="A GGUF file; of a split model the first part. A relative path starts where models.yaml is."
        placeholder="~/models/qwen2.5-coder-7b-q4_k_m.gguf"
        value={fields.path}
        error={problems.path ?? work.failure}
        onChange={(event) => set({ path: event.currentTarget.value })}
      />
      <Options fields={fields} problems={problems} set={set} />
    </FormDialog>
  )
}

interface OptionsProps {
  fields: FileModelFields
  problems: FileModelProblems
  set: (changes: Partial<FileModelFields>) => void
}

/** What is left empty is the model's own. */
function Options({ fields, problems, set }: OptionsProps) {
  return (
    <fieldset className={classes.options}>
      <legend className={classes.legend}>Used unless a request says otherwise; empty is the model’s own</legend>
      <TextInput
        label="Context (tokens)"
        placeholder="default"
        inputMode="numeric"
        value={fields.contextLength}
        error={problems.contextLength}
        onChange={(event) => set({ contextLength: event.currentTarget.value })}
      />
      {optionNames.map((name) => (
        <TextInput
          key={name}
          label={optionFields[name].label}
          placeholder="default"
          inputMode="decimal"
          value={fields.options[name]}
          error={problems[name]}
          onChange={(event) => set({ options: { ...fields.options, [name]: event.currentTarget.value } })}
        />
      ))}
      <Textarea
        className={classes.stops ?? ''}
        label="Stop at"
        description="One text a line."
        minRows={2}
        autosize
        value={fields.stop}
        error={problems.stop}
        onChange={(event) => set({ stop: event.currentTarget.value })}
      />
    </fieldset>
  )
}
