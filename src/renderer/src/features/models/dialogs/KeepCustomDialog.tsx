/** Any time a model shall stay after its last use. */
import { Button, Group, Modal, NumberInput, Stack } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { Model } from '../../../../../shared/model.ts'
import { setKeepAlive } from '../../../actions/modelActions.ts'
import { closeDialog } from '../../../stores/uiStore.ts'
import { keepWords } from '../keepAlive.ts'

const longestMinutes = 525_600

export function KeepCustomDialog({ model }: { model: Model }) {
  const [minutes, setMinutes] = useState<number | string>(Math.max(1, Math.round(model.keepAliveSeconds / 60)))
  const seconds = typeof minutes === 'number' ? Math.round(minutes * 60) : null

  function save(event: FormEvent): void {
    event.preventDefault()
    if (seconds === null) return
    void setKeepAlive(model.id, seconds)
    closeDialog()
  }

  return (
    <Modal opened closeOnClickOutside={false} onClose={closeDialog} title={`Keep ${model.id.name}`} size={360}>
      <form onSubmit={save}>
        <Stack gap={12}>
          <NumberInput
            label="Minutes after its last use"
            description={seconds === null ? ' ' : keepWords(seconds)}
            data-autofocus
            onFocus={(event) => event.currentTarget.select()}
            min={0}
            max={longestMinutes}
            clampBehavior="strict"
            value={minutes}
            onChange={setMinutes}
          />
          <Group justify="flex-end" gap={10} mt={8}>
            <Button onClick={closeDialog}>Cancel</Button>
            <Button type="submit" variant="filled" disabled={seconds === null}>
              Keep
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
