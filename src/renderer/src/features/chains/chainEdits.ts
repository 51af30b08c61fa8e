/** Every change that the canvas and the inspector make to a chain. Pure: each gives a new chain, or the same one where nothing is to be done. */
import type { Chain, Step } from '../../../../shared/chain.ts'
import type { ModelId } from '../../../../shared/model.ts'
import { edgesOf, type ChainEdge } from '../../../../shared/chainGraph.ts'
import { renameStep } from '../../../../shared/renameStep.ts'
import { parseTemplate, type TemplatePart } from '../../../../shared/template.ts'
import { writeReference } from '../../../../shared/templateReference.ts'
import { freeName } from './makeChain.ts'
import { mintId } from './mintId.ts'

export interface Place {
  x: number
  y: number
}

/** The input's card, beside the ids of steps. */
export const inputNodeId = 'input'

export const cardWidth = 210
/** Of a card that was not measured yet. */
export const usualCardHeight = 100
export const columnStep = cardWidth + 78
const rowStep = 136

export function makeStep(name: string, position: Place, model: ModelId | null): Step {
  return {
    id: mintId(),
    name,
    model,
    prompt: '',
    system: '',
    options: {},
    contextLength: null,
    contextPolicy: 'refuse',
    output: { format: 'text' },
    stopConditions: [],
    onError: { retries: 1, fallbackModel: null, then: 'stop', defaultText: '' },
    position
  }
}

export function namesOf(steps: readonly Step[]): Set<string> {
  return new Set(steps.map(({ name }) => name))
}

/** Right of the last step, or of the one it is added after. */
export function placeFor(chain: Chain, afterId: string | null): Place {
  const after = chain.steps.find(({ id }) => id === afterId) ?? chain.steps.at(-1)
  const from = after?.position ?? chain.inputPosition
  const wished = { x: from.x + columnStep, y: from.y }
  const isTaken = (place: Place): boolean =>
    chain.steps.some(
      ({ position }) => Math.abs(position.x - place.x) < cardWidth && Math.abs(position.y - place.y) < 90
    )
  while (isTaken(wished)) wished.y += rowStep
  return wished
}

export function addStep(chain: Chain, step: Step): Chain {
  return { ...chain, steps: [...chain.steps, step] }
}

export function newStepName(chain: Chain): string {
  return freeName(`Step ${chain.steps.length + 1}`, namesOf(chain.steps))
}

export function changeStep(chain: Chain, stepId: string, changes: Partial<Step>): Chain {
  const before = chain.steps.find(({ id }) => id === stepId)
  if (before === undefined) return chain
  const isSame = Object.entries(changes).every(([key, value]) => before[key as keyof Step] === value)
  return isSame
    ? chain
    : { ...chain, steps: chain.steps.map((step) => (step === before ? { ...step, ...changes } : step)) }
}

/** Who mentions what is deleted keeps the mention: it is marked as unknown, and undo brings the step back. */
export function deleteSteps(chain: Chain, ids: ReadonlySet<string>): Chain {
  const steps = chain.steps.filter(({ id }) => !ids.has(id))
  return steps.length === chain.steps.length ? chain : { ...chain, steps }
}

export function moveCards(chain: Chain, places: Readonly<Record<string, Place>>): Chain {
  const isMoved = (from: Place, to: Place | undefined): to is Place =>
    to !== undefined && (Math.round(to.x) !== from.x || Math.round(to.y) !== from.y)
  const rounded = ({ x, y }: Place): Place => ({ x: Math.round(x), y: Math.round(y) })
  const toInput = places[inputNodeId]
  const isInputMoved = isMoved(chain.inputPosition, toInput)
  if (!isInputMoved && !chain.steps.some(({ id, position }) => isMoved(position, places[id]))) return chain
  return {
    ...chain,
    inputPosition: isInputMoved ? rounded(toInput) : chain.inputPosition,
    steps: chain.steps.map((step) => {
      const to = places[step.id]
      return isMoved(step.position, to) ? { ...step, position: rounded(to) } : step
    })
  }
}

/** Copies of steps that mention each other mention the copies; names that are taken get a number. */
export function withCopies(chain: Chain, steps: readonly Step[], by: Place): { chain: Chain; ids: string[] } {
  const taken = namesOf(chain.steps)
  const own = namesOf(steps)
  let copies: Chain = {
    ...chain,
    steps: steps.map((step) => ({
      ...step,
      id: mintId(),
      position: { x: Math.round(step.position.x + by.x), y: Math.round(step.position.y + by.y) }
    }))
  }
  for (const { id, name } of copies.steps) {
    const free = taken.has(name) ? freeName(name, new Set([...taken, ...own])) : name
    taken.add(free)
    if (free !== name) copies = renameStep(copies, id, free)
  }
  return { chain: { ...chain, steps: [...chain.steps, ...copies.steps] }, ids: copies.steps.map(({ id }) => id) }
}

function referenceText(chain: Chain, from: string | null): string {
  const name = chain.steps.find(({ id }) => id === from)?.name
  return writeReference(name === undefined ? { kind: 'input', column: null } : { kind: 'step', name, path: null })
}

/** At the prompt's end, on a line of its own. */
export function connect(chain: Chain, { from, to }: ChainEdge): Chain {
  const step = chain.steps.find(({ id }) => id === to)
  if (step === undefined || edgesOf(chain).some((edge) => edge.from === from && edge.to === to)) return chain
  const before = step.prompt.trimEnd()
  const prompt = before === '' ? referenceText(chain, from) : `${before}\n\n${referenceText(chain, from)}`
  return changeStep(chain, to, { prompt })
}

/** Tells the parts of templates that mention `from`; null is the input. */
function mentionOf(chain: Chain, from: string | null): (part: TemplatePart) => boolean {
  const name = chain.steps.find(({ id }) => id === from)?.name
  return (part) => (from === null ? part.kind === 'input' : part.kind === 'step' && part.name === name)
}

/** Takes every mention of `from` out of the templates of `to`. */
export function disconnect(chain: Chain, { from, to }: ChainEdge): Chain {
  const isMention = mentionOf(chain, from)
  const step = chain.steps.find(({ id }) => id === to)
  if (step === undefined) return chain
  return changeStep(chain, to, {
    prompt: without(step.prompt, isMention),
    system: without(step.system, isMention),
    stopConditions: step.stopConditions.map((condition) =>
      condition.finalOutput === null
        ? condition
        : { ...condition, finalOutput: without(condition.finalOutput, isMention) }
    )
  })
}

/** How often a step's templates mention another, for the question before they are taken out. */
export function mentionCount(chain: Chain, { from, to }: ChainEdge): number {
  const step = chain.steps.find(({ id }) => id === to)
  if (step === undefined) return 0
  const texts = [step.prompt, step.system, ...step.stopConditions.map(({ finalOutput }) => finalOutput ?? '')]
  return texts.flatMap((text) => parseTemplate(text).parts).filter(mentionOf(chain, from)).length
}

function without(text: string, isMention: (part: TemplatePart) => boolean): string {
  const spans = parseTemplate(text).parts.filter(isMention)
  if (spans.length === 0) return text
  const left = spans.toReversed().reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text)
  return left.replaceAll(/\n{3,}/g, '\n\n').trimEnd()
}
