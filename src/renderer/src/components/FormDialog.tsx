/** A few fields in a dialog: what is wrong is said once it was tried to save, what the core refuses is said too, and nothing is lost. */
import { Button, Group, Modal, Stack } from '@mantine/core'
import { useState, type FormEvent, type ReactNode } from 'react'
import { failureWords } from '../host/failureWords.ts'

export interface FormWork {
  /** From the first try on, mistakes are shown. */
  wasSent: boolean
  isSaving: boolean
  /** What the core said against it. */
  failure: string | null
  submit(event: FormEvent): void
}

/** `isRight`: may be sent; `save` rejects with what the core refuses; `onDone`: it is saved. */
export function useFormWork(isRight: () => boolean, save: () => Promise<unknown>, onDone: () => void): FormWork {
  const [wasSent, setWasSent] = useState(false)
  const [isSaving, setIsSaving] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)

  async function send(): Promise<void> {
    setWasSent(true)
    if (!isRight()) return
    setIsSaving(true)
    try {
      await save()
      onDone()
    } catch (thrown) {
      setFailure(failureWords(thrown))
      setIsSaving(false)
    }
  }

  return {
    wasSent,
    isSaving,
    failure,
    submit(event) {
      event.preventDefault()
      void send()
    }
  }
}

interface FormDialogProps {
  title: string
  /** The word on the button that saves. */
  action: string
  size?: number
  work: FormWork
  onClose: () => void
  children: ReactNode
}

export function FormDialog({ title, action, size = 400, work, onClose, children }: FormDialogProps) {
  return (
    <Modal opened closeOnClickOutside={false} onClose={onClose} title={title} size={size}>
      <form onSubmit={work.submit} noValidate>
        <Stack gap={12}>
          {children}
          <Group justify="flex-end" gap={10} mt={8}>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="filled" loading={work.isSaving}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
