/** One model in the list: 50 px, everything in its column, re-rendered only when this model changes. */
import { memo, useState } from 'react'
import type { Model } from '../../../../shared/model.ts'
import { ColourSquare } from '../../components/ColourSquare.tsx'
import { HoverTip } from '../../components/HoverTip.tsx'
import { MiddleText } from '../../components/MiddleText.tsx'
import tones from '../../components/tones.module.css'
import { useNow } from '../../lib/useNow.ts'
import { useModelColour } from '../../stores/colourStore.ts'
import { isResident, useModelStore } from '../../stores/modelStore.ts'
import { RowFitTip } from './FitSum.tsx'
import { ModelBytes } from './ModelBytes.tsx'
import { useAnswerWait, useHost, useKeptUntil, useWaitingFor } from './modelHooks.ts'
import classes from './ModelRow.module.css'
import { chipsOf, factsOf, stateWords } from './modelWords.ts'
import { RowAction } from './RowAction.tsx'
import { RowMenu } from './RowMenu.tsx'
import { selectModel } from './showModel.ts'
import { useRowFit } from './usePrediction.ts'

interface ModelRowProps {
  rowKey: string
  isSelected: boolean
  /** Said in the facts where most models of the list are another host's. */
  isHostNamed: boolean
}

function StateCell({ model }: { model: Model }) {
  const isCounting = model.state === 'loading' || model.state === 'unloading' || model.unloadsAt !== null
  const now = useNow(isCounting)
  const host = useHost(model.id.hostId)
  const fit = useRowFit(model.id)
  const waitingFor = useWaitingFor(model)
  const wait = useAnswerWait(model.state === 'loading' ? model.operationId : null)
  const keptUntil = useKeptUntil(model.keptBy)
  const { tone, words, aside, detail } = stateWords(model, { now, host, fit, keptUntil, wait, waitingFor })
  const lines = (
    <>
      <span className={`${classes.line} truncate ${tone === null ? '' : tones[tone]}`}>
        {words}
        {aside !== null && <span className={classes.aside}> {aside}</span>}
      </span>
      {detail !== null && (
        <span
          className={`${classes.line} ${classes.second} truncate`}
          title={model.keptBy === null && wait === null ? undefined : detail}
        >
          {detail}
        </span>
      )}
    </>
  )
  const isJudged = fit !== null && model.state === 'unloaded' && host?.status !== 'down'
  return (
    <div role="gridcell" className={`${classes.state} number`}>
      {isJudged ? <HoverTip content={() => <RowFitTip id={model.id} />}>{lines}</HoverTip> : lines}
    </div>
  )
}

function NameCell({ model, isHostNamed }: { model: Model; isHostNamed: boolean }) {
  const host = useHost(model.id.hostId)
  const now = useNow(false)
  const facts = factsOf(model, isHostNamed ? (host?.name ?? model.id.hostId) : null, now)
  return (
    <div role="gridcell" className={classes.name}>
      <div className={classes.first}>
        <span className={`${classes.title} data`}>
          <MiddleText text={model.id.name} />
        </span>
        {chipsOf(model).map((chip) => (
          <span key={chip} className={classes.chip}>
            {chip}
          </span>
        ))}
      </div>
      {facts !== '' && <div className={`${classes.second} truncate data number`}>{facts}</div>}
    </div>
  )
}

function FailureCell({ model }: { model: Model }) {
  if (model.state !== 'failed' || model.error === null) return null
  return (
    <div role="gridcell" className={`${classes.failure} data`}>
      {model.error.message} {model.error.hint}
    </div>
  )
}

export const ModelRow = memo(function ModelRow({ rowKey, isSelected, isHostNamed }: ModelRowProps) {
  const model = useModelStore((mirror) => mirror.byKey[rowKey])
  const { colour } = useModelColour(rowKey)
  const host = useHost(model?.id.hostId ?? '')
  const [isMenuOpen, setIsMenuOpen] = useState(false)
  if (!model) return null
  const tabIndex = isSelected ? 0 : -1
  return (
    <div
      role="row"
      className={`${classes.row} ${isSelected ? classes.selected : ''} ${model.state === 'failed' ? classes.failed : ''}`}
      aria-label={model.id.name}
      aria-selected={isSelected}
      tabIndex={tabIndex}
      data-key={rowKey}
      onClick={() => selectModel(rowKey)}
      onContextMenu={(event) => {
        event.preventDefault()
        setIsMenuOpen(true)
      }}
    >
      <div role="gridcell" className={classes.square}>
        <ColourSquare
          colour={colour}
          isFilled={isResident(model)}
          isFaded={model.state === 'loading' || model.state === 'unloading'}
        />
      </div>
      <NameCell model={model} isHostNamed={isHostNamed} />
      <div role="gridcell" className={`${classes.bytes} data number`}>
        <ModelBytes model={model} colour={colour} />
      </div>
      <StateCell model={model} />
      <div role="gridcell">
        <ActionCell model={model} tabIndex={tabIndex} />
      </div>
      <div role="gridcell">
        <RowMenu model={model} host={host} isOpened={isMenuOpen} tabIndex={tabIndex} onChange={setIsMenuOpen} />
      </div>
      <FailureCell model={model} />
    </div>
  )
})

function ActionCell({ model, tabIndex }: { model: Model; tabIndex: number }) {
  const host = useHost(model.id.hostId)
  return <RowAction model={model} host={host} tabIndex={tabIndex} />
}
