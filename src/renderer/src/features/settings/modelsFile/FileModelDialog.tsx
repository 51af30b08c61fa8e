/** Adds a model of the built-in engine to models.yaml, or changes its entry. */
import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { FileModel, ModelsFile } from '../../../../../shared/modelsFile.ts'
import { saveFileModel } from '../../../actions/modelsFileActions.ts'
import { useReturnFocus } from '../../../components/useReturnFocus.ts'
import { failureWords } from './failureWords.ts'
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
  const [wasSent, setWasSent] = useState(false)
  const [isSaving, setIsSaving] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const taken = [...file.models, ...file.aliases].map(({ name }) => name).filter((name) => name !== model?.name)
  const problems = wasSent ? fileModelProblems(fields, taken) : {}
  const set = (changes: Partial<FileModelFields>): void => setFields({ ...fields, ...changes })

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault()
    setWasSent(true)
    if (Object.keys(fileModelProblems(fields, taken)).length > 0) return
    setIsSaving(true)
    try {
      await saveFileModel(fileModelOf(fields), model?.name)
      onClose()
    } catch (thrown) {
      setFailure(failureWords(thrown))
      setIsSaving(false)
    }
  }

  return (
    <Modal
      opened
      closeOnClickOutside={false}
      onClose={onClose}
      title={model ? `Edit ${model.name}` : 'Add model'}
      size={480}
    >
      <form onSubmit={(event) => void save(event)} noValidate>
        <Stack gap={12}>
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
            error={problems.path ?? failure}
            onChange={(event) => set({ path: event.currentTarget.value })}
          />
          <Options fields={fields} problems={problems} set={set} />
          <Group justify="flex-end" gap={10} mt={8}>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="filled" loading={isSaving}>
              {model ? 'Save' : 'Add model'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
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
