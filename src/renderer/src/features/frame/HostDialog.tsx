/** Adds a host, or changes one that was added. */
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { Host } from '../../../../shared/model.ts'
import { saveHost } from '../../actions/hostActions.ts'
import { RequestError } from '../../host/requestError.ts'
import { useHostStore } from '../../stores/hostStore.ts'
import { hostConfigOf, hostFieldProblems } from './hostForm.ts'

export function HostDialog({ host, onClose }: { host: Host | null; onClose: () => void }) {
  const [fields, setFields] = useState({ name: host?.name ?? '', url: host?.url ?? '' })
  const [wasSent, setWasSent] = useState(false)
  const [isSaving, setIsSaving] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const problems = wasSent ? hostFieldProblems(fields) : {}

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault()
    setWasSent(true)
    if (Object.keys(hostFieldProblems(fields)).length > 0) return
    setIsSaving(true)
    try {
      const takenIds = useHostStore.getState().hosts.map((each) => each.id)
      await saveHost(hostConfigOf(fields, host, takenIds))
      onClose()
    } catch (thrown) {
      setFailure(thrown instanceof RequestError ? [thrown.message, thrown.hint].join(' ') : String(thrown))
      setIsSaving(false)
    }
  }

  return (
    <Modal
      opened
      closeOnClickOutside={false}
      onClose={onClose}
      title={host ? `Edit ${host.name}` : 'Add host'}
      size={400}
    >
      <form onSubmit={(event) => void save(event)} noValidate>
        <Stack gap={12}>
          <TextInput
            label="Name"
            placeholder="Studio"
            data-autofocus
            value={fields.name}
            error={problems.name}
            onChange={(event) => setFields({ ...fields, name: event.currentTarget.value })}
          />
          <TextInput
            label="Address of its Ollama"
            placeholder="192.168.1.20:11434"
            value={fields.url}
            error={problems.url ?? failure}
            onChange={(event) => setFields({ ...fields, url: event.currentTarget.value })}
          />
          <Group justify="flex-end" gap={10} mt={8}>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="filled" loading={isSaving}>
              {host ? 'Save' : 'Add host'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
