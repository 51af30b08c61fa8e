/** What follows from a step that ended, for its item: written down in one piece, and only then told. */
import type { Step } from '../../../shared/chain.ts'
import { toErrorInfo, type ErrorInfo } from '../../../shared/errors.ts'
import type { StepStatus, StepTexts } from '../../../shared/run.ts'
import type { ItemEnd, RunStore } from '../../storage/runStore.ts'
import type { ChainShape } from './chainShape.ts'
import { itemResult } from './itemResult.ts'
import type { RunState } from './runState.ts'
import type { StepStop, StopOf } from './stepStop.ts'
import { lettersOf, newStepTexts } from './stepTexts.ts'

export interface RunRecorder {
  /** The item ends with it where a stop condition holds; where that cannot be told, the step has failed. */
  answered(place: number, texts: StepTexts): void
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
  stopOf: StepStop
  /** All that moved, once it is on disk. */
  onRecorded: (steps: readonly StepTexts[], end: ItemEnd | null) => void
}

export function createRunRecorder({ shape, state, store, runId, stopOf, onRecorded }: RecorderDeps): RunRecorder {
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

  /** With an output; `stop`: the item ends with it. */
  function putOut(place: number, texts: StepTexts, stop: StopOf | null): void {
    const { item, status } = texts
    state.setStep(item, place, status)
    if (stop === null) return goOn(item, [texts])
    record([texts, ...leaveOut(item, placesLeft(item))], { item, status: 'stopped', error: null, ...stop })
  }

  function gaveUp(place: number, texts: StepTexts, error: ErrorInfo): void {
    const { item } = texts
    const step = shape.steps[place]
    if (!step) return
    const { then, defaultText } = step.onError
    if (then === 'default') {
      const own = { ...as(texts, 'defaulted', defaultText), error }
      return putOut(place, own, tryStop(step, own).stop)
    }
    if (then === 'skip') {
      state.setStep(item, place, 'skipped')
      const own = { ...as(texts, 'skipped', ''), error }
      return goOn(item, [own, ...leaveOut(item, shape.followers[place] ?? [])])
    }
    state.setStep(item, place, 'failed')
    const steps = [{ ...texts, status: 'failed' as const, error }, ...leaveOut(item, placesLeft(item))]
    record(steps, { item, status: 'failed', reason: null, error, finalOutput: null })
  }

  /** `error`: a condition's pattern or final output is at fault. */
  function tryStop(step: Step, texts: StepTexts): { stop: StopOf | null; error: ErrorInfo | null } {
    try {
      return { stop: stopOf(step, texts), error: null }
    } catch (thrown) {
      const error = toErrorInfo(thrown)
      if (error.code === 'storage_failed') throw thrown
      return { stop: null, error }
    }
  }

  return {
    answered(place, texts) {
      const step = shape.steps[place]
      if (!step) return
      const { stop, error } = tryStop(step, texts)
      if (error === null) putOut(place, texts, stop)
      else gaveUp(place, texts, error)
    },
    gaveUp,
    tidy(item) {
      if (!state.hasEnded(item) && placesLeft(item).length === 0) goOn(item, [])
    }
  }
}
