/** The bytes of a row: held, with a thin bar against the budget; growing while it loads; on disk while it waits. */
import type { Model } from '../../../../shared/model.ts'
import { formatBytes, formatBytesOf, formatPercent } from '../../lib/format.ts'
import { useBudgetBytes, useHeldBytes } from './modelHooks.ts'
import classes from './ModelBytes.module.css'

export function ThinBar({ share, colour }: { share: number; colour: string }) {
  const width = `${Math.min(1, Math.max(0, share)) * 100}%`
  return (
    <span className={classes.track} aria-hidden>
      <span className={classes.fill} style={{ width, background: colour }} />
    </span>
  )
}

function LoadingBytes({ model, heldBytes, colour }: { model: Model; heldBytes: number | null; colour: string }) {
  const { sizeBytes, loadProgress } = model
  if (heldBytes !== null && sizeBytes !== null) {
    return (
      <>
        <span>{formatBytesOf(Math.min(heldBytes, sizeBytes), sizeBytes)}</span>
        <ThinBar share={heldBytes / sizeBytes} colour={colour} />
      </>
    )
  }
  const words = loadProgress === null ? formatBytes(sizeBytes, '–') : formatPercent(loadProgress * 100)
  return (
    <>
      <span>{words}</span>
      <ThinBar share={loadProgress ?? 0} colour={colour} />
    </>
  )
}

export function ModelBytes({ model, colour }: { model: Model; colour: string }) {
  const heldBytes = useHeldBytes(model)
  const budgetBytes = useBudgetBytes()
  if (model.state === 'loading') return <LoadingBytes model={model} heldBytes={heldBytes} colour={colour} />
  if (model.state === 'ready' || model.state === 'unloading') {
    return (
      <>
        <span title={model.heldQuality ?? undefined}>{formatBytes(heldBytes)}</span>
        {heldBytes !== null && budgetBytes !== null && <ThinBar share={heldBytes / budgetBytes} colour={colour} />}
      </>
    )
  }
  return (
    <span className={classes.waiting}>
      {model.sizeBytes === null ? '–' : `${formatBytes(model.sizeBytes)} on disk`}
    </span>
  )
}
