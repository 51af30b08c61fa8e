/** Side by side what would lie on top of each other: each gets a lane, and knows how many there are beside it. Pure. */

export interface Extent {
  top: number
  bottom: number
}

export interface Placed<Item> {
  item: Item
  lane: number
  /** In its group of extents that touch each other directly or through others. */
  laneCount: number
}

/** What found no lane: drawn as "+3" in the last one. */
export interface Overflow<Item> extends Extent {
  items: Item[]
  laneCount: number
}

export interface Lanes<Item> {
  placed: Placed<Item>[]
  overflows: Overflow<Item>[]
}

/** `mostLanes`: more than that would be too narrow to read; one of them is then given to what is left over. */
export function intoLanes<Item extends Extent>(items: readonly Item[], mostLanes: number): Lanes<Item> {
  const sorted = [...items].sort((a, b) => a.top - b.top || b.bottom - a.bottom)
  const groups: Item[][] = []
  let lowest = Number.NEGATIVE_INFINITY
  for (const item of sorted) {
    if (item.top >= lowest) groups.push([])
    groups.at(-1)?.push(item)
    lowest = Math.max(lowest, item.bottom)
  }
  const lanes = groups.map((group) => groupIntoLanes(group, mostLanes))
  return { placed: lanes.flatMap(({ placed }) => placed), overflows: lanes.flatMap(({ overflows }) => overflows) }
}

function groupIntoLanes<Item extends Extent>(group: readonly Item[], mostLanes: number): Lanes<Item> {
  const laneOf = firstFreeLanes(group, Number.POSITIVE_INFINITY)
  const needed = Math.max(...laneOf.map((lane) => lane ?? 0)) + 1
  if (needed <= mostLanes)
    return {
      placed: group.map((item, index) => ({ item, lane: laneOf[index] ?? 0, laneCount: needed })),
      overflows: []
    }
  const kept = firstFreeLanes(group, mostLanes - 1)
  const placed = group.flatMap((item, index) => {
    const lane = kept[index]
    return lane === null || lane === undefined ? [] : [{ item, lane, laneCount: mostLanes }]
  })
  const left = group.filter((_, index) => kept[index] === null)
  return { placed, overflows: overflowsOf(left, mostLanes) }
}

/** null: every lane is taken. */
function firstFreeLanes(group: readonly Extent[], laneLimit: number): (number | null)[] {
  const bottoms: number[] = []
  return group.map((item) => {
    const free = bottoms.findIndex((bottom) => bottom <= item.top)
    const lane = free === -1 ? bottoms.length : free
    if (lane >= laneLimit) return null
    bottoms[lane] = item.bottom
    return lane
  })
}

/** Those left over that touch each other share one mark. */
function overflowsOf<Item extends Extent>(left: readonly Item[], laneCount: number): Overflow<Item>[] {
  const overflows: Overflow<Item>[] = []
  for (const item of left) {
    const last = overflows.at(-1)
    if (last && item.top < last.bottom) {
      last.items.push(item)
      last.bottom = Math.max(last.bottom, item.bottom)
    } else overflows.push({ items: [item], top: item.top, bottom: item.bottom, laneCount })
  }
  return overflows
}
