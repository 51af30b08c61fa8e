/** Asks once before something that cannot be undone, and names the thing. */
import { Button, Group, Modal, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './ConfirmDialog.module.css'
import { useReturnFocus } from './useReturnFocus.ts'

interface ConfirmDialogProps {
  title: string
  /** The verb and its object: "Delete qwen3:8b". */
  action: string
  isDestructive?: boolean
  onConfirm: () => void
  onClose: () => void
  children: ReactNode
}

export function ConfirmDialog({
  title,
  action,
  isDestructive = true,
  onConfirm,
  onClose,
  children
}: ConfirmDialogProps) {
  useReturnFocus()
  const confirm = (): void => {
    onClose()
    onConfirm()
  }
  return (
    <Modal opened onClose={onClose} title={title} size={400}>
      <Text size="md" c="var(--dim)" className="data">
        {children}
      </Text>
      <Group justify="flex-end" gap={10} mt={20}>
        <Button onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button variant="filled" className={isDestructive ? classes.destructive : ''} onClick={confirm}>
          {action}
        </Button>
      </Group>
    </Modal>
  )
}
