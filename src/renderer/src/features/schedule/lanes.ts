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
  /** Lies on the right of another, which began so much earlier that its words stay to be read. */
  isRider: boolean
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

interface LaneOptions {
  /** More than that would be too narrow to read; one of them is then given to what is left over. */
  mostLanes: number
  /** How much lower one has to begin to lie on another; left out: none does. */
  rideMinutes?: number
}

export function intoLanes<Item extends Extent>(items: readonly Item[], options: LaneOptions): Lanes<Item> {
  const sorted = [...items].sort((a, b) => a.top - b.top || b.bottom - a.bottom)
  const groups: Item[][] = []
  let lowest = Number.NEGATIVE_INFINITY
  for (const item of sorted) {
    if (item.top >= lowest) groups.push([])
    groups.at(-1)?.push(item)
    lowest = Math.max(lowest, item.bottom)
  }
  const lanes = groups.map((group) => cascaded(group, options) ?? groupIntoLanes(group, options.mostLanes))
  return { placed: lanes.flatMap(({ placed }) => placed), overflows: lanes.flatMap(({ overflows }) => overflows) }
}

function groupIntoLanes<Item extends Extent>(group: readonly Item[], mostLanes: number): Lanes<Item> {
  const laneOf = firstFreeLanes(group, Number.POSITIVE_INFINITY)
  const needed = Math.max(...laneOf.map((lane) => lane ?? 0)) + 1
  if (needed <= mostLanes)
    return {
      placed: group.map((item, index) => ({ item, lane: laneOf[index] ?? 0, laneCount: needed, isRider: false })),
      overflows: []
    }
  const kept = firstFreeLanes(group, mostLanes - 1)
  const placed = group.flatMap((item, index) => {
    const lane = kept[index]
    return lane === null || lane === undefined ? [] : [{ item, lane, laneCount: mostLanes, isRider: false }]
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

/** The most that lie beside each other on another. */
const mostRiders = 2

/** null: somebody's words would be covered, so all of them stand side by side. */
function cascaded<Item extends Extent>(
  group: readonly Item[],
  { mostLanes, rideMinutes }: LaneOptions
): Lanes<Item> | null {
  if (rideMinutes === undefined) return null
  const [ground, riders]: [Item[], Item[]] = [[], []]
  for (const item of group) {
    const under = ground.filter((other) => touch(other, item))
    const rides = under.length === 1 && (under[0]?.top ?? 0) + rideMinutes <= item.top
    const isOnRiders = under.length === 0 && riders.some((other) => touch(other, item))
    ;(rides || isOnRiders ? riders : ground).push(item)
  }
  if (riders.length === 0) return null
  const below = intoLanes(ground, { mostLanes })
  const above = intoLanes(riders, { mostLanes: mostRiders })
  const isClear = above.placed.every((rider) =>
    below.placed
      .filter((other) => touch(other.item, rider.item))
      .every((other) => other.lane === 0 && other.item.top + rideMinutes <= rider.item.top)
  )
  if (!isClear || below.overflows.length > 0 || above.overflows.length > 0) return null
  return { placed: [...below.placed, ...above.placed.map((each) => ({ ...each, isRider: true }))], overflows: [] }
}

function touch(a: Extent, b: Extent): boolean {
  return a.top < b.bottom && b.top < a.bottom
}

/** Where on its day a lane lies, as shares of the width. */
export function laneSpan({ lane, laneCount, isRider }: Pick<Placed<unknown>, 'lane' | 'laneCount' | 'isRider'>): {
  left: number
  width: number
} {
  const whole = isRider ? 0.6 : 1
  return { left: 1 - whole + (lane / laneCount) * whole, width: whole / laneCount }
}
