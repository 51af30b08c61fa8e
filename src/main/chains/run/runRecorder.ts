/** What follows from a step that ended, for its item: written down in one piece, and only then told. */
import type { ErrorInfo } from '../../../shared/errors.ts'
import type { StepStatus, StepTexts } from '../../../shared/run.ts'
import type { ItemEnd, RunStore } from '../../storage/runStore.ts'
import type { ChainShape } from './chainShape.ts'
import { itemResult } from './itemResult.ts'
import type { RunState } from './runState.ts'
import { lettersOf, newStepTexts } from './stepTexts.ts'

export interface StopOf {
  reason: string
  finalOutput: string
}

export interface RunRecorder {
  /** `stop`: a condition held, and the item ends with it. */
  answered(place: number, texts: StepTexts, stop: StopOf | null): void
  /** Nothing helped: what the step's policy says is done. */
  gaveUp(place: number, texts: StepTexts, error: ErrorInfo): void
  /** Its steps have all ended, and nobody has written down how the item did. */
  tidy(item: number): void
}

interface RecorderDeps {
  shape: ChainShape
  state: RunState
  store: Pick<RunStore, 'record' | 'output' | 'step'>
  runId: string
  /** All that moved, once it is on disk. */
  onRecorded: (steps: readonly StepTexts[], end: ItemEnd | null) => void
}

export function createRunRecorder({ shape, state, store, runId, onRecorded }: RecorderDeps): RunRecorder {
  const placesLeft = (item: number): number[] =>
    shape.steps.flatMap((_, place) => {
      const status = state.step(item, place)
      return status === 'waiting' || status === 'running' ? [place] : []
    })

  function leaveOut(item: number, places: readonly number[]): StepTexts[] {
    return places.flatMap((place) => {
      const step = shape.steps[place]
      if (!step || !placesLeft(item).includes(place)) return []
      state.setStep(item, place, 'skipped')
      return [newStepTexts(item, step.id, 'skipped')]
    })
  }

  function record(steps: readonly StepTexts[], end: ItemEnd | null): void {
    store.record(runId, steps, end)
    if (end !== null) state.setItem(end.item, end.status)
    onRecorded(steps, end)
  }

  /** The item is at its end where no step of it is left. */
  function goOn(item: number, steps: readonly StepTexts[]): void {
    if (placesLeft(item).length > 0) return record(steps, null)
    const news = new Map(steps.map(({ stepId, text, error }) => [stepId, { text, error }]))
    record(steps, itemResult({ shape, state, store, runId, item, news }))
  }

  function as(texts: StepTexts, status: StepStatus, text: string): StepTexts {
    return { ...texts, status, text, letters: lettersOf(text) }
  }

  return {
    answered(place, texts, stop) {
      const { item } = texts
      state.setStep(item, place, 'done')
      if (stop === null) return goOn(item, [texts])
      const { reason, finalOutput } = stop
      record([texts, ...leaveOut(item, placesLeft(item))], {
        item,
        status: 'stopped',
        reason,
        error: null,
        finalOutput
      })
    },
    gaveUp(place, texts, error) {
      const { item } = texts
      const step = shape.steps[place]
      if (!step) return
      const { then, defaultText } = step.onError
      if (then === 'default') {
        state.setStep(item, place, 'defaulted')
        return goOn(item, [{ ...as(texts, 'defaulted', defaultText), error }])
      }
      if (then === 'skip') {
        state.setStep(item, place, 'skipped')
        const own = { ...as(texts, 'skipped', ''), error }
        return goOn(item, [own, ...leaveOut(item, shape.followers[place] ?? [])])
      }
      state.setStep(item, place, 'failed')
      const steps = [{ ...texts, status: 'failed' as const, error }, ...leaveOut(item, placesLeft(item))]
      record(steps, { item, status: 'failed', reason: null, error, finalOutput: null })
    },
    tidy(item) {
      if (!state.hasEnded(item) && placesLeft(item).length === 0) goOn(item, [])
    }
  }
}
