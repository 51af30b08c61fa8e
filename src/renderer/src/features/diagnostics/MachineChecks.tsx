/** "Check this machine": what was looked at, what was found, and what to do about it. */
import { Button } from '@mantine/core'
import type { Check, CheckRun } from '../../../../shared/diagnostics.ts'
import { checkMachine } from '../../actions/diagnosticsActions.ts'
import { formatAgo, formatDuration } from '../../lib/format.ts'
import { useNow } from '../../lib/useNow.ts'
import classes from './MachineChecks.module.css'
import { OutcomeMark } from './OutcomeMark.tsx'
import { RunProgress } from './RunProgress.tsx'
import sections from './sections.module.css'
import { useDiagnosticRun, useObstacle } from './useDiagnosticRuns.ts'
import { useHeaderFocus } from './useHeaderFocus.ts'

export function MachineChecks({ run }: { run: CheckRun | null }) {
  const operation = useDiagnosticRun('check')
  const obstacle = useObstacle('check')
  const now = useNow(run !== null)
  const focus = useHeaderFocus(operation?.id)
  return (
    <section className={sections.section} aria-labelledby="check-machine">
      <header className={sections.header} {...focus}>
        <h2 id="check-machine" className={sections.title}>
          Check this machine
        </h2>
        {run !== null && operation === null && (
          <span className={sections.note}>{`Last run ${formatAgo(run.at, now)}`}</span>
        )}
        {operation === null ? (
          <Button
            className={sections.action}
            variant="filled"
            disabled={obstacle !== null}
            title={obstacle ?? undefined}
            onClick={() => void checkMachine()}
          >
            Check this machine
          </Button>
        ) : (
          <RunProgress operation={operation} cancelLabel="Cancel the check" />
        )}
      </header>
      {run === null ? <NeverRun /> : <CheckList checks={run.checks} />}
    </section>
  )
}

function NeverRun() {
  return (
    <p className={sections.empty}>
      Looks whether each server answers and the disks have room, then loads the smallest model, asks it something,
      unloads it, and watches its memory come back. What you have loaded stays loaded.
    </p>
  )
}

function CheckList({ checks }: { checks: readonly Check[] }) {
  return (
    <ul className={sections.card}>
      {checks.map((check) => (
        <li key={`${check.id} ${check.hostId ?? ''}`} className={classes.check}>
          <OutcomeMark outcome={check.outcome} />
          <span className={`${classes.label} truncate`} title={check.label}>
            {check.label}
          </span>
          <div className={`${classes.found} data number`}>
            {check.words}
            {check.hint !== null && <div className={classes.hint}>{check.hint}</div>}
          </div>
          <span className={`${classes.time} number`}>{timeWords(check)}</span>
        </li>
      ))}
    </ul>
  )
}

/** Nothing of what took next to nothing. */
function timeWords({ durationMs }: Check): string {
  return durationMs === null || durationMs < 10 ? '' : formatDuration(durationMs)
}
