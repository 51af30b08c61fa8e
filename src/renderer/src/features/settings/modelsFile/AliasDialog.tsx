/** Adds an alias, renames it, or points it at another model. */
import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { modelKey, parseModelKey } from '../../../../../shared/modelKey.ts'
import type { Alias, ModelsFile } from '../../../../../shared/modelsFile.ts'
import { saveAlias } from '../../../actions/modelsFileActions.ts'
import { useReturnFocus } from '../../../components/useReturnFocus.ts'
import { useHostStore } from '../../../stores/hostStore.ts'
import { useModelStore } from '../../../stores/modelStore.ts'
import { aliasProblems, targetChoices } from './aliasForm.ts'
import { failureWords } from './failureWords.ts'

interface AliasDialogProps {
  file: ModelsFile
  /** Null: a new one. */
  alias: Alias | null
  onClose: () => void
}

export function AliasDialog({ file, alias, onClose }: AliasDialogProps) {
  useReturnFocus()
  const [fields, setFields] = useState({ name: alias?.name ?? '', target: alias ? modelKey(alias.target) : null })
  const [wasSent, setWasSent] = useState(false)
  const [isSaving, setIsSaving] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const models = useModelStore((mirror) => mirror.byKey)
  const hosts = useHostStore((mirror) => mirror.hosts)
  const taken = [...file.aliases, ...file.models].map(({ name }) => name).filter((name) => name !== alias?.name)
  const problems = wasSent ? aliasProblems(fields, taken) : {}

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault()
    setWasSent(true)
    if (fields.target === null || Object.keys(aliasProblems(fields, taken)).length > 0) return
    setIsSaving(true)
    try {
      await saveAlias({ name: fields.name.trim(), target: parseModelKey(fields.target) }, alias?.name)
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
      title={alias ? `Edit ${alias.name}` : 'Add alias'}
      size={400}
    >
      <form onSubmit={(event) => void save(event)} noValidate>
        <Stack gap={12}>
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
            error={problems.target ?? failure}
            searchable
            openOnFocus={false}
            nothingFoundMessage="No model is called that"
            maxDropdownHeight={260}
            onChange={(target) => setFields({ ...fields, target })}
          />
          <Group justify="flex-end" gap={10} mt={8}>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="filled" loading={isSaving}>
              {alias ? 'Save' : 'Add alias'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
