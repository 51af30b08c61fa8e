/** A model that is on its way: pulled from a registry or written as a sample, with speed, remaining time and a cancel. */
import type { Operation } from '../../../../shared/operation.ts'
import { cancelOperation } from '../../actions/modelActions.ts'
import { MiddleText } from '../../components/MiddleText.tsx'
import { formatBytes, formatBytesOf, formatBytesPerSecond, formatClock, formatPercent } from '../../lib/format.ts'
import { useOperationStore } from '../../stores/operationStore.ts'
import { ThinBar } from './ModelBytes.tsx'
import rowClasses from './ModelRow.module.css'
import actionClasses from './RowAction.module.css'

interface Transfer {
  status: string
  completedBytes: number | null
  totalBytes: number | null
  bytesPerSecond: number | null
  remainingMs: number | null
}

const unknown: Transfer = {
  status: 'Starting',
  completedBytes: null,
  totalBytes: null,
  bytesPerSecond: null,
  remainingMs: null
}

function bytesWords({ completedBytes, totalBytes }: Transfer): string {
  if (completedBytes === null) return formatBytes(totalBytes, '–')
  return totalBytes === null ? formatBytes(completedBytes) : formatBytesOf(completedBytes, totalBytes)
}

export function TransferRow({ operation }: { operation: Operation }) {
  const progress = useOperationStore((mirror) => mirror.progressById[operation.id])
  const transfer = progress?.kind === 'transfer' ? progress : unknown
  const { completedBytes, totalBytes, bytesPerSecond, remainingMs, status } = transfer
  const share = completedBytes === null || !totalBytes ? null : completedBytes / totalBytes
  const name = operation.modelId?.name ?? 'Sample model'
  const verb = operation.kind === 'pull' ? 'Pulling' : 'Writing'
  return (
    <div role="row" className={rowClasses.row} aria-label={name}>
      <div role="gridcell" />
      <div role="gridcell" className={rowClasses.name}>
        <div className={`${rowClasses.title} data`}>
          <MiddleText text={name} />
        </div>
        <div className={`${rowClasses.second} truncate`}>{status}</div>
      </div>
      <div role="gridcell" className={`${rowClasses.bytes} number`}>
        <span>{bytesWords(transfer)}</span>
        <ThinBar share={share ?? 0} colour="var(--dim)" />
      </div>
      <div role="gridcell" className={`${rowClasses.state} number`}>
        <div className="truncate">
          {verb} {share !== null && formatPercent(share * 100)}
        </div>
        <div className={`${rowClasses.second} truncate`}>
          {[
            bytesPerSecond === null ? null : formatBytesPerSecond(bytesPerSecond),
            remainingMs === null ? null : `${formatClock(remainingMs)} left`
          ]
            .filter((part) => part !== null)
            .join(' · ')}
        </div>
      </div>
      <div role="gridcell">
        <button
          type="button"
          className={actionClasses.button}
          aria-label={`Cancel ${name}`}
          onClick={() => void cancelOperation(operation.id)}
        >
          Cancel
        </button>
      </div>
    </div>
  )
}
