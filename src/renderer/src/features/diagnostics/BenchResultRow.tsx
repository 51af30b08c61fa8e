/** One model on the bench: its figures in one line, under them why, and what it said. */
import { Button, Checkbox } from '@mantine/core'
import { memo } from 'react'
import type { BenchResult } from '../../../../shared/diagnostics.ts'
import { testModels } from '../../actions/diagnosticsActions.ts'
import { MiddleText } from '../../components/MiddleText.tsx'
import { formatAgo, formatBytes, formatDuration, formatTokenRate } from '../../lib/format.ts'
import { useNow } from '../../lib/useNow.ts'
import { useHostStore } from '../../stores/hostStore.ts'
import type { BenchRow } from './benchRows.ts'
import classes from './BenchTable.module.css'
import { OutcomeMark } from './OutcomeMark.tsx'
import { useDiagnosticRun, useObstacle } from './useDiagnosticRuns.ts'

interface BenchResultRowProps {
  row: BenchRow
  /** Without the first token, for which there is no room. */
  isNarrow: boolean
  isChosen: boolean
  onToggle: () => void
}

export const BenchResultRow = memo(function BenchResultRow({ row, isNarrow, isChosen, onToggle }: BenchResultRowProps) {
  const { id, result, isGone } = row
  const now = useNow(false)
  return (
    <tbody className={classes.row}>
      <tr>
        <td className={classes.choose}>
          {!isGone && (
            <Checkbox size="xs" radius="xs" aria-label={`Choose ${id.name}`} checked={isChosen} onChange={onToggle} />
          )}
        </td>
        <th scope="row" className={classes.name}>
          <span className={classes.title}>
            <span className={`${classes.text} data`}>
              <MiddleText text={id.name} />
            </span>
            {!isNarrow && <HostChip hostId={id.hostId} />}
            {isGone && (
              <span className={classes.chip} title="It is no longer on its host">
                gone
              </span>
            )}
          </span>
        </th>
        <td className={classes.outcome} title={result === null ? undefined : `Tested ${formatAgo(result.at, now)}`}>
          <OutcomeMark outcome={result?.outcome ?? 'untested'} />
        </td>
        <td className={`${classes.figure} data number`} title={loadTitle(result)}>
          {figure(result, formatDuration(result?.loadMs ?? null, '–'))}
        </td>
        {!isNarrow && (
          <td className={`${classes.figure} data number`}>
            {figure(result, formatDuration(result?.firstTokenMs ?? null, '–'))}
          </td>
        )}
        <td className={`${classes.figure} data number`}>
          {figure(result, formatTokenRate(result?.tokensPerSecond ?? null, '–'))}
        </td>
        <td className={`${classes.figure} data number`}>
          {figure(result, formatBytes(result?.heldBytes ?? null, '–'))}
        </td>
        <td className={classes.action}>{!isGone && <TestButton id={id} />}</td>
      </tr>
      {result !== null && <WordsRow result={result} columns={isNarrow ? 6 : 7} />}
    </tbody>
  )
})

/** Why, and what it said; nothing where there is neither. */
function WordsRow({ result: { outcome, reason, error, text }, columns }: { result: BenchResult; columns: number }) {
  if (reason === null && text === null) return null
  const hint = error?.hint ?? null
  return (
    <tr className={classes.words}>
      <td />
      <td colSpan={columns} className="data">
        {reason !== null && (
          <div className={outcome === 'slow' ? classes.figures : undefined}>
            {hint === null ? reason : `${reason} ${hint}`}
          </div>
        )}
        {text !== null && (
          <div className={`${classes.said} truncate`} title={text}>
            “{text}”
          </div>
        )}
      </td>
    </tr>
  )
}

function TestButton({ id }: { id: BenchRow['id'] }) {
  const isRunning = useDiagnosticRun('bench') !== null
  const obstacle = useObstacle('bench')
  const isBlocked = isRunning || obstacle !== null
  return (
    <Button
      className={classes.test}
      aria-label={`Test ${id.name}`}
      // Not taken out of reach: the focus of whoever just pressed it would be lost.
      aria-disabled={isBlocked}
      {...(isBlocked && { 'data-disabled': true, title: obstacle ?? 'Wait until this run has ended' })}
      onClick={() => !isBlocked && void testModels([id])}
    >
      Test
    </Button>
  )
}

/** Said where models of several hosts stand side by side. */
function HostChip({ hostId }: { hostId: string }) {
  const name = useHostStore(({ hosts }) =>
    hosts.length > 1 ? (hosts.find((host) => host.id === hostId)?.name ?? hostId) : null
  )
  return name === null ? null : <span className={classes.host}>{name}</span>
}

/** Nothing is said of what was not tested. */
function figure(result: BenchResult | null, words: string): string {
  return result === null ? '' : words
}

/** What answered without a load of its own was loaded before. */
function loadTitle(result: BenchResult | null): string | undefined {
  return result !== null && result.outcome !== 'fails' && result.loadMs === null ? 'It was loaded already' : undefined
}
