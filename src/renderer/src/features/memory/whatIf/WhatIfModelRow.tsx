/** One model of the panel: a tick in its colour, its bytes, and where it is ticked its context. */
import { UnstyledButton } from '@mantine/core'
import { memo, type CSSProperties } from 'react'
import type { WhatIfModel } from '../../../../../shared/fit.ts'
import type { Model } from '../../../../../shared/model.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'
import { MiddleText } from '../../../components/MiddleText.tsx'
import { formatBytes, formatCount } from '../../../lib/format.ts'
import { useModelColour } from '../../../stores/colourStore.ts'
import { needWords, sourceWords } from '../../models/fitWords.ts'
import { useHeldBytes } from '../../models/modelHooks.ts'
import { usePrediction } from '../../models/usePrediction.ts'
import { ContextSlider } from './ContextSlider.tsx'
import { contextOf } from './whatIfModels.ts'
import { withContext, withTick } from './whatIfChoice.ts'
import { choose, useWhatIfStore } from './whatIfStore.ts'
import { asideWords } from './whatIfWords.ts'
import classes from './WhatIfModelRow.module.css'

interface WhatIfModelRowProps {
  model: Model
  /** What the core said of it with the others; null where it was not asked. */
  answered: WhatIfModel | null
  isOver: boolean
}

export const WhatIfModelRow = memo(function WhatIfModelRow({ model, answered, isOver }: WhatIfModelRowProps) {
  const key = modelKey(model.id)
  const isTicked = useWhatIfStore(({ choice }) => choice.ticked[key] === true)
  return (
    <li className={`${classes.row} ${isTicked ? classes.ticked : ''}`}>
      <Head model={model} answered={answered} isTicked={isTicked} />
      {isTicked && <Context model={model} answered={answered} isOver={isOver} />}
    </li>
  )
})

function Head({ model, answered, isTicked }: Omit<WhatIfModelRowProps, 'isOver'> & { isTicked: boolean }) {
  const key = modelKey(model.id)
  const { colour, onColour } = useModelColour(key)
  const usual = usePrediction(model.id)
  const need = answered?.need
  const bytes = isTicked ? (need == null ? null : formatBytes(need.bytes)) : usual === null ? null : needWords(usual)
  const source = need?.source ?? usual?.source ?? null
  const plusMinus = need == null || need.plusMinusBytes === 0 ? '' : `± ${formatBytes(need.plusMinusBytes)}, `
  const style: CSSProperties & Record<`--${string}`, string> = { '--colour': colour, '--on-colour': onColour }
  return (
    <label className={classes.head} style={style}>
      <input
        type="checkbox"
        className={classes.tick}
        data-what-if={key}
        checked={isTicked}
        onChange={(event) => {
          const { checked } = event.currentTarget
          choose((choice) => withTick(choice, key, checked))
          // A model that is ticked moves to the top of the list; the focus goes with it, or the keyboard would be lost.
          setTimeout(() => refocus(key))
        }}
      />
      <span className={classes.name}>
        <MiddleText text={model.id.name} />
      </span>
      <span
        className={`${classes.bytes} data number`}
        title={source === null ? undefined : `${plusMinus}${sourceWords[source]}`}
      >
        {bytes ?? (isTicked && answered === null ? '…' : 'unknown')}
      </span>
    </label>
  )
}

function refocus(key: string): void {
  if (document.activeElement !== document.body) return
  document.querySelector<HTMLElement>(`[data-what-if=${JSON.stringify(key)}]`)?.focus({ preventScroll: true })
}

function Context({ model, answered, isOver }: WhatIfModelRowProps) {
  const key = modelKey(model.id)
  const chosen = useWhatIfStore(({ choice }) => contextOf(model, choice))
  const usual = usePrediction(model.id)?.contextLength ?? null
  const contextLength = chosen ?? answered?.contextLength ?? usual
  const max = answered?.maxContextLength ?? model.maxContextLength
  const largest = answered?.largestContextLength ?? null
  const setContext = (length: number): void => choose((choice) => withContext(choice, key, length))
  return (
    <>
      {contextLength !== null && max !== null && (
        <ContextSlider
          name={model.id.name}
          contextLength={contextLength}
          maxContextLength={max}
          others={[model.contextLength, usual]}
          largestContextLength={largest}
          onChange={setContext}
        />
      )}
      <div className={`${classes.context} number`}>
        <span>{contextWords(contextLength, max)}</span>
        {isOver && largest !== null && contextLength !== null && largest < contextLength ? (
          <UnstyledButton className={classes.fits} onClick={() => setContext(largest)}>
            fits up to {formatCount(largest)}
          </UnstyledButton>
        ) : (
          <Aside model={model} answered={answered} />
        )}
      </div>
    </>
  )
}

/** What happens to it now, else what it holds, else how its bytes were come by. */
function Aside({ model, answered }: Pick<WhatIfModelRowProps, 'model' | 'answered'>) {
  const heldBytes = useHeldBytes(model)
  if (model.state === 'loading' || model.state === 'unloading')
    return <span className={classes.busy}>{model.state}…</span>
  if (model.state === 'failed') return <span className={classes.failed}>failed to load</span>
  const words = asideWords(answered, model.contextLength, heldBytes)
  return words === null ? null : <span className={classes.source}>{words}</span>
}

function contextWords(contextLength: number | null, max: number | null): string {
  if (contextLength === null) return 'context unknown'
  if (max === null || max === contextLength) return `context ${formatCount(contextLength)}`
  return `context ${formatCount(contextLength)} of ${formatCount(max)}`
}
