/** Stop conditions as choices and words. Pure. */
import type { StopCondition } from '../../../../../shared/chain.ts'
import { formatCount } from '../../../lib/format.ts'

export const conditionKinds: { value: StopCondition['kind']; label: string }[] = [
  { value: 'contains', label: 'the answer contains' },
  { value: 'matches', label: 'the answer matches' },
  { value: 'length', label: 'the answer is long or short' },
  { value: 'json_path', label: 'a field of its JSON' },
  { value: 'step_number', label: 'so many steps have ended' }
]

export function newCondition(kind: StopCondition['kind']): StopCondition {
  const rest = { reason: '', finalOutput: null }
  if (kind === 'contains') return { kind, text: 'NONE', ignoreCase: true, ...rest }
  if (kind === 'matches') return { kind, pattern: '^none', ignoreCase: true, ...rest }
  if (kind === 'length') return { kind, comparison: 'under', letters: 20, ...rest }
  if (kind === 'json_path') return { kind, path: 'done', comparison: 'is', value: 'true', ...rest }
  return { kind, number: 3, ...rest }
}

const comparisons = { is: 'is', is_not: 'is not', over: 'is over', under: 'is under' } as const

/** "contains NONE": what is said of an item where no reason is written. */
export function conditionWords(condition: StopCondition): string {
  switch (condition.kind) {
    case 'contains':
      return `contains ${short(condition.text)}`
    case 'matches':
      return `matches ${short(condition.pattern)}`
    case 'length':
      return `${condition.comparison} ${formatCount(condition.letters)} letters`
    case 'step_number':
      return condition.number === 1 ? 'after 1 step' : `after ${condition.number} steps`
    case 'json_path':
      return condition.value === null && condition.comparison === 'is'
        ? `${short(condition.path)} is there`
        : `${short(condition.path)} ${comparisons[condition.comparison]} ${short(condition.value ?? 'anything')}`
  }
}

function short(text: string): string {
  return text.length > 24 ? `${text.slice(0, 24)}…` : text
}
