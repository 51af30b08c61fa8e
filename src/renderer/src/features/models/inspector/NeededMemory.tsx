/** What a model on disk would take: by part, how surely that is known, whether it fits, and the same for any other context. */
import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Prediction } from '../../../../../shared/fit.ts'
import type { Model } from '../../../../../shared/model.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'
import { Fact, Facts } from '../../../components/Facts.tsx'
import { HoverTip } from '../../../components/HoverTip.tsx'
import tones from '../../../components/tones.module.css'
import { loadModel } from '../../../actions/modelActions.ts'
import { formatBytesFine, formatCount } from '../../../lib/format.ts'
import { useModelColour } from '../../../stores/colourStore.ts'
import { ContextSlider } from '../../memory/whatIf/ContextSlider.tsx'
import { FitTip } from '../FitSum.tsx'
import { needValue, partLines } from '../sumLines.ts'
import { fitWords, isRefused, sourceWords, tokenWords } from '../fitWords.ts'
import { loadOrAsk } from '../loadOrAsk.ts'
import { useHost } from '../modelHooks.ts'
import { usePlanning } from '../usePlanning.ts'
import { useAskedPrediction, usePrediction } from '../usePrediction.ts'
import classes from './Memory.module.css'
import { PartsBar } from './PartsBar.tsx'

function Parts({ model, prediction }: { model: Model; prediction: Prediction }) {
  const { colour } = useModelColour(modelKey(model.id))
  const { parts, contextLength, source } = prediction
  const lines = partLines(parts, contextLength)
  return (
    <>
      {lines.length > 0 && (
        <PartsBar isPlanned colour={colour} parts={parts.map(({ kind, bytes }) => ({ label: kind, bytes }))} />
      )}
      <Facts>
        {lines.map(({ label, value }) => (
          <Fact key={label} label={label}>
            {value}
          </Fact>
        ))}
        <Fact label="Would take" isStrong>
          {needValue(prediction)}
        </Fact>
        <Fact label="On disk">{formatBytesFine(model.sizeBytes)}</Fact>
      </Facts>
      {source !== null && <p className={classes.note}>{sourceWords[source]}</p>}
    </>
  )
}

function OnDisk({ model }: { model: Model }) {
  return (
    <Facts>
      <Fact label="On disk">{formatBytesFine(model.sizeBytes)}</Fact>
    </Facts>
  )
}

function Verdict({ prediction }: { prediction: Prediction }) {
  const { tone, words, detail } = fitWords(prediction)
  return (
    <p className={classes.verdict}>
      <HoverTip content={() => <FitTip prediction={prediction} />}>
        <span className={tones[tone]}>{words}</span>
        {detail !== null && <span className={classes.detail}>{detail}</span>}
      </HoverTip>
    </p>
  )
}

interface ContextChoiceProps {
  model: Model
  maxContextLength: number
  length: number
  usual: number | null
  onChange: (length: number) => void
}

function ContextChoice({ model, maxContextLength, length, usual, onChange }: ContextChoiceProps) {
  return (
    <div className={classes.context}>
      <div className={`${classes.contextWords} number`}>
        <span>Context</span>
        <span>
          {formatCount(length)} of {tokenWords(maxContextLength)}
        </span>
      </div>
      <ContextSlider
        name={model.id.name}
        contextLength={length}
        maxContextLength={maxContextLength}
        others={[usual]}
        largestContextLength={null}
        onChange={onChange}
      />
    </div>
  )
}

/** Drawn anew for each model: what was chosen for one says nothing of another. */
export function NeededMemory({ model }: { model: Model }) {
  const host = useHost(model.id.hostId)
  const usual = usePrediction(model.id)
  const [chosen, setChosen] = useState<number | null>(null)
  const { prediction, isAsking } = useAskedPrediction(model.id, chosen)
  const planning = usePlanning(modelKey(model.id), isAsking ? null : prediction)
  const length = chosen ?? usual?.contextLength ?? null
  const { maxContextLength } = model
  if (usual === null && prediction === null) return <OnDisk model={model} />
  const load = (): void => {
    if (chosen === null) loadOrAsk(model.id)
    // Of this context nothing is known yet: the core says whether it has to be asked about.
    else if (prediction === null || isAsking) void loadModel(model.id, { contextLength: chosen })
    else loadOrAsk(model.id, { ...prediction, contextLength: chosen })
  }
  return (
    <>
      {prediction === null ? <OnDisk model={model} /> : <Parts model={model} prediction={prediction} />}
      {prediction !== null && <Verdict prediction={prediction} />}
      {maxContextLength !== null && length !== null && (
        <ContextChoice
          model={model}
          maxContextLength={maxContextLength}
          length={length}
          usual={usual?.contextLength ?? null}
          onChange={setChosen}
        />
      )}
      {length !== null && model.state !== 'absent' && (
        <Button fullWidth className={classes.load} disabled={host?.status === 'down'} onClick={load} {...planning}>
          Load with {tokenWords(length)}
          {isRefused(prediction) ? '…' : ''}
        </Button>
      )}
    </>
  )
}
