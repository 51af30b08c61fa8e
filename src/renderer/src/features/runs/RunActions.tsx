/** What can be done with a run just now: the one thing most likely wanted as a button, the rest beside it or in the menu. */
import { Button, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { ExportFormat, RunSummary } from '../../../../shared/run.ts'
import { exportRun } from '../../actions/exportRun.ts'
import { cancelRun, pauseRun, resumeRun, retryFailed, runAgain } from '../../actions/runActions.ts'
import more from '../../components/moreMenu.module.css'
import { formatCount } from '../../lib/format.ts'
import { useNow } from '../../lib/useNow.ts'
import { useRunStore } from '../../stores/runStore.ts'
import { mostInMenu, otherRuns, otherRunWords } from './compare/otherRuns.ts'
import classes from './RunDetailView.module.css'
import { compareWith } from './runsView.ts'
import { deedsOf } from './runWords.ts'

const formats: readonly { format: ExportFormat; label: string }[] = [
  { format: 'csv', label: 'CSV, one row an item' },
  { format: 'jsonl', label: 'JSONL, one line an item' },
  { format: 'markdown', label: 'Markdown, to read' },
  { format: 'files', label: 'One file per item, zipped' }
]

interface RunActionsProps {
  run: RunSummary
  onRemove: () => void
  /** With a run that is not in the menu. */
  onCompareOther: () => void
}

export function RunActions(props: RunActionsProps) {
  const { run } = props
  const can = deedsOf(run)
  return (
    <div className={classes.actions} data-whole>
      {can.pause && <Button onClick={() => void pauseRun(run)}>Pause</Button>}
      {can.cancel && <Button onClick={() => void cancelRun(run)}>Cancel</Button>}
      {can.retry && (
        <Button onClick={() => void retryFailed(run)}>Retry failed ({formatCount(run.items.failed)})</Button>
      )}
      {can.resume && (
        <Button variant={run.status === 'cancelled' ? 'default' : 'filled'} onClick={() => void resumeRun(run)}>
          Resume
        </Button>
      )}
      {can.again && !can.resume && <Button onClick={() => void runAgain(run)}>Run again…</Button>}
      <MoreMenu {...props} />
    </div>
  )
}

function MoreMenu({ run, onRemove, onCompareOther }: RunActionsProps) {
  const can = deedsOf(run)
  return (
    <Menu width={240}>
      <Menu.Target>
        <button type="button" className={more.dots} aria-label={`More for the run of ${run.chainName}`}>
          <IconDots size={16} stroke={1.8} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Export the results</Menu.Label>
        {formats.map(({ format, label }) => (
          <Menu.Item
            key={format}
            disabled={format === 'files' && !can.exportFiles}
            onClick={() => void exportRun(run, format)}
          >
            {format === 'files' && !can.exportFiles ? 'One file per item: no results' : label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <CompareChoices run={run} onOther={onCompareOther} />
        {can.again && can.resume && (
          <Menu.Item onClick={() => void runAgain(run)}>Run again on the same inputs…</Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item className={more.delete} disabled={!can.remove} onClick={onRemove}>
          Remove…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function CompareChoices({ run, onOther }: { run: RunSummary; onOther: () => void }) {
  const runs = useRunStore((mirror) => mirror.runs)
  const now = useNow(false)
  const others = otherRuns(run, runs)
  if (others.length === 0) return <Menu.Item disabled>Compare with another run</Menu.Item>
  return (
    <Menu.Sub>
      <Menu.Sub.Target>
        <Menu.Sub.Item>Compare with</Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown>
        {others.slice(0, mostInMenu).map((other) => (
          <Menu.Item key={other.id} onClick={() => compareWith(other.id)}>
            {otherRunWords(other, now)}
          </Menu.Item>
        ))}
        {others.length > mostInMenu && <Menu.Item onClick={onOther}>Other run…</Menu.Item>}
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  )
}
