/** What keeps a chain from running on this machine, or should be known before it does, each with the step that it is about. Pure. */
import { formatBytes, formatNeed } from '../../../shared/byteWords.ts'
import { formatProblems } from '../../../shared/formatProblems.ts'
import type { Chain, ChainProblem, Step } from '../../../shared/chain.ts'
import type { ModelId } from '../../../shared/model.ts'
import type { Resident } from '../../models/resident.ts'
import type { AskedModel } from './askedModel.ts'
import type { Window } from './contextWindow.ts'
import { budgetOf, heldIn, mainPool, besidePool, othersThan, type RoomScene } from './outlookRoom.ts'
import { formatCount } from '../prompt/promptCuts.ts'

type Place = Pick<ChainProblem, 'stepId' | 'field' | 'isBlocking'>

function problem(place: Place, message: string): ChainProblem {
  return { ...place, message, start: null, end: null }
}

type Find = (id: ModelId) => { problem: string | null }

/** Of models that steps and fallbacks name and that cannot be asked. */
export function modelProblems(chain: Pick<Chain, 'steps'>, find: Find): ChainProblem[] {
  const steps = chain.steps.flatMap((step) => {
    const why = step.model === null ? null : find(step.model).problem
    return why === null
      ? []
      : [problem({ stepId: step.id, field: 'model', isBlocking: true }, `${called(step)}: ${why}`)]
  })
  return [...steps, ...fallbackProblems(chain, find)]
}

type Refusal = (id: ModelId | null, schema: Record<string, unknown>) => string | null

/** Of JSON schemas that would be refused only after their model was loaded, once for every item. */
export function schemaProblems(chain: Pick<Chain, 'steps'>, refusal: Refusal): ChainProblem[] {
  return chain.steps.flatMap((step) => {
    const { output, model, onError } = step
    const isToldAlready = formatProblems(step, '').some(({ isBlocking }) => isBlocking)
    if (output.format !== 'json' || output.schema === null || isToldAlready) return []
    const why = refusal(model, output.schema)
    if (why !== null)
      return [problem({ stepId: step.id, field: 'output', isBlocking: true }, `${called(step)}: ${why}`)]
    const later = onError.fallbackModel && refusal(onError.fallbackModel, output.schema)
    return later === null ? [] : [fallbackProblem(step, later)]
  })
}

/** Warnings: the fallback is asked only when the model fails. */
function fallbackProblems(chain: Pick<Chain, 'steps'>, find: Find): ChainProblem[] {
  return chain.steps.flatMap((step) => {
    const { fallbackModel } = step.onError
    const why = fallbackModel === null ? null : find(fallbackModel).problem
    return why === null ? [] : [fallbackProblem(step, why)]
  })
}

function fallbackProblem(step: Step, why: string): ChainProblem {
  const place: Place = { stepId: step.id, field: 'error', isBlocking: false }
  return problem(place, `${called(step)} could not be asked of its fallback: ${why}`)
}

export function noRoom(step: Step, asked: AskedModel, staying: readonly Resident[], scene: RoomScene): ChainProblem {
  return problem({ stepId: step.id, field: 'model', isBlocking: true }, noRoomWords(asked, staying, scene))
}

/** "qwen2.5:72b needs about 47.4 GB, the budget is 22.4 GB: 25.0 GB too much. Choose a smaller model." */
function noRoomWords(asked: AskedModel, staying: readonly Resident[], scene: RoomScene): string {
  const { id, needBytes, needSource, pool } = asked
  const others = othersThan(asked, staying)
  const names = others.map((other) => other.id.name).join(', ')
  const letGo = `Unload or unpin ${others.length === 1 ? 'it' : 'one of them'}, or allow more models in Settings.`
  if (others.length >= scene.maxLoadedModels) {
    const most = scene.maxLoadedModels === 1 ? 'only one model' : `only ${scene.maxLoadedModels} models`
    return `${id.name} cannot be loaded: ${names} stay${others.length === 1 ? 's' : ''} in memory, and ${most} may be loaded at once. ${letGo}`
  }
  const pools = pool === mainPool && scene.room.hasCards ? [mainPool, besidePool] : [pool ?? mainPool]
  const budgetBytes = pools.reduce((sum, each) => sum + (budgetOf(each, scene) ?? 0), 0)
  const heldBytes = pools.reduce(
    (sum, each) => sum + others.reduce((held, other) => held + (heldIn(other, each, scene) ?? 0), 0),
    0
  )
  const over = formatBytes((needBytes ?? 0) + heldBytes - budgetBytes)
  const next = heldBytes === 0 ? 'Choose a smaller model.' : `Unload or unpin ${names}, or choose a smaller model.`
  const beside =
    heldBytes === 0 ? '' : `, and ${names} (${formatBytes(heldBytes)}) stay${others.length === 1 ? 's' : ''}`
  return `${id.name} needs ${formatNeed(needBytes, needSource)}, the budget is ${formatBytes(budgetBytes)}${beside}: ${over} too much. ${next}`
}

/** A step that says how much context it wants is told when it gets less. */
export function narrowWindow(step: Step, { windowTokens, windowLimitedBy }: Window): ChainProblem[] {
  const { contextLength } = step
  if (contextLength === null || windowTokens === null || windowTokens >= contextLength) return []
  const why = {
    memory: 'more does not fit the memory',
    setting: 'the settings allow no more',
    model: 'its model can no more',
    step: 'it says so'
  }[windowLimitedBy ?? 'step']
  return [
    problem(
      { stepId: step.id, field: 'context', isBlocking: false },
      `${called(step)} has ${formatCount(windowTokens)} of the ${formatCount(contextLength)} tokens of context that it asks for: ${why}.`
    )
  ]
}

export function partlyBeside(step: Step, { id, spilledBytes }: AskedModel): ChainProblem[] {
  if (spilledBytes === 0) return []
  return [
    problem(
      { stepId: step.id, field: 'model', isBlocking: false },
      `${formatBytes(spilledBytes)} of ${id.name} will lie in memory beside the graphics card: its answers are slower.`
    )
  ]
}

function called({ name }: Step): string {
  return name.trim() === '' ? 'A step without a name' : `“${name}”`
}
