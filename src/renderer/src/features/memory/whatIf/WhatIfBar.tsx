/** The ticked models side by side, as long as what the machine can give, with the budget's end marked. */
import { memo, type CSSProperties } from 'react'
import type { WhatIf } from '../../../../../shared/fit.ts'
import { parseModelKey } from '../../../../../shared/modelKey.ts'
import { formatBytes } from '../../../lib/format.ts'
import { useModelColours } from '../../../stores/colourStore.ts'
import classes from './WhatIfBar.module.css'
import { whatIfBar } from './whatIfBar.ts'

export const WhatIfBar = memo(function WhatIfBar({ answer }: { answer: WhatIf }) {
  const { segments, budgetAt, overShare } = whatIfBar(answer)
  const keys = segments.flatMap(({ key }) => (key === null ? [] : [key]))
  const colours = useModelColours(keys)
  const place = (start: number, share: number): CSSProperties => ({ left: `${start * 100}%`, width: `${share * 100}%` })
  return (
    <div className={classes.bar}>
      {budgetAt !== null && (
        <span
          className={`${classes.label} number`}
          style={{ left: `clamp(42px, ${budgetAt * 100}%, calc(100% - 42px))` }}
        >
          budget {formatBytes(answer.sum.budgetBytes)}
        </span>
      )}
      <ul className={classes.strip} aria-label="Memory of the ticked models">
        {segments.map(({ key, bytes, start, share }) => {
          const name = key === null ? 'Loaded beside them' : parseModelKey(key).name
          const colour = key === null ? undefined : colours[keys.indexOf(key)]?.colour
          const words = `${name}: ${formatBytes(bytes)}`
          return (
            <li key={key ?? ''} className={classes.segment} style={place(start, share)} title={words}>
              <span
                className={`${classes.fill} ${key === null ? classes.beside : ''}`}
                style={colour === undefined ? undefined : { background: colour }}
              />
              <span className="visually-hidden">{words}</span>
            </li>
          )
        })}
        {budgetAt !== null && overShare > 0 && (
          <li className={classes.over} style={place(budgetAt, overShare)} aria-hidden />
        )}
      </ul>
      {budgetAt !== null && <span className={classes.mark} style={{ left: `${budgetAt * 100}%` }} aria-hidden />}
    </div>
  )
})
