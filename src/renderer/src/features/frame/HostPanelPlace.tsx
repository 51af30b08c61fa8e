/** Where the panel of a host comes up; its code is fetched when the first one is opened. */
import { lazy, Suspense, useEffect, type ComponentType } from 'react'
import type { Host } from '../../../../shared/model.ts'
import { notifyProblem } from '../../actions/notify.ts'
import { useHostStore } from '../../stores/hostStore.ts'
import { closeDialog, useUiStore } from '../../stores/uiStore.ts'

/** Stands in for a panel whose code did not come. */
function NotFetched() {
  useEffect(() => {
    closeDialog()
    notifyProblem('The panel of the host could not be shown', 'A part of the page could not be fetched. Reload it.')
  }, [])
  return null
}

async function fetchPanel(): Promise<{ default: ComponentType<{ host: Host }> }> {
  try {
    return { default: (await import('./hostPanel/HostPanel.tsx')).HostPanel }
  } catch {
    return { default: NotFetched }
  }
}

const HostPanel = lazy(fetchPanel)

export function HostPanelPlace() {
  const hostId = useUiStore(({ dialog }) => (dialog?.name === 'host' ? dialog.hostId : null))
  const host = useHostStore((mirror) => mirror.hosts.find(({ id }) => id === hostId) ?? null)
  const isGone = hostId !== null && host === null
  useEffect(() => {
    // Removed while it was open: it would come up again with a host of the same name.
    if (isGone) closeDialog()
  }, [isGone])
  if (host === null) return null
  return (
    <Suspense fallback={null}>
      <HostPanel key={host.id} host={host} />
    </Suspense>
  )
}
