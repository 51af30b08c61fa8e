/** Says in the corner that something was deleted, and offers for a while to have it back. */
import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import classes from './offerUndo.module.css'

const undoMs = 10_000

/** `id` tells what was deleted from what else was. */
export function offerUndo(id: string, name: string, restore: () => Promise<unknown>): void {
  const noticeId = `deleted ${id}`
  notifications.show({
    id: noticeId,
    autoClose: undoMs,
    'data-quiet': true,
    message: (
      <span className={classes.line}>
        <span className={classes.words}>{name} was deleted.</span>
        <Button
          onClick={() => {
            notifications.hide(noticeId)
            void restore()
          }}
        >
          Undo
        </Button>
      </span>
    )
  })
}
