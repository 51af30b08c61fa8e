/** What would make it fit, as a sentence with names in it. Pure. */
import type { Advice } from '../../../../../shared/fit.ts'
import type { ModelId } from '../../../../../shared/model.ts'
import { sameModel } from '../../../../../shared/modelKey.ts'
import { formatCount } from '../../../lib/format.ts'

export interface AdvicePart {
  text: string
  isName: boolean
}

/** More names than these are counted. */
const mostNamed = 3

const plain = (text: string): AdvicePart => ({ text, isName: false })

/** "Fits if **gemma3:1b** is unloaded and **qwen3:8b** keeps 4,096 tokens", without its full stop; empty for empty advice. */
export function adviceWords(advice: Advice, isFirst: boolean): AdvicePart[] {
  const { leaveOut, contexts } = advice
  // Who is left out and loaded is among the unloaded too: once is enough.
  const unload = advice.unload.filter((id) => !leaveOut.some((other) => sameModel(id, other)))
  const ifs = listed([
    ...(unload.length > 0 ? [unloadWords(unload)] : []),
    ...(contexts.length > 0 ? [contextWords(contexts)] : [])
  ])
  const without = leaveOut.length === 0 ? [] : [plain('without '), ...names(leaveOut, 'others')]
  if (ifs.length === 0 && without.length === 0) return []
  const start = plain(isFirst ? 'Fits ' : 'Or ')
  if (without.length === 0) return merged([start, plain('if '), ...ifs])
  return merged([start, ...without, ...(ifs.length > 0 ? [plain(', if '), ...ifs] : [])])
}

function unloadWords(ids: readonly ModelId[]): AdvicePart[] {
  return [...names(ids, 'other models'), plain(ids.length === 1 ? ' is unloaded' : ' are unloaded')]
}

function contextWords(contexts: Advice['contexts']): AdvicePart[] {
  const lengths = new Set(contexts.map(({ contextLength }) => contextLength))
  const [length] = lengths
  if (lengths.size === 1 && length !== undefined && contexts.length > 1) {
    const each = names(
      contexts.map(({ id }) => id),
      'others'
    )
    return [...each, plain(` keep ${formatCount(length)} tokens each`)]
  }
  if (contexts.length > mostNamed) return [plain(`all ${contexts.length} contexts are cut alike`)]
  const clauses = contexts.map(({ id, contextLength }, index) => [
    { text: id.name, isName: true },
    plain(`${index === 0 ? ' keeps' : ''} ${formatCount(contextLength)}${index === 0 ? ' tokens' : ''}`)
  ])
  return listed(clauses)
}

/** "a", "a and b", "a, b and 4 others". */
function names(ids: readonly ModelId[], rest: string): AdvicePart[] {
  const shown = ids.length > mostNamed ? ids.slice(0, mostNamed - 1) : ids
  const more = ids.length - shown.length
  return listed([
    ...shown.map(({ name }) => [{ text: name, isName: true }]),
    ...(more > 0 ? [[plain(`${more} ${rest}`)]] : [])
  ])
}

/** With commas and an "and" before the last. */
function listed(items: readonly AdvicePart[][]): AdvicePart[] {
  return items.flatMap((item, index) => {
    const before = index === 0 ? [] : [plain(index === items.length - 1 ? ' and ' : ', ')]
    return [...before, ...item]
  })
}

/** Plain words that follow each other as one. */
function merged(parts: readonly AdvicePart[]): AdvicePart[] {
  const result: AdvicePart[] = []
  for (const part of parts) {
    const last = result.at(-1)
    if (last !== undefined && !last.isName && !part.isName) result[result.length - 1] = plain(last.text + part.text)
    else result.push(part)
  }
  return result
}
