/** One run in the list: 50 px, everything in its column. */
import { memo } from 'react'
import type { RunSummary } from '../../../../shared/run.ts'
import { StatusWord } from '../../components/StatusWord.tsx'
import { formatAgo } from '../../lib/format.ts'
import { useNow } from '../../lib/useNow.ts'
import { ItemsBar } from './ItemsBar.tsx'
import classes from './RunList.module.css'
import { openRun } from './runsView.ts'
import { doingWords, itemsWords, loadsWords, statusWords, timeWords } from './runWords.ts'

interface RunRowProps {
  run: RunSummary
  isTabStop: boolean
}

export const RunRow = memo(function RunRow({ run, isTabStop }: RunRowProps) {
  const now = useNow(false)
  const { tone, words } = statusWords(run)
  const doing = doingWords(run)
  const { taken, left } = timeWords(run)
  return (
    <div
      role="row"
      className={classes.row}
      aria-label={`${run.chainName}, ${words}`}
      tabIndex={isTabStop ? 0 : -1}
      data-run={run.id}
      onClick={() => openRun(run.id)}
    >
      <div role="gridcell" className={classes.status}>
        <StatusWord tone={tone}>{words}</StatusWord>
      </div>
      <div role="gridcell" className={classes.name}>
        <div className={`${classes.title} truncate data`} title={run.chainName}>
          {run.chainName}
        </div>
        <div className={`${classes.second} truncate data`} title={doing ?? run.inputWords}>
          {doing ?? run.inputWords}
        </div>
      </div>
      <div role="gridcell" className={classes.items}>
        <ItemsBar run={run} />
        <div className={`${classes.second} truncate number`} title={itemsWords(run)}>
          {itemsWords(run)}
        </div>
      </div>
      <div role="gridcell" className={`${classes.loads} number`}>
        <div className="truncate">{loadsWords(run)}</div>
        <div className={classes.second}>{run.loads === 1 && run.plannedLoads === 1 ? 'load' : 'loads'}</div>
      </div>
      <div role="gridcell" className={`${classes.time} number`}>
        <div>{taken}</div>
        <div className={`${classes.second} truncate`}>{left ?? ''}</div>
      </div>
      <div role="gridcell" className={`${classes.when} number`}>
        {formatAgo(run.createdAt, now)}
      </div>
    </div>
  )
})
