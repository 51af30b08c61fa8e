/** Asks which model to pull, and to which host; stays until the pull is a row of the list, or says why it was refused. */
import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { Host } from '../../../../../shared/model.ts'
import { notifyFailure } from '../../../actions/notify.ts'
import { notPulled, startPull } from '../../../actions/startPull.ts'
import { RequestError } from '../../../host/requestError.ts'
import { closeDialog, useUiStore } from '../../../stores/uiStore.ts'

function refusalWords(thrown: unknown): string {
  return thrown instanceof RequestError ? [thrown.message, thrown.hint].filter(Boolean).join(' ') : String(thrown)
}

/** It may have been closed, and another one opened, while the host thought about it. */
function isStillOpen(): boolean {
  return useUiStore.getState().dialog?.name === 'pull'
}

export function PullDialog({ hosts }: { hosts: readonly Host[] }) {
  const [hostId, setHostId] = useState(hosts[0]?.id ?? '')
  const [name, setName] = useState('')
  const [wasSent, setWasSent] = useState(false)
  const [isStarting, setIsStarting] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const trimmed = name.trim()
  const missing = wasSent && trimmed === '' ? 'A model needs a name.' : null

  async function pull(event: FormEvent): Promise<void> {
    event.preventDefault()
    setWasSent(true)
    if (trimmed === '' || hostId === '' || isStarting) return
    const id = { hostId, name: trimmed }
    setIsStarting(true)
    setRefusal(null)
    try {
      await startPull(id)
      if (isStillOpen()) closeDialog()
    } catch (thrown) {
      if (!isStillOpen()) return notifyFailure(notPulled(id), thrown)
      setRefusal(refusalWords(thrown))
      setIsStarting(false)
    }
  }

  return (
    <Modal opened closeOnClickOutside={false} onClose={closeDialog} title="Pull a model" size={420}>
      <form onSubmit={(event) => void pull(event)} noValidate>
        <Stack gap={12}>
          <TextInput
            label="Name"
            placeholder="qwen3:8b"
            data-autofocus
            spellCheck={false}
            value={name}
            error={missing ?? refusal}
            onChange={(event) => {
              setName(event.currentTarget.value)
              setRefusal(null)
            }}
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
            As in Ollama’s library, or hf.co/owner/repository:quantisation. It is pulled in the list and can be
            cancelled.
          </Text>
          <Group justify="flex-end" gap={10} mt={4}>
            <Button onClick={closeDialog}>Cancel</Button>
            <Button type="submit" variant="filled" loading={isStarting}>
              Pull
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
