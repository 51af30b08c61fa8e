/** Which models of several rules the machine can hold together: who started first keeps its room. Pure. */

export interface Room {
  /** Null: unknown, then only the number counts. */
  budgetBytes: number | null
  maxLoadedModels: number
}

export interface ModelNeed {
  /** Names on one engine take its memory once. */
  engine: string
  /** Null: unknown, and never counted as nothing in what is told; 0 for a model on another machine. */
  needBytes: number | null
}

/** What one rule wants to hold; keys as modelKey writes them, in their order. */
export interface Claim {
  ruleId: string
  keys: readonly string[]
}

export interface LeftOut {
  ruleId: string
  keys: string[]
  /** Beyond the budget, had all of its models come; null where only the number is too large. */
  overBytes: number | null
  overModels: number
  /** Whose models are in the way, in the order in which they came. */
  withRuleIds: string[]
}

export interface SharedRoom {
  /** Who keeps which model: the first rule that wants it. */
  readonly keeps: ReadonlyMap<string, string>
  readonly left: readonly LeftOut[]
}

export interface RoomSharer extends SharedRoom {
  /** What fits of it is kept from now on, the rest is left out. */
  add(claim: Claim): void
  /** All of it, or nothing; says which. */
  addWhole(claim: Claim): boolean
}

/** What one claim would take: its models that nobody keeps yet, and those for which there is no room. */
interface Wanted {
  keys: string[]
  engines: Map<string, number>
}

export function shareRoom(claims: readonly Claim[], needOf: (key: string) => ModelNeed, room: Room): SharedRoom {
  const sharer = createRoomSharer(needOf, room)
  for (const claim of claims) sharer.add(claim)
  return sharer
}

export function createRoomSharer(needOf: (key: string) => ModelNeed, room: Room): RoomSharer {
  const keeps = new Map<string, string>()
  const left: LeftOut[] = []
  const engines = new Set<string>()
  const holders: string[] = []
  let heldBytes = 0

  function hasRoom(bytes: number, count: number): boolean {
    return (
      engines.size + count <= room.maxLoadedModels &&
      (room.budgetBytes === null || heldBytes + bytes <= room.budgetBytes)
    )
  }

  function leaveOut(ruleId: string, { keys, engines: wanted }: Wanted, earlier: number): void {
    const allBytes = [...wanted.values()].reduce((sum, bytes) => sum + bytes, heldBytes)
    const overBytes = room.budgetBytes === null ? 0 : Math.max(0, allBytes - room.budgetBytes)
    const overModels = Math.max(0, engines.size + wanted.size - room.maxLoadedModels)
    left.push({
      ruleId,
      keys,
      overBytes: overBytes === 0 ? null : overBytes,
      overModels,
      withRuleIds: holders.slice(0, earlier)
    })
  }

  function add({ ruleId, keys }: Claim): void {
    const earlier = holders.length
    let wanted: Wanted | null = null
    for (const key of keys) {
      if (keeps.has(key)) continue
      const { engine, needBytes } = needOf(key)
      const isNew = !engines.has(engine)
      const bytes = isNew ? (needBytes ?? 0) : 0
      if (isNew && !hasRoom(bytes, 1)) {
        wanted ??= { keys: [], engines: new Map() }
        wanted.keys.push(key)
        wanted.engines.set(engine, bytes)
        continue
      }
      keeps.set(key, ruleId)
      engines.add(engine)
      heldBytes += bytes
      if (holders.at(-1) !== ruleId) holders.push(ruleId)
    }
    if (wanted !== null) leaveOut(ruleId, wanted, earlier)
  }

  return {
    keeps,
    left,
    add,
    addWhole(claim) {
      const wanted = new Map<string, number>()
      for (const key of claim.keys) {
        if (keeps.has(key)) continue
        const { engine, needBytes } = needOf(key)
        if (!engines.has(engine)) wanted.set(engine, needBytes ?? 0)
      }
      const bytes = [...wanted.values()].reduce((sum, one) => sum + one, 0)
      if (wanted.size > 0 && !hasRoom(bytes, wanted.size)) return false
      add(claim)
      return true
    }
  }
}
