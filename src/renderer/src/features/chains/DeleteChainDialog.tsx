/** Asked before a chain is deleted, from the list or from the builder. */
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx'

interface DeleteChainDialogProps {
  name: string
  onConfirm: () => void
  onClose: () => void
}

export function DeleteChainDialog({ name, onConfirm, onClose }: DeleteChainDialogProps) {
  return (
    <ConfirmDialog title={`Delete ${name}?`} action="Delete" onConfirm={onConfirm} onClose={onClose}>
      Its runs stay. It can be had back for a while after.
    </ConfirmDialog>
  )
}
