/** A run under way: which step, how many, how long, and a cancel. */
import { Button } from '@mantine/core'
import type { Operation } from '../../../../shared/operation.ts'
import { cancelOperation } from '../../actions/modelActions.ts'
import { formatClock } from '../../lib/format.ts'
import { useNow } from '../../lib/useNow.ts'
import { useOperationStore } from '../../stores/operationStore.ts'
import classes from './RunProgress.module.css'

interface RunProgressProps {
  operation: Operation
  /** What is cancelled: "Cancel the test bench". */
  cancelLabel: string
}

export function RunProgress({ operation, cancelLabel }: RunProgressProps) {
  const progress = useOperationStore((mirror) => mirror.progressById[operation.id])
  const now = useNow()
  const steps = progress?.kind === 'steps' ? progress : { done: 0, total: 1, words: 'Starting' }
  return (
    <div className={classes.progress}>
      <progress className={classes.bar} max={steps.total} value={steps.done} aria-label={steps.words} />
      <span className={`${classes.words} truncate data number`} title={steps.words}>
        {steps.words}
      </span>
      <span className={`${classes.time} number`}>{formatClock(now - operation.startedAt)}</span>
      <Button aria-label={cancelLabel} onClick={() => void cancelOperation(operation.id)}>
        Cancel
      </Button>
    </div>
  )
}
