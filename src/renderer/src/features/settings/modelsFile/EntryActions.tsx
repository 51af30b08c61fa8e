/** Edit and delete, at the end of an entry's row. */
import { ActionIcon } from '@mantine/core'
import { IconPencil, IconTrash } from '@tabler/icons-react'

interface EntryActionsProps {
  name: string
  onEdit: () => void
  onDelete: () => void
}

export function EntryActions({ name, onEdit, onDelete }: EntryActionsProps) {
  return (
    <>
      <ActionIcon aria-label={`Edit ${name}`} title="Edit" onClick={onEdit}>
        <IconPencil size={15} stroke={1.7} aria-hidden />
      </ActionIcon>
      <ActionIcon aria-label={`Delete ${name}`} title="Delete" onClick={onDelete}>
        <IconTrash size={15} stroke={1.7} aria-hidden />
      </ActionIcon>
    </>
  )
}
