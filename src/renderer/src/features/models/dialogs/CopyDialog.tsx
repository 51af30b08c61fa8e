/** Asks for the name of a copy. */
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { Model } from '../../../../../shared/model.ts'
import { copyModel } from '../../../actions/modelActions.ts'
import { closeDialog } from '../../../stores/uiStore.ts'

export function CopyDialog({ model }: { model: Model }) {
  const [newName, setNewName] = useState(`${model.id.name}-copy`)
  const [isCopying, setIsCopying] = useState(false)

  async function copy(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (newName.trim() === '') return
    setIsCopying(true)
    if (await copyModel(model.id, newName.trim())) closeDialog()
    else setIsCopying(false)
  }

  return (
    <Modal opened closeOnClickOutside={false} onClose={closeDialog} title={`Copy ${model.id.name}`} size={400}>
      <form onSubmit={(event) => void copy(event)}>
        <Stack gap={12}>
          <TextInput
            label="Name of the copy"
            data-autofocus
            spellCheck={false}
            value={newName}
            onChange={(event) => setNewName(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap={10} mt={8}>
            <Button onClick={closeDialog}>Cancel</Button>
            <Button type="submit" variant="filled" loading={isCopying} disabled={newName.trim() === ''}>
              Copy
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
