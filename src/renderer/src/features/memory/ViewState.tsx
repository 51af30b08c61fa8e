/** What one looks at, in words, at the foot of the chart: how fresh it is, or since when it stands still, and the way back. */
import { UnstyledButton } from '@mantine/core'
import { coreNow } from '../../lib/coreClock.ts'
import { RequestError } from '../../host/requestError.ts'
import { liveView, unzoomed } from './memoryView.ts'
import { changeView, useMemoryViewStore } from './memoryViewStore.ts'
import { clockTime, isSameDay, momentWords, spanWords } from './timeWords.ts'
import classes from './ViewState.module.css'

interface ViewStateProps {
  isAsking: boolean
  failure: unknown
  onRetry: () => void
  /** What is said of a live picture. */
  freshness: string
  /** Where the numbers are from. */
  source: string
  isOld: boolean
}

export function ViewState({ isAsking, failure, onRetry, freshness, source, isOld }: ViewStateProps) {
  const view = useMemoryViewStore((state) => state.view)
  if (failure !== null)
    return (
      <State isBad words={failureWords(failure)} action="Try again" onAction={onRetry} title="Ask for it once more" />
    )
  if (isAsking) return <State words="Reading the history…" isLate />
  if (view.kind === 'paused') {
    const toLive = (): void => changeView(() => liveView)
    return <State words={pauseWords(view.pausedAt)} action="Live" onAction={toLive} title="Go on  Space" />
  }
  if (view.kind === 'zoomed') {
    const words = spanWords(view.span, coreNow())
    return <State words={words} action="Whole range" onAction={() => changeView(unzoomed)} title="Back  Escape" />
  }
  return <State words={freshness} isOld={isOld} title={source} />
}

function pauseWords(pausedAt: number): string {
  const now = coreNow()
  return isSameDay(pausedAt, now)
    ? `Paused at ${clockTime(pausedAt, true)}`
    : `Paused ${momentWords(pausedAt, now, true)}`
}

function failureWords(failure: unknown): string {
  const reason = failure instanceof RequestError ? failure.message : 'It was not answered.'
  return `The history could not be read. ${reason}`
}

interface StateProps {
  words: string
  action?: string
  onAction?: () => void
  title?: string
  isOld?: boolean
  isBad?: boolean
  /** Seen only when it stays: most answers come before one could read it. */
  isLate?: boolean
}

function State({ words, action, onAction, title, isOld = false, isBad = false, isLate = false }: StateProps) {
  return (
    <div className={`${classes.state} number`} role="status">
      <span
        className={`${classes.words} ${isBad ? classes.bad : isOld ? classes.old : ''} ${isLate ? classes.late : ''}`}
        title={action === undefined ? title : words}
      >
        {words}
      </span>
      {action !== undefined && (
        <UnstyledButton className={classes.action} title={title} onClick={onAction}>
          {action}
        </UnstyledButton>
      )}
    </div>
  )
}
