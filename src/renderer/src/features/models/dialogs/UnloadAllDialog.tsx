/** Asked only while something answers: whether answers end first. */
import { Button, Group, Modal, Text } from '@mantine/core'
import { unloadAll } from '../../../actions/modelActions.ts'
import { plural } from '../../../lib/format.ts'
import { useModelStore } from '../../../stores/modelStore.ts'
import { closeDialog } from '../../../stores/uiStore.ts'

export function UnloadAllDialog() {
  const answering = useModelStore(
    (mirror) => mirror.keys.filter((key) => (mirror.byKey[key]?.activeRequests ?? 0) > 0).length
  )
  const choose = (force: boolean): void => {
    closeDialog()
    void unloadAll(force)
  }
  return (
    <Modal opened onClose={closeDialog} title="Unload all models?" size={440}>
      <Text c="var(--dim)">
        {plural(answering, 'model is', 'models are')} answering. Pinned models stay loaded either way.
      </Text>
      <Group justify="flex-end" gap={10} mt={20}>
        <Button onClick={closeDialog}>Cancel</Button>
        <Button onClick={() => choose(true)}>Stop answers and unload</Button>
        <Button variant="filled" data-autofocus onClick={() => choose(false)}>
          After the answers
        </Button>
      </Group>
    </Modal>
  )
}
