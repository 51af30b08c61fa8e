/** The Models screen with nothing to list: what to do first, or that the search found nothing. */
import { Button } from '@mantine/core'
import { IconSearchOff, IconStack2 } from '@tabler/icons-react'
import type { Host } from '../../../../shared/model.ts'
import { checkHost } from '../../actions/hostActions.ts'
import { EmptyState } from '../../components/EmptyState.tsx'
import { useHostStore } from '../../stores/hostStore.ts'
import { openDialog, useUiStore } from '../../stores/uiStore.ts'

export function NothingFound({ search }: { search: string }) {
  return (
    <EmptyState
      icon={<IconSearchOff size={22} stroke={1.6} />}
      title={`No model matches “${search}”`}
      actions={<Button onClick={() => useUiStore.setState({ search: '' })}>Clear the search</Button>}
    >
      Names, sizes like 8B, quantisations and marks like “pinned” can be searched.
    </EmptyState>
  )
}

/** What the engine that writes samples can do now, by what its last check said. */
function engineWords(engine: Host | undefined): string {
  if (engine === undefined) return 'Add a host that has models.'
  if (engine.status === 'checking') return `${engine.name} is starting.`
  if (engine.status === 'down') return `${engine.name} is not ready: ${engine.error?.message ?? 'it does not answer.'}`
  return `${engine.name}: create samples with random weights to see how everything works, without a download.`
}

export function NothingInstalled() {
  const hosts = useHostStore((mirror) => mirror.hosts)
  const puller = hosts.find((host) => host.capabilities.pull && host.status !== 'down')
  const sampler = hosts.find((host) => host.capabilities.createSample)
  const canSample = sampler?.status === 'ok' || sampler?.status === 'slow'
  const silent = hosts.find((host) => host.kind === 'ollama' && host.status === 'down')
  return (
    <EmptyState
      icon={<IconStack2 size={22} stroke={1.6} />}
      title="No models on this machine yet"
      actions={
        <>
          {puller && (
            <Button variant="filled" size="sm" onClick={() => openDialog({ name: 'pull' })}>
              Pull a model
            </Button>
          )}
          {canSample && (
            <Button variant={puller ? 'default' : 'filled'} size="sm" onClick={() => openDialog({ name: 'samples' })}>
              Create sample models
            </Button>
          )}
          {!puller && silent && (
            <Button size="sm" onClick={() => void checkHost(silent.id)}>
              Look for Ollama again
            </Button>
          )}
        </>
      }
    >
      {puller && `Pull one from ${puller.name}’s library. `}
      {!puller && 'No Ollama answers here. '}
      {engineWords(sampler)}
    </EmptyState>
  )
}
