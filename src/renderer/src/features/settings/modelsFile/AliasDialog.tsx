/** Adds an alias, renames it, or points it at another model. */
import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { modelKey, parseModelKey } from '../../../../../shared/modelKey.ts'
import type { Alias, ModelsFile } from '../../../../../shared/modelsFile.ts'
import { saveAlias } from '../../../actions/modelsFileActions.ts'
import { FormDialog, useFormWork } from '../../../components/FormDialog.tsx'
import { useReturnFocus } from '../../../components/useReturnFocus.ts'
import { useHostStore } from '../../../stores/hostStore.ts'
import { useModelStore } from '../../../stores/modelStore.ts'
import { aliasProblems, targetChoices } from './aliasForm.ts'

interface AliasDialogProps {
  file: ModelsFile
  /** Null: a new one. */
  alias: Alias | null
  onClose: () => void
}

export function AliasDialog({ file, alias, onClose }: AliasDialogProps) {
  useReturnFocus()
  const [fields, setFields] = useState({ name: alias?.name ?? '', target: alias ? modelKey(alias.target) : null })
  const models = useModelStore((mirror) => mirror.byKey)
  const hosts = useHostStore((mirror) => mirror.hosts)
  const taken = [...file.aliases, ...file.models].map(({ name }) => name).filter((name) => name !== alias?.name)
  const { target } = fields
  const work = useFormWork(
    () => Object.keys(aliasProblems(fields, taken)).length === 0,
    async () => target && saveAlias({ name: fields.name.trim(), target: parseModelKey(target) }, alias?.name),
    onClose
  )
  const problems = work.wasSent ? aliasProblems(fields, taken) : {}

  return (
    <FormDialog
      title={alias ? `Edit ${alias.name}` : 'Add alias'}
      action={alias ? 'Save' : 'Add alias'}
      work={work}
      onClose={onClose}
    >
      <TextInput
        label="Role"
        description="One word for what the model is for."
        placeholder="coder"
        data-autofocus
        value={fields.name}
        error={problems.name}
        onChange={(event) => setFields({ ...fields, name: event.currentTarget.value })}
      />
      <Select
        label="Model"
        placeholder="Choose a model"
        data={targetChoices(Object.values(models), hosts, alias?.target ?? null)}
        value={fields.target}
        error={problems.target ?? work.failure}
        searchable
        openOnFocus={false}
        nothingFoundMessage="No model is called that"
        maxDropdownHeight={260}
        onChange={(target) => setFields({ ...fields, target })}
      />
    </FormDialog>
  )
}
