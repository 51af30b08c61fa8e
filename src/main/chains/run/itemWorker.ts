/** Items of one action, some side by side, each through the steps of the action that it still needs. */
import type { Step } from '../../../shared/chain.ts'
import type { StepTexts } from '../../../shared/run.ts'
import type { ChainShape } from './chainShape.ts'
import type { StepSetup } from '../outlook/outlook.ts'
import type { RunControl } from './runControl.ts'
import type { RunModels } from './runModels.ts'
import type { RunRecorder } from './runRecorder.ts'
import type { RunState } from './runState.ts'
import type { StepPrompts } from './stepPrompt.ts'
import type { StepOutcome, StepWish } from './stepRunner.ts'
import { newStepTexts } from './stepTexts.ts'

export interface ItemWorkerDeps {
  shape: ChainShape
  state: RunState
  models: RunModels
  recorder: RunRecorder
  prompts: StepPrompts
  control: RunControl
  ask: (wish: StepWish) => Promise<StepOutcome>
  live: LiveSteps
  itemsAtOnce: () => number
  /** Every item is asked its fallback for this step. */
  isFallback: (item: number, place: number) => boolean
  /** Resolves when this model is ready, where it is being loaded beside. */
  prefetched: (setup: StepSetup) => Promise<void>
  onAnswered: (place: number, texts: StepTexts, answerMs: number) => void
  onMoved: (step: StepTexts) => void
  onText: (item: number, stepId: string, text: string) => void
  /** Between two items: others may want their turn. */
  betweenItems: () => void
}

/** What is under way just now. */
export interface LiveSteps {
  begin(texts: StepTexts): void
  end(texts: StepTexts): void
  get(item: number, stepId: string): StepTexts | null
  list(): StepTexts[]
}

export function createLiveSteps(): LiveSteps {
  const live = new Map<string, StepTexts>()
  const keyOf = ({ item, stepId }: Pick<StepTexts, 'item' | 'stepId'>): string => `${item}/${stepId}`
  return {
    begin: (texts) => void live.set(keyOf(texts), texts),
    end: (texts) => void live.delete(keyOf(texts)),
    get: (item, stepId) => live.get(keyOf({ item, stepId })) ?? null,
    list: () => [...live.values()]
  }
}

export interface RunSpan {
  places: readonly number[]
  firstItem: number
  lastItem: number
  isOne: (item: number) => boolean
  setups: ReadonlyMap<string, StepSetup>
  /** It is the next one's turn. */
  onItem: (item: number) => void
}

export function createItemWorker(deps: ItemWorkerDeps): (span: RunSpan) => Promise<void> {
  const { shape, state, models, recorder, control, live } = deps

  function isDue(item: number, place: number): boolean {
    if (!state.isWaiting(item, place)) return false
    return (shape.after[place] ?? []).every((before) => {
      const status = state.step(item, before)
      return status === 'done' || status === 'defaulted'
    })
  }

  async function runStep(
    item: number,
    place: number,
    step: Step,
    setup: StepSetup,
    signal: AbortSignal
  ): Promise<void> {
    if (!models.isReady(setup)) await deps.prefetched(setup)
    if (!models.isReady(setup)) return control.want(`${setup.modelId.name} was not in memory any more`)
    if (control.isHalted()) return
    models.keep(setup.modelId)
    const isFallback = deps.isFallback(item, place)
    const texts = newStepTexts(item, step.id, 'running')
    live.begin(texts)
    state.setStep(item, place, 'running')
    state.setItem(item, 'running')
    try {
      const outcome = await deps.ask({
        step,
        item,
        setup,
        isFallback,
        write: () => deps.prompts.write(item, step),
        signal,
        live: texts,
        onText: (text) => deps.onText(item, step.id, text),
        onMoved: () => deps.onMoved(texts)
      })
      conclude(place, step, texts, isFallback, outcome)
    } catch (error) {
      forget(item, place, texts)
      throw error
    } finally {
      live.end(texts)
      if (!state.hasEnded(item)) state.setItem(item, 'waiting')
    }
  }

  function forget(item: number, place: number, texts: StepTexts): void {
    state.setStep(item, place, 'waiting')
    deps.onMoved(newStepTexts(item, texts.stepId, 'waiting'))
  }

  function conclude(place: number, step: Step, texts: StepTexts, isFallback: boolean, outcome: StepOutcome): void {
    const { item } = texts
    if (outcome.kind === 'lost') {
      forget(item, place, texts)
      return control.want(`${texts.modelId?.name ?? 'A model'} was unloaded while it answered`)
    }
    if (outcome.kind === 'failed') {
      if (step.onError.fallbackModel === null || isFallback || outcome.isPrompts) {
        return recorder.gaveUp(place, outcome.texts, outcome.error)
      }
      forget(item, place, texts)
      return state.takeFallback(item, place)
    }
    recorder.answered(place, outcome.texts)
    deps.onAnswered(place, outcome.texts, outcome.answerMs)
  }

  async function runItem(item: number, { places, setups }: RunSpan, signal: AbortSignal): Promise<void> {
    for (const place of places) {
      const step = shape.steps[place]
      const setup = step && setups.get(step.id)
      if (control.isHalted() || signal.aborted) return
      if (step && setup && isDue(item, place)) await runStep(item, place, step, setup, signal)
    }
  }

  return async (span) => {
    const { places, firstItem, lastItem, isOne, onItem } = span
    let next = firstItem
    const take = (): number | null => {
      while (next <= lastItem) {
        const item = next++
        if (isOne(item) && places.some((place) => isDue(item, place))) return item
      }
      return null
    }
    const failing = new AbortController()
    const signal = AbortSignal.any([control.signal, failing.signal])
    const work = async (): Promise<void> => {
      while (!control.isHalted() && !signal.aborted) {
        const item = take()
        if (item === null) return
        onItem(item)
        await runItem(item, span, signal)
        deps.betweenItems()
      }
    }
    const count = Math.max(1, Math.min(deps.itemsAtOnce(), lastItem - firstItem + 1))
    const workers = Array.from({ length: count }, () =>
      work().catch((error: unknown) => {
        // The others must not go on behind the back of a run that has ended.
        failing.abort(error)
        throw error
      })
    )
    const ends = await Promise.allSettled(workers)
    control.signal.throwIfAborted()
    if (failing.signal.aborted) throw failing.signal.reason
    const bad = ends.find((end) => end.status === 'rejected')
    if (bad) throw bad.reason
  }
}
