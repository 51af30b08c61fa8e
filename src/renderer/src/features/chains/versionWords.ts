/** What an earlier state of a chain would change, in words. Pure. */
import type { Chain, Step } from '../../../../shared/chain.ts'

const parts: readonly [keyof Step, string][] = [
  ['name', 'name'],
  ['model', 'model'],
  ['prompt', 'prompt'],
  ['system', 'system prompt'],
  ['options', 'options'],
  ['contextLength', 'context'],
  ['contextPolicy', 'context'],
  ['output', 'answer'],
  ['stopConditions', 'stop conditions'],
  ['onError', 'on error']
]

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** "Verdict comes back", "Summarise: prompt, model as they were". */
export function differences(now: Chain, old: Chain): string[] {
  const nowById = new Map(now.steps.map((step) => [step.id, step]))
  const oldIds = new Set(old.steps.map(({ id }) => id))
  const words: string[] = []
  if (now.name !== old.name) words.push(`It is called ${old.name} again`)
  if (now.description !== old.description) words.push('The description as it was')
  if (now.system !== old.system) words.push('The system prompt of every step as it was')
  if (!isSame(now.options, old.options)) words.push('The options of every step as they were')
  if (!isSame(now.inputColumns, old.inputColumns)) words.push('The columns as they were')
  let moved = isSame(now.inputPosition, old.inputPosition) ? 0 : 1
  for (const step of old.steps) {
    const before = nowById.get(step.id)
    if (before === undefined) {
      words.push(`${step.name} comes back`)
      continue
    }
    if (!isSame(before.position, step.position)) moved += 1
    const changed = [...new Set(parts.filter(([key]) => !isSame(before[key], step[key])).map(([, word]) => word))]
    if (changed.length > 0) words.push(`${before.name}: ${changed.join(', ')} as before`)
  }
  for (const { id, name } of now.steps) if (!oldIds.has(id)) words.push(`${name} goes`)
  if (moved > 0) words.push(moved === 1 ? 'One card where it was' : `${moved} cards where they were`)
  return words
}
