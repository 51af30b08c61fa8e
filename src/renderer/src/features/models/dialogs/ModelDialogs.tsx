/** Whichever dialog is open over the Models screen. */
import { useEffect } from 'react'
import type { Model } from '../../../../../shared/model.ts'
import { loadModel, removeModel } from '../../../actions/modelActions.ts'
import { ConfirmDialog } from '../../../components/ConfirmDialog.tsx'
import { formatBytes } from '../../../lib/format.ts'
import { useHostStore } from '../../../stores/hostStore.ts'
import { useModelStore } from '../../../stores/modelStore.ts'
import { closeDialog, useUiStore, type Dialog } from '../../../stores/uiStore.ts'
import { useFit, useHost } from '../modelHooks.ts'
import { CopyDialog } from './CopyDialog.tsx'
import { DetailsDrawer } from './DetailsDrawer.tsx'
import { KeepCustomDialog } from './KeepCustomDialog.tsx'
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

function LoadAnywayDialog({ model }: { model: Model }) {
  const fit = useFit(model)
  return (
    <ConfirmDialog
      title={`Load ${model.id.name}?`}
      action="Load anyway"
      isDestructive={false}
      onConfirm={() => void loadModel(model.id)}
      onClose={closeDialog}
    >
      Its file alone is {fit?.detail ?? 'over the budget'}. Other programs may be pushed into swap, or the load may
      fail.
    </ConfirmDialog>
  )
}

const modelDialogs = {
  copy: CopyDialog,
  delete: DeleteDialog,
  details: DetailsDrawer,
  'load-anyway': LoadAnywayDialog,
  'keep-custom': KeepCustomDialog
}

function ModelDialog({ dialog }: { dialog: Extract<Dialog, { key: string }> }) {
  const model = useModelStore((mirror) => mirror.byKey[dialog.key])
  const Shown = modelDialogs[dialog.name]
  const isGone = model === undefined
  useEffect(() => {
    // Hidden only, it would come up again with a model of the same name.
    if (isGone) closeDialog()
  }, [isGone])
  return model ? <Shown key={dialog.key} model={model} /> : null
}

export function ModelDialogs() {
  const dialog = useUiStore((ui) => ui.dialog)
  const hosts = useHostStore((mirror) => mirror.hosts)
  if (dialog === null) return null
  if ('key' in dialog) return <ModelDialog dialog={dialog} />
  if (dialog.name === 'pull') return <PullDialog hosts={hosts.filter((host) => host.capabilities.pull)} />
  if (dialog.name === 'samples') return <SamplesDialog />
  return dialog.name === 'unload-all' ? <UnloadAllDialog /> : null
}
