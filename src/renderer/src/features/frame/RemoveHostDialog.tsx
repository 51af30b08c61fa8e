/** Asks before a host is forgotten. */
import type { Host } from '../../../../shared/model.ts'
import { removeHost } from '../../actions/hostActions.ts'
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'

export function RemoveHostDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  return (
    <ConfirmDialog
      title={`Remove ${host.name}?`}
      action={`Remove ${host.name}`}
      onConfirm={() => void removeHost(host.id, host.name)}
      onClose={onClose}
    >
      Stoker forgets the address. The server and its models stay as they are.
    </ConfirmDialog>
  )
}
