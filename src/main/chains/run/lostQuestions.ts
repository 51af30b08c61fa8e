/**
 * Questions in the middle of which a server was lost. Once is the server's doing; a question that loses it again is itself at fault.
 * Suspects are asked one at a time, so that nobody is blamed for what was asked beside.
 */
import type { ChainShape } from './chainShape.ts'
import type { RunControl } from './runControl.ts'
import type { RunPlanning } from './runPlanning.ts'
import type { RunState } from './runState.ts'

export interface LostQuestions {
  /** One more server: how many this question has lost by now. */
  lost(question: Question): number
  /** So many as the settings say, but suspects alone. */
  itemsAtOnce(): number
  /** Between two items: without suspects there may be more at once again. */
  look(): void
}

interface Question {
  item: number
  stepId: string
  /** Asked of another model it is another question. */
  isFallback: boolean
}

interface LostQuestionsDeps {
  shape: Pick<ChainShape, 'placeOf'>
  state: Pick<RunState, 'isWaiting'>
  planning: Pick<RunPlanning, 'isFallback'>
  control: Pick<RunControl, 'want'>
  itemsAtOnce: () => number
}

export function createLostQuestions({ shape, state, planning, control, ...deps }: LostQuestionsDeps): LostQuestions {
  const suspects = new Map<string, Question & { times: number }>()
  let isAlone = false

  function isOpen({ item, stepId, isFallback }: Question): boolean {
    const place = shape.placeOf.get(stepId)
    return place !== undefined && state.isWaiting(item, place) && planning.isFallback(item, place) === isFallback
  }
  const hasSuspects = (): boolean => [...suspects.values()].some(isOpen)

  return {
    lost({ item, stepId, isFallback }) {
      const key = `${item}/${isFallback}/${stepId}`
      const times = (suspects.get(key)?.times ?? 0) + 1
      suspects.set(key, { item, stepId, isFallback, times })
      return times
    },
    itemsAtOnce() {
      isAlone = hasSuspects()
      return isAlone ? 1 : deps.itemsAtOnce()
    },
    look() {
      if (isAlone && deps.itemsAtOnce() > 1 && !hasSuspects()) control.want(null)
    }
  }
}
