/** Runs the chain on the canvas: what it runs on is asked first. */
import { Button } from '@mantine/core'
import { openInputs } from '../inputs/inputsStore.ts'
import { runLabel } from '../inputs/inputWords.ts'
import { saveNow } from './autosave.ts'
import { useChainDocument } from './chainDocument.ts'
import classes from './Builder.module.css'
import { useChainOutlook, wishPlan } from './chainOutlookStore.ts'

function runOpenChain(): void {
  void saveNow()
  const { chain } = useChainDocument.getState()
  const { input, order, autoUnload } = useChainOutlook.getState()
  if (chain === null) return
  openInputs({ chain, choice: { input, order, autoUnload }, onChange: wishPlan })
}

export function RunButton() {
  const isEmpty = useChainDocument(({ chain }) => chain?.steps.length === 0)
  const input = useChainOutlook((outlook) => outlook.input)
  return (
    <Button variant="filled" className={classes.run} disabled={isEmpty} onClick={runOpenChain}>
      {input === null ? 'Run…' : `${runLabel(input)}…`}
    </Button>
  )
}
