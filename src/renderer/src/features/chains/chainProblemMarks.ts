/** The mistakes of a chain, found by the place they are in. Pure. */
import type { ChainProblem } from '../../../../shared/chain.ts'

const none: readonly ChainProblem[] = []
const indexed = new WeakMap<readonly ChainProblem[], ReadonlyMap<string | null, readonly ChainProblem[]>>()

/** Of one step, or of the chain itself (null); the same list for the same answer. */
export function problemsOf(problems: readonly ChainProblem[], stepId: string | null): readonly ChainProblem[] {
  const known = indexed.get(problems)
  if (known !== undefined) return known.get(stepId) ?? none
  const byStep = new Map<string | null, ChainProblem[]>()
  for (const problem of problems) {
    const list = byStep.get(problem.stepId)
    if (list === undefined) byStep.set(problem.stepId, [problem])
    else list.push(problem)
  }
  indexed.set(problems, byStep)
  return byStep.get(stepId) ?? none
}

/** "Summarise, prompt: …" as a list of all mistakes says it. */
export function problemPlace({ stepId, field }: ChainProblem, nameOf: (stepId: string) => string | undefined): string {
  const where = stepId === null ? '' : (nameOf(stepId) ?? '')
  return [where, fieldWords[field]].filter((word) => word !== '').join(', ')
}

const fieldWords: Record<ChainProblem['field'], string> = {
  chain: '',
  name: '',
  model: 'model',
  prompt: 'prompt',
  system: 'system prompt',
  options: 'options',
  context: 'context',
  output: 'output',
  stop: 'stop conditions',
  error: 'on error',
  input: 'input'
}
