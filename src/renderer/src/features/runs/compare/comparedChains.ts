/** The chains of two runs beside each other: which steps belong together, and what is unlike about them, in words. Pure. */
import type { Chain, Step } from '../../../../../shared/chain.ts'
import { formatCount } from '../../../lib/format.ts'

export interface StepPair {
  name: string
  /** Null: the chain of that run has no such step. */
  steps: readonly [Step | null, Step | null]
}

/** Steps of one name; of what is left, those that were renamed. First come those of the first chain, in its order. */
export function pairSteps([one, other]: readonly [Chain, Chain]): StepPair[] {
  const names = new Set(one.steps.map(({ name }) => name))
  const byName = new Map(other.steps.map((step) => [step.name, step]))
  const renamed = new Map(other.steps.filter(({ name }) => !names.has(name)).map((step) => [step.id, step]))
  const pairs = one.steps.map((step): StepPair => {
    const same = byName.get(step.name) ?? renamed.get(step.id) ?? null
    return { name: step.name, steps: [step, same] }
  })
  const paired = new Set(pairs.map(({ steps }) => steps[1]))
  return [
    ...pairs,
    ...other.steps
      .filter((step) => !paired.has(step))
      .map((step): StepPair => ({ name: step.name, steps: [null, step] }))
  ]
}

export interface ComparedStep {
  /** Empty: the final output. */
  name: string
  ids: readonly [string, string] | null
}

/** What can be set beside each other: the final outputs, and steps that belong together. */
export function comparedSteps(chains: readonly [Chain, Chain]): ComparedStep[] {
  const both = pairSteps(chains).flatMap(({ name, steps: [one, other] }): ComparedStep[] =>
    one === null || other === null ? [] : [{ name, ids: [one.id, other.id] }]
  )
  return [{ name: '', ids: null }, ...both]
}

/** Of one step, of several, and what is looked at: what the step itself does not say, its chain says. */
const parts: readonly [string, string, (step: Step, chain: Chain) => unknown][] = [
  ['another model', 'other models', ({ model }) => model],
  ['another prompt', 'other prompts', ({ prompt, system }, chain) => [prompt, system.trim() || chain.system]],
  [
    'other options',
    'other options',
    ({ options, contextLength, contextPolicy }, chain) => [
      Object.entries({ ...chain.options, ...options }).sort(([a], [b]) => a.localeCompare(b)),
      contextLength,
      contextPolicy
    ]
  ],
  ['another answer format', 'other answer formats', ({ output }) => output],
  ['other stop conditions', 'other stop conditions', ({ stopConditions }) => stopConditions],
  ['other rules on error', 'other rules on error', ({ onError }) => onError]
]

/** "another model (Verdict)", "Check only in this run". */
export function chainDifferences(chains: readonly [Chain, Chain]): string[] {
  const [one, other] = chains
  const pairs = pairSteps(chains)
  const unlike = parts.flatMap(([word, words, of]) => {
    const isUnlike = ({ steps: [a, b] }: StepPair): boolean =>
      a !== null && b !== null && JSON.stringify(of(a, one)) !== JSON.stringify(of(b, other))
    const names = pairs.filter(isUnlike).map(({ name }) => name)
    return names.length === 0 ? [] : [`${names.length === 1 ? word : words} (${listed(names)})`]
  })
  const only = (place: 0 | 1): string[] =>
    pairs.filter(({ steps }) => steps[place] !== null && steps[1 - place] === null).map(({ name }) => name)
  const [onlyHere, onlyThere] = [only(0), only(1)]
  if (onlyHere.length > 0) unlike.push(`${listed(onlyHere)} only in this run`)
  if (onlyThere.length > 0) unlike.push(`${listed(onlyThere)} only in the other`)
  return unlike
}

const mostNamed = 3

function listed(names: readonly string[]): string {
  const more = names.length - mostNamed
  return more > 0 ? `${names.slice(0, mostNamed).join(', ')} and ${formatCount(more)} more` : names.join(', ')
}
