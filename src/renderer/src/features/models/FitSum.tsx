/** The sum behind a verdict as a small table: what the model needs, and the room there is for it. */
import type { Prediction } from '../../../../shared/fit.ts'
import type { ModelId } from '../../../../shared/model.ts'
import classes from './FitSum.module.css'
import { usePrediction } from './usePrediction.ts'
import { fitSumGroups, type SumLine } from './sumLines.ts'
import { fitLine, sourceWords } from './fitWords.ts'

export function SumLines({ lines }: { lines: readonly SumLine[] }) {
  return (
    <dl className={classes.group}>
      {lines.map(({ label, value, isResult, isOver }) => (
        <div key={label} className={`${classes.line} ${isResult ? classes.result : ''} ${isOver ? classes.over : ''}`}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

export function FitSum({ prediction }: { prediction: Prediction }) {
  return (
    <div className={`${classes.sum} number`}>
      {fitSumGroups(prediction).map((lines, index) => (
        <SumLines key={index} lines={lines} />
      ))}
    </div>
  )
}

/** Of a model's default context, as it is now. */
export function RowFitTip({ id }: { id: ModelId }) {
  const prediction = usePrediction(id)
  return prediction === null ? null : <FitTip prediction={prediction} />
}

/** The same for a tooltip: the verdict over it, where the number is from under it. */
export function FitTip({ prediction }: { prediction: Prediction }) {
  const { source } = prediction
  return (
    <div className={classes.tip}>
      <p className={classes.verdict}>{fitLine(prediction)}</p>
      <FitSum prediction={prediction} />
      {source !== null && <p className={classes.source}>{sourceWords[source]}</p>}
    </div>
  )
}
