/** What a model on disk would take: by part, how surely that is known, whether it fits, and the same for any other context. */
import { Button, Slider } from '@mantine/core'
import { useState } from 'react'
import type { Prediction } from '../../../../../shared/fit.ts'
import type { Model } from '../../../../../shared/model.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'
import { Fact, Facts } from '../../../components/Facts.tsx'
import { HoverTip } from '../../../components/HoverTip.tsx'
import { formatBytesFine, formatCount } from '../../../lib/format.ts'
import { useModelColour } from '../../../stores/colourStore.ts'
import { FitTip } from '../FitSum.tsx'
import { needValue, partLines } from '../sumLines.ts'
import { fitWords, isRefused, sourceWords, tokenWords } from '../fitWords.ts'
import { loadOrAsk } from '../loadOrAsk.ts'
import { useHost } from '../modelHooks.ts'
import { usePlanning } from '../usePlanning.ts'
import { useAskedPrediction, usePrediction } from '../usePrediction.ts'
import { contextStops, stopAt } from './contextStops.ts'
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
        <span className={classes[tone]}>{words}</span>
        {detail !== null && <span className={classes.detail}>{detail}</span>}
      </HoverTip>
    </p>
  )
}

interface ContextChoiceProps {
  stops: readonly number[]
  length: number
  onChange: (length: number) => void
}

function ContextChoice({ stops, length, onChange }: ContextChoiceProps) {
  const at = stopAt(stops, length)
  return (
    <div className={classes.context}>
      <div className={`${classes.contextWords} number`}>
        <span>Context</span>
        <span>{tokenWords(length)}</span>
      </div>
      <Slider
        size="xs"
        min={0}
        max={stops.length - 1}
        step={1}
        value={at}
        label={null}
        thumbLabel="Context"
        thumbValueText={tokenWords(length)}
        onChange={(index) => onChange(stops[index] ?? length)}
      />
      <div className={`${classes.ends} number`} aria-hidden>
        <span>{formatCount(stops[0] ?? null)}</span>
        <span>{formatCount(stops.at(-1) ?? null)}</span>
      </div>
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
  if (prediction === null) return <OnDisk model={model} />
  return (
    <>
      <Parts model={model} prediction={prediction} />
      <Verdict prediction={prediction} />
      {maxContextLength !== null && length !== null && (
        <ContextChoice
          stops={contextStops(maxContextLength, usual?.contextLength ?? null)}
          length={length}
          onChange={setChosen}
        />
      )}
      {length !== null && model.state !== 'absent' && (
        <Button
          fullWidth
          className={classes.load}
          disabled={host?.status === 'down'}
          onClick={() => loadOrAsk(model.id, chosen === null ? undefined : { ...prediction, contextLength: length })}
          {...planning}
        >
          Load with {tokenWords(length)}
          {isRefused(prediction) ? '…' : ''}
        </Button>
      )}
    </>
  )
}
