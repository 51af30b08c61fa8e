/** Adds a host, or changes one that was added. */
import { TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Host } from '../../../../shared/model.ts'
import { saveHost } from '../../actions/hostActions.ts'
import { FormDialog, useFormWork } from '../../components/FormDialog.tsx'
import { useHostStore } from '../../stores/hostStore.ts'
import { hostConfigOf, hostFieldProblems } from './hostForm.ts'

export function HostDialog({ host, onClose }: { host: Host | null; onClose: () => void }) {
  const [fields, setFields] = useState({ name: host?.name ?? '', url: host?.url ?? '' })
  const work = useFormWork(
    () => Object.keys(hostFieldProblems(fields)).length === 0,
    () => {
      const takenIds = useHostStore.getState().hosts.map((each) => each.id)
      return saveHost(hostConfigOf(fields, host, takenIds))
    },
    onClose
  )
  const problems = work.wasSent ? hostFieldProblems(fields) : {}

  return (
    <FormDialog
      title={host ? `Edit ${host.name}` : 'Add host'}
      action={host ? 'Save' : 'Add host'}
      work={work}
      onClose={onClose}
    >
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
        error={problems.url ?? work.failure}
        onChange={(event) => setFields({ ...fields, url: event.currentTarget.value })}
      />
    </FormDialog>
  )
}
