/** Any run of the list to compare one with, found by words. */
import { Button, Group, Modal, Select } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { RunSummary } from '../../../../../shared/run.ts'
import { useReturnFocus } from '../../../components/useReturnFocus.ts'
import { useNow } from '../../../lib/useNow.ts'
import { compareWith } from '../runsView.ts'
import { useAllRuns } from '../useAllRuns.ts'
import { otherRunChoices } from './otherRuns.ts'

export function OtherRunDialog({ run, onClose }: { run: RunSummary; onClose: () => void }) {
  useReturnFocus()
  const { runs, hasOlder, showOlder } = useAllRuns()
  const now = useNow(false)
  const [otherId, setOtherId] = useState<string | null>(null)
  const compare = (event: FormEvent): void => {
    event.preventDefault()
    if (otherId !== null) compareWith(otherId)
  }
  return (
    <Modal opened onClose={onClose} title="Compare with another run" size={460}>
      <form onSubmit={compare}>
        <Select
          label="Run"
          placeholder="Chain, inputs, day or status"
          data={otherRunChoices(run, runs, now)}
          value={otherId}
          onChange={setOtherId}
          searchable
          selectFirstOptionOnChange
          // As in ModelPicker: who types fast chooses with Enter, too.
          selectFirstOptionOnDropdownOpen={otherId === null}
          openOnFocus={false}
          nothingFoundMessage={hasOlder ? 'No run is like that among these' : 'No run is like that'}
          maxDropdownHeight={260}
          data-autofocus
        />
        <Group justify="flex-end" gap={10} mt={20}>
          {hasOlder && (
            <Button mr="auto" onClick={() => void showOlder()}>
              Read older runs
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" disabled={otherId === null}>
            Compare
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
