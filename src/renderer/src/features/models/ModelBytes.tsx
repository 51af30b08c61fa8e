/** The bytes of a row: held, with a thin bar against the budget; growing while it loads; needed while it waits. */
import type { Model } from '../../../../shared/model.ts'
import { formatBytes, formatBytesOf, formatPercent } from '../../lib/format.ts'
import { HoverTip } from '../../components/HoverTip.tsx'
import { RowFitTip } from './FitSum.tsx'
import { useBudgetBytes, useHeldBytes } from './modelHooks.ts'
import classes from './ModelBytes.module.css'
import { useRowFit } from './usePrediction.ts'

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
  const wholeBytes = useRowFit(model.id)?.needBytes ?? sizeBytes
  if (heldBytes !== null && wholeBytes !== null) {
    return (
      <>
        <span>{formatBytesOf(Math.min(heldBytes, wholeBytes), wholeBytes)}</span>
        <ThinBar share={heldBytes / wholeBytes} colour={colour} />
      </>
    )
  }
  const words = loadProgress === null ? formatBytes(wholeBytes, '–') : formatPercent(loadProgress * 100)
  return (
    <>
      <span>{words}</span>
      <ThinBar share={loadProgress ?? 0} colour={colour} />
    </>
  )
}

/** "needs 14.2 GB"; where the number is less sure, "about" or "roughly" stands in the place of "needs". */
function NeededBytes({ model }: { model: Model }) {
  const words = useRowFit(model.id)?.need ?? null
  if (words === null) return <span className={classes.waiting}>–</span>
  const isSure = /^\d/.test(words)
  return (
    <HoverTip className={classes.waiting} content={() => <RowFitTip id={model.id} />}>
      <span className={isSure ? undefined : 'visually-hidden'}>needs </span>
      {words}
    </HoverTip>
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
  return <NeededBytes model={model} />
}
