/** Asks which model to download, and to which host; the download itself is a row of the list. */
import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { Host } from '../../../../../shared/model.ts'
import { pullModel } from '../../../actions/modelActions.ts'
import { closeDialog } from '../../../stores/uiStore.ts'

export function PullDialog({ hosts }: { hosts: readonly Host[] }) {
  const [hostId, setHostId] = useState(hosts[0]?.id ?? '')
  const [name, setName] = useState('')
  const [wasSent, setWasSent] = useState(false)
  const trimmed = name.trim()

  function pull(event: FormEvent): void {
    event.preventDefault()
    setWasSent(true)
    if (trimmed === '' || hostId === '') return
    pullModel({ hostId, name: trimmed })
    closeDialog()
  }

  return (
    <Modal opened onClose={closeDialog} title="Pull a model" size={420}>
      <form onSubmit={pull} noValidate>
        <Stack gap={12}>
          <TextInput
            label="Name"
            placeholder="qwen3:8b"
            data-autofocus
            spellCheck={false}
            value={name}
            error={wasSent && trimmed === '' ? 'A model needs a name.' : undefined}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {hosts.length > 1 && (
            <Select
              label="To"
              allowDeselect={false}
              data={hosts.map((host) => ({ value: host.id, label: host.name }))}
              value={hostId}
              onChange={(value) => setHostId(value ?? '')}
            />
          )}
          <Text size="sm" c="var(--dim)">
            As in Ollama’s library, or hf.co/owner/repository:quantisation. It downloads in the list and can be
            cancelled.
          </Text>
          <Group justify="flex-end" gap={10} mt={4}>
            <Button onClick={closeDialog}>Cancel</Button>
            <Button type="submit" variant="filled">
              Pull
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
