/** One answer under way on a host, or its wait for a turn: of which model, for whom, since when; cancelled as the operation it is. */
import { ActionIcon } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { QueueEntry } from '../../../../../shared/hostRequests.ts'
import { cancelOperation } from '../../../actions/modelActions.ts'
import { MiddleText } from '../../../components/MiddleText.tsx'
import { StatusDot } from '../../../components/StatusWord.tsx'
import tones from '../../../components/tones.module.css'
import { formatClock } from '../../../lib/format.ts'
import classes from './HostPanel.module.css'
import { callerWords, cancelLabel } from './requestWords.ts'

interface QueueRowProps {
  entry: QueueEntry
  /** null: it answers. */
  position: number | null
  now: number
}

export function QueueRow({ entry, position, now }: QueueRowProps) {
  const { modelId, caller, operationId, sinceAt } = entry
  const isAnswering = position === null
  return (
    <li className={`${classes.entry} number`}>
      {isAnswering ? (
        <span className={`${classes.mark} ${classes.turn} ${tones.ok}`}>
          <StatusDot tone="ok" />
        </span>
      ) : (
        <span className={classes.position}>{position}</span>
      )}
      <span className={`${classes.who} data`}>
        <MiddleText text={modelId.name} />
        <span className={classes.dim}>for {callerWords(caller)}</span>
      </span>
      <span title={isAnswering ? 'Answering' : 'Waiting'}>{formatClock(now - sinceAt)}</span>
      {operationId !== null && (
        <ActionIcon
          size={20}
          data-operation={operationId}
          aria-label={cancelLabel(entry, isAnswering)}
          title="Cancel"
          onClick={() => void cancelOperation(operationId)}
        >
          <IconX size={14} stroke={1.7} aria-hidden />
        </ActionIcon>
      )}
    </li>
  )
}
