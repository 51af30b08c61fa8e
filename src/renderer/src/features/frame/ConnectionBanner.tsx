/** Says that what is on the page is no longer live, and whether it will come back by itself. */
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useConnectionStore } from '../../stores/connectionStore.ts'
import classes from './ConnectionBanner.module.css'

const words = {
  lost: 'Stoker’s core stopped answering. Reconnecting…',
  refused: 'This page may not talk to Stoker. Open the address with its token again, as Stoker printed it.'
}

export function ConnectionBanner() {
  const connection = useConnectionStore((mirror) => mirror.connection)
  return (
    <div role="status">
      {(connection === 'lost' || connection === 'refused') && (
        <div className={classes.banner}>
          <IconPlugConnectedX size={16} stroke={1.7} aria-hidden />
          {words[connection]}
        </div>
      )}
    </div>
  )
}
