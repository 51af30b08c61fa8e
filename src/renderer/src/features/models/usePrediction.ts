/** What a load is predicted to take: the mirror's word for the default context, the core's own answer for any other. */
import { useEffect, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Prediction } from '../../../../shared/fit.ts'
import type { ModelId } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { request } from '../../host/client.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'
import { useFitStore } from '../../stores/fitStore.ts'
import { isRefused, needWords, rowFitWords, type FitWords } from './fitWords.ts'

/** null where nothing is predicted: a model of another machine, or before the first answer. */
export function usePrediction(id: ModelId): Prediction | null {
  return useFitStore((mirror) => mirror.byKey[modelKey(id)] ?? null)
}

export interface RowFit extends FitWords {
  /** "about 14.2 GB"; null when unknown. */
  need: string | null
  needBytes: number | null
  isRefused: boolean
}

const rowFits = new WeakMap<Prediction, RowFit>()

/** Worked out once for each prediction, whoever asks. */
function rowFitOf(prediction: Prediction): RowFit {
  const known = rowFits.get(prediction)
  if (known) return known
  const { needBytes } = prediction
  const fit = { ...rowFitWords(prediction), need: needWords(prediction), needBytes, isRefused: isRefused(prediction) }
  rowFits.set(prediction, fit)
  return fit
}

/** What a row says of it. The sum behind it moves with every sample: only other words draw a row again. */
export function useRowFit(id: ModelId): RowFit | null {
  return useFitStore(
    useShallow((mirror) => {
      const prediction = mirror.byKey[modelKey(id)]
      return prediction === undefined ? null : rowFitOf(prediction)
    })
  )
}

export interface AskedPrediction {
  prediction: Prediction | null
  /** What is shown is of an earlier question. */
  isAsking: boolean
}

/** Who drags a slider asks for where it rests, not for all it passes. */
const restMs = 120

/** `contextLength` null: the default. The newest question wins, whatever the order of the answers. */
export function useAskedPrediction(id: ModelId, contextLength: number | null): AskedPrediction {
  const usual = usePrediction(id)
  const { hostId, name } = id
  const isUsual = contextLength === null || contextLength === usual?.contextLength
  const isConnected = useConnectionStore(({ connection }) => connection === 'open')
  const [answer, setAnswer] = useState<{ asked: number; prediction: Prediction | null } | null>(null)
  useEffect(() => {
    if (isUsual || !isConnected) return
    let isWanted = true
    const settle = (prediction: Prediction | null): void => {
      if (isWanted) setAnswer({ asked: contextLength, prediction })
    }
    const timer = setTimeout(() => {
      request('models.predict', { id: { hostId, name }, contextLength }).then(settle, () => settle(null))
    }, restMs)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
    // Asked again when the usual one changes: so has the room.
  }, [hostId, name, contextLength, isUsual, usual, isConnected])
  if (isUsual) return { prediction: usual, isAsking: false }
  return { prediction: answer === null ? usual : answer.prediction, isAsking: answer?.asked !== contextLength }
}
