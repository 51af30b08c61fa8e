/** What is being done, how far it is, and the way to stop it. */
import { UnstyledButton } from '@mantine/core'
import { stopWhatIf } from './applyWhatIf.ts'
import type { WhatIfRun } from './runWhatIf.ts'
import classes from './WhatIfVerdict.module.css'

const verbs = { unload: 'Unloading', load: 'Loading', reload: 'Loading anew:' } as const

export function RunState({ run: { step, number, count } }: { run: WhatIfRun }) {
  return (
    <div className={classes.box} role="status">
      <p className={classes.line}>
        {verbs[step.verb]} <strong className={classes.name}>{step.id.name}</strong>
        {count > 1 && <span className="number">{`, ${number} of ${count}`}</span>}{' '}
        <UnstyledButton className={classes.do} onClick={stopWhatIf}>
          Cancel
        </UnstyledButton>
      </p>
    </div>
  )
}
