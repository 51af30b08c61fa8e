/** What a run asks just now, in one short line: "Draft and Polish, item 12 of 30". Pure. */
import { formatCount } from '../prompt/promptCuts.ts'

const mostNames = 3

/** `item`: the one begun last, from 0. A run of one item has nothing to count. */
export function doingWords(names: readonly string[], item: number, itemCount: number): string {
  const what = names.length > mostNames ? `${names.length} steps` : listed(names)
  return itemCount === 1 ? what : `${what}, item ${formatCount(item + 1)} of ${formatCount(itemCount)}`
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last
}
