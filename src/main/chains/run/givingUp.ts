/** Models that cannot be had: their steps wait for a host that is away, take another model, or end by their policy. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ErrorInfo } from '../../../shared/errors.ts'
import type { ChainShape } from './chainShape.ts'
import type { RunControl } from './runControl.ts'
import type { RunPlanning } from './runPlanning.ts'
import type { RunRecorder } from './runRecorder.ts'
import type { RunState } from './runState.ts'
import { newStepTexts } from './stepTexts.ts'
import type { WaitForHost } from './waitForHost.ts'

export interface GivingUp {
  /** True: the host of this step's model is away, and the run waits for it. */
  isAway(place: number, error: ErrorInfo): boolean
  /** Of some step on this model that has yet to run. */
  isModelAway(key: string, error: ErrorInfo): boolean
  /** Every step on this model ends by its policy, once: another model, or what is done without one. Those that wait for its host do not. */
  onModel(key: string, error: ErrorInfo): Promise<void>
  onStep(place: number, error: ErrorInfo): Promise<void>
}

interface GivingUpDeps {
  shape: ChainShape
  state: RunState
  planning: Pick<RunPlanning, 'placesOn' | 'modelOf' | 'fallbackOf' | 'takeFallback' | 'isOne' | 'isFallback'>
  recorder: Pick<RunRecorder, 'gaveUp'>
  control: Pick<RunControl, 'gate'>
  isAway: WaitForHost['isAway']
}

/** Items that end without being asked, before others have their turn in this process. */
const atOnce = 50

export function createGivingUp({ shape, state, planning, recorder, control, ...deps }: GivingUpDeps): GivingUp {
  const isAway = (place: number, error: ErrorInfo): boolean => {
    const id = state.todo(place) > 0 ? planning.modelOf(place) : null
    return id !== null && deps.isAway(id, planning.fallbackOf(place), error)
  }

  async function onStep(place: number, error: ErrorInfo): Promise<void> {
    const step = shape.steps[place]
    if (!step || planning.takeFallback(place)) return
    const modelId = planning.modelOf(place)
    for (let item = 0, ended = 0; item < state.itemCount; item++) {
      if (!planning.isOne(item) || !state.isWaiting(item, place)) continue
      const isFallback = planning.isFallback(item, place)
      recorder.gaveUp(place, { ...newStepTexts(item, step.id, 'failed'), modelId, isFallback, error }, error)
      ended += 1
      if (ended % atOnce === 0) await nextTurn()
      control.gate.throwIfAborted()
    }
  }

  return {
    isAway,
    isModelAway: (key, error) => planning.placesOn(key).some((place) => isAway(place, error)),
    async onModel(key, error) {
      for (const place of planning.placesOn(key)) if (!isAway(place, error)) await onStep(place, error)
    },
    onStep
  }
}
