/** A predicted need by part, for the tooltip over its sum. */
import type { Need } from '../../../../../shared/need.ts'
import { SumLines } from '../FitSum.tsx'
import { needLines } from '../sumLines.ts'
import { sourceWords } from '../fitWords.ts'
import classes from './Memory.module.css'

export function NeedTip({ need, isOfBuffers }: { need: Need; isOfBuffers: boolean }) {
  return (
    <div className={`${classes.tip} number`}>
      <SumLines lines={needLines({ ...need, needBytes: need.bytes })} />
      <p className={classes.source}>
        {sourceWords[need.source]}
        {isOfBuffers && ' Compared without program and driver, which no engine logs.'}
      </p>
    </div>
  )
}
