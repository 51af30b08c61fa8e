/** The time limits of one model, where they are not those set for all, and why. */
import type { TimeLimit } from '../../../../../shared/model.ts'
import { goTo } from '../../../stores/uiStore.ts'
import { limitGroups } from '../limitWords.ts'
import classes from './TimeLimits.module.css'

export function TimeLimits({ limits }: { limits: readonly TimeLimit[] }) {
  return (
    <div className={`${classes.limits} data number`}>
      {limitGroups(limits).map(({ reason, words }) => (
        <p key={reason} className={classes.line}>
          {words}
          {reason !== null && <span className={classes.reason}>: {reason}</span>}.
        </p>
      ))}
      <button type="button" className={classes.link} onClick={() => goTo('settings')}>
        Limits for all models
      </button>
    </div>
  )
}
