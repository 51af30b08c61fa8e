/** Whether what is on the canvas is saved, in a word; why not, and what to do about it. */
import { Button } from '@mantine/core'
import { keepOurs, saveNow, takeTheirs, useChainSaving } from './autosave.ts'
import classes from './SaveState.module.css'

const words = { saved: 'saved', waiting: 'saving', saving: 'saving', failed: 'not saved' } as const

export function SaveState() {
  const { state, failure } = useChainSaving()
  return (
    <span className={classes.place}>
      <span
        role="status"
        className={`${classes.state} ${state === 'failed' ? classes.failed : ''}`}
        title={failure ?? undefined}
      >
        {words[state]}
        {failure !== null && <span className={classes.why}>: {failure}</span>}
      </span>
      {state === 'failed' && (
        <button type="button" className={classes.again} onClick={() => void saveNow()}>
          Try again
        </button>
      )}
    </span>
  )
}

/** Two windows changed one chain: nothing is lost, one is chosen. */
export function ConflictNote() {
  const theirs = useChainSaving((saving) => saving.theirs)
  if (theirs === null) return null
  return (
    <div className={classes.conflict} role="alert">
      <span className={classes.words}>
        This chain was saved from another window while there are changes here. The one you do not take stays among the
        earlier versions or can be undone.
      </span>
      <Button onClick={takeTheirs}>Take theirs</Button>
      <Button onClick={keepOurs}>Keep mine</Button>
    </div>
  )
}
