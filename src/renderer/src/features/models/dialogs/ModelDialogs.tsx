/** Whichever dialog about models is open: over every screen, because a load can be asked for on each. */
import { useEffect } from 'react'
import type { Model } from '../../../../../shared/model.ts'
import { removeModel } from '../../../actions/modelActions.ts'
import { ConfirmDialog } from '../../../components/ConfirmDialog.tsx'
import { useReturnFocus } from '../../../components/useReturnFocus.ts'
import { formatBytes } from '../../../lib/format.ts'
import { useHostStore } from '../../../stores/hostStore.ts'
import { useModelStore } from '../../../stores/modelStore.ts'
import { closeDialog, useUiStore, type Dialog } from '../../../stores/uiStore.ts'
import { useHost } from '../modelHooks.ts'
import { CopyDialog } from './CopyDialog.tsx'
import { DetailsDrawer } from './DetailsDrawer.tsx'
import { KeepCustomDialog } from './KeepCustomDialog.tsx'
import { LoadDialog } from './LoadDialog.tsx'
import { PullDialog } from './PullDialog.tsx'
import { SamplesDialog } from './SamplesDialog.tsx'
import { UnloadAllDialog } from './UnloadAllDialog.tsx'

function DeleteDialog({ model }: { model: Model }) {
  const host = useHost(model.id.hostId)
  const size = model.sizeBytes === null ? '' : ` and its ${formatBytes(model.sizeBytes)}`
  return (
    <ConfirmDialog
      title={`Delete ${model.id.name}?`}
      action="Delete"
      onConfirm={() => void removeModel(model.id)}
      onClose={closeDialog}
    >
      The model{size} will be deleted from {host?.name ?? 'its host'}. This cannot be undone.
    </ConfirmDialog>
  )
}

const modelDialogs = {
  copy: CopyDialog,
  delete: DeleteDialog,
  details: DetailsDrawer,
  'keep-custom': KeepCustomDialog
}

function ModelDialog({ dialog }: { dialog: Extract<Dialog, { key: string }> }) {
  const model = useModelStore((mirror) => mirror.byKey[dialog.key])
  const isGone = model === undefined
  useEffect(() => {
    // Hidden only, it would come up again with a model of the same name.
    if (isGone) closeDialog()
  }, [isGone])
  if (!model) return null
  if (dialog.name === 'load-anyway')
    return (
      <LoadDialog key={dialog.key} model={model} contextLength={dialog.contextLength} wasRefused={dialog.wasRefused} />
    )
  const Shown = modelDialogs[dialog.name]
  return <Shown key={dialog.key} model={model} />
}

function OpenDialog({ dialog }: { dialog: Dialog }) {
  const hosts = useHostStore((mirror) => mirror.hosts)
  useReturnFocus()
  if ('key' in dialog) return <ModelDialog dialog={dialog} />
  if (dialog.name === 'pull') return <PullDialog hosts={hosts.filter((host) => host.capabilities.pull)} />
  if (dialog.name === 'samples') return <SamplesDialog />
  return dialog.name === 'unload-all' ? <UnloadAllDialog /> : null
}

export function ModelDialogs() {
  const dialog = useUiStore((ui) => ui.dialog)
  return dialog === null ? null : <OpenDialog dialog={dialog} />
}
