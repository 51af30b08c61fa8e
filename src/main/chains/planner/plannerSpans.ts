/** The items of several groups as spans, each of which names no item of a group that is not meant. Pure. */
import type { WorldGroup } from './plannerWorld.ts'

export interface RunSpan {
  range: { firstItem: number; lastItem: number; itemCount: number }
  itemCount: number
  /** The groups in it, with the number of meant items before the group's first. */
  parts: { group: number; rank: number }[]
}

/** `others` are the groups with items that must not be within a span: they need the same step, but not yet. */
export function spansOf(
  groups: readonly WorldGroup[],
  meant: readonly number[],
  others: readonly WorldGroup[]
): RunSpan[] {
  const pieces = meant.flatMap((group) => groups[group]!.items.map(([first, last]) => ({ first, last, group })))
  pieces.sort((a, b) => a.first - b.first)
  const barriers = others.flatMap(({ items }) => items.map(([first]) => first)).sort((a, b) => a - b)
  const spans: RunSpan[] = []
  let barrier = 0
  for (const { first, last, group } of pieces) {
    const open = spans.at(-1)
    while (barrier < barriers.length && barriers[barrier]! < (open?.range.lastItem ?? first)) barrier += 1
    const itemCount = last - first + 1
    if (open && (barrier === barriers.length || barriers[barrier]! > first)) {
      open.parts.push({ group, rank: open.itemCount })
      open.range = { firstItem: open.range.firstItem, lastItem: last, itemCount: open.itemCount + itemCount }
      open.itemCount += itemCount
      continue
    }
    spans.push({
      range: { firstItem: first, lastItem: last, itemCount },
      itemCount,
      parts: [{ group, rank: 0 }]
    })
  }
  return spans
}
