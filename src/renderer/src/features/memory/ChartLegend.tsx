/** Which colour is which model; other programs can be left out, so that small models fill the chart. */
import { parseModelKey } from '../../../../shared/modelKey.ts'
import { ColourSquare } from '../../components/ColourSquare.tsx'
import { MiddleText } from '../../components/MiddleText.tsx'
import type { ChartColumn } from './chartSeries.ts'
import classes from './ChartLegend.module.css'

interface ChartLegendProps {
  columns: readonly ChartColumn[]
  colours: readonly string[]
  /** The thin line is there. */
  hasPeaks: boolean
  isOtherShown: boolean
  onToggleOther: () => void
}

export function ChartLegend({ columns, colours, hasPeaks, isOtherShown, onToggleOther }: ChartLegendProps) {
  return (
    <ul className={classes.legend} aria-label="Legend">
      {columns.map(({ modelKey }, index) => (
        <li key={modelKey} className={classes.entry}>
          <ColourSquare colour={colours[index] ?? 'var(--other)'} />
          <MiddleText text={parseModelKey(modelKey).name} />
        </li>
      ))}
      <li>
        <button
          type="button"
          className={classes.toggle}
          aria-pressed={isOtherShown}
          title={isOtherShown ? 'Leave out: the models then fill the chart' : 'Show above the models'}
          onClick={onToggleOther}
        >
          <ColourSquare colour="var(--other)" isFilled={isOtherShown} />
          other programs
        </button>
      </li>
      {hasPeaks && (
        <li className={classes.entry} title="The highest moment of every step; the areas are its mean">
          <span className={classes.line} aria-hidden />
          highest
        </li>
      )}
    </ul>
  )
}
