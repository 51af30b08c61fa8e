/** All that is wrong with a chain and can be told without any machine: every mistake with its place, in a sentence that can stand alone. Pure. */
import type { Chain, ChainProblem, Step } from './chain.ts'
import { cycleSteps, graphOf, type ChainGraph } from './chainGraph.ts'
import { formatProblems } from './formatProblems.ts'
import { sameModel } from './modelKey.ts'
import { nameProblem } from './stepName.ts'
import { stopProblems } from './stopProblems.ts'
import { parseTemplate } from './template.ts'
import { templateProblems, type KnownNames } from './templateProblems.ts'

export type FoundProblem = Pick<ChainProblem, 'field' | 'message' | 'isBlocking'>

/**
 * `columns`: of the input that is to run, empty where it is no table; null: not known, then a column that the chain does not expect is only
 * worth knowing.
 */
export function findProblems(chain: Chain, columns: readonly string[] | null): ChainProblem[] {
  const graph = graphOf(chain)
  const known = knownNames(chain, columns)
  return [
    ...chainProblems(chain, graph),
    ...templateProblems(
      { step: null, field: 'system', words: 'System prompt of the chain', text: chain.system, mayMentionItself: false },
      known
    ),
    ...cycleProblems(chain, graph),
    ...chain.steps.flatMap((step, place) => stepProblems(chain, step, place, known))
  ]
}

/** "“Draft”", or "step 3" where it has no name. */
function stepWords(step: Step, place: number): string {
  return step.name.trim() === '' ? `step ${place + 1}` : `“${step.name}”`
}

function knownNames(chain: Chain, columns: readonly string[] | null): KnownNames {
  const steps = new Map<string, Step>()
  for (const step of chain.steps) if (!steps.has(step.name)) steps.set(step.name, step)
  const expected = chain.inputColumns.length === 0 ? null : chain.inputColumns
  return { steps, columns: columns ?? expected, areColumnsGiven: columns !== null }
}

function chainProblems(chain: Chain, graph: ChainGraph): ChainProblem[] {
  if (chain.steps.length === 0) return [ofChain('chain', 'The chain has no steps. Add one.', true)]
  const problems: ChainProblem[] = []
  const ids = new Set<string>()
  for (const { id } of chain.steps) {
    if (ids.has(id)) problems.push(ofChain('chain', `Two steps have the id “${id}”. Give one of them another.`, true))
    ids.add(id)
  }
  if (!graph.edges.some(({ from }) => from === null)) {
    const message = 'No step mentions the input, so every item is asked the same. Write {{input}} where it belongs.'
    problems.push(ofChain('input', message, false))
  }
  return problems
}

/** Steps that mention themselves have a problem of their own, with its place. */
function cycleProblems(chain: Chain, graph: ChainGraph): ChainProblem[] {
  const after = new Map([...graph.after].map(([id, others]) => [id, others.filter((other) => other !== id)]))
  const cycle = cycleSteps(chain, { ...graph, after })
  if (cycle === null) return []
  const names = new Map(
    chain.steps.map((step, place) => [step.id, step.name.trim() === '' ? `Step ${place + 1}` : step.name])
  )
  const words = cycle.map((id) => names.get(id) ?? id).join(' → ')
  return cycle.slice(1).map((id, place) => {
    const message = `These steps wait for each other: ${words}. Take one of the mentions out.`
    const before = names.get(cycle[place] ?? '')
    const span = parseTemplate(chain.steps.find((step) => step.id === id)?.prompt ?? '').parts.find(
      (part) => part.kind === 'step' && part.name === before
    )
    return {
      stepId: id,
      field: 'prompt',
      message,
      start: span?.start ?? null,
      end: span?.end ?? null,
      isBlocking: true
    }
  })
}

function stepProblems(chain: Chain, step: Step, place: number, known: KnownNames): ChainProblem[] {
  const words = stepWords(step, place)
  const found: FoundProblem[] = [
    ...nameProblems(chain, step, place),
    ...modelProblems(step, words),
    ...formatProblems(step, words),
    ...stopProblems(step, words, chain.steps.length),
    ...errorProblems(step, words)
  ]
  const texts = [
    { field: 'prompt' as const, words: `Prompt of ${words}`, text: step.prompt },
    { field: 'system' as const, words: `System prompt of ${words}`, text: step.system }
  ]
  const finals = step.stopConditions.map(({ finalOutput }, index) => ({
    field: 'stop' as const,
    words: `Final output of stop condition ${index + 1} of ${words}`,
    text: finalOutput ?? ''
  }))
  return [
    ...found.map((problem) => ({ stepId: step.id, start: null, end: null, ...problem })),
    ...texts.flatMap((text) => templateProblems({ step, mayMentionItself: false, ...text }, known)),
    ...finals.flatMap((text) => templateProblems({ step, mayMentionItself: true, ...text }, known))
  ]
}

function nameProblems(chain: Chain, step: Step, place: number): FoundProblem[] {
  const problem = nameProblem(chain, step.id, step.name)
  if (problem === null) return []
  const message = step.name.trim() === '' ? `Step ${place + 1} has no name. Templates need one to mention it.` : problem
  return [{ field: 'name', message, isBlocking: true }]
}

function modelProblems({ model, prompt }: Step, words: string): FoundProblem[] {
  const problems: FoundProblem[] = []
  if (model === null)
    problems.push({ field: 'model', message: `No model is chosen for ${words}. Choose one.`, isBlocking: true })
  if (prompt.trim() === '')
    problems.push({ field: 'prompt', message: `The prompt of ${words} is empty. Write what to ask.`, isBlocking: true })
  return problems
}

function errorProblems({ model, onError }: Step, words: string): FoundProblem[] {
  const { fallbackModel, then, defaultText } = onError
  const problems: FoundProblem[] = []
  if (model !== null && fallbackModel !== null && sameModel(model, fallbackModel)) {
    const message = `The fallback of ${words} is the model that has failed by then. Choose another, or more retries.`
    problems.push({ field: 'error', message, isBlocking: false })
  }
  if (then === 'default' && defaultText === '') {
    const message = `The default of ${words} is empty: after an error, steps that mention it get nothing. Write one, or choose to skip the step.`
    problems.push({ field: 'error', message, isBlocking: false })
  }
  return problems
}

function ofChain(field: ChainProblem['field'], message: string, isBlocking: boolean): ChainProblem {
  return { stepId: null, field, message, start: null, end: null, isBlocking }
}
