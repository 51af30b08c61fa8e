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
  /** What would be left out of one more claim; null: nothing. */
  leftOf(claim: Claim): LeftOut | null
}

export interface RoomSharer extends SharedRoom {
  /** What fits of it is kept from now on, the rest is left out. */
  add(claim: Claim): void
  /** All of it, or nothing; says which. */
  addWhole(claim: Claim): boolean
}

const nothing = { taken: [], leftOut: null }

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

  /** What of a claim has room, one model after the other. Changes nothing. */
  function divide({ ruleId, keys }: Claim): { taken: readonly string[]; leftOut: LeftOut | null } {
    if (keys.every((key) => keeps.has(key))) return nothing
    const taken: string[] = []
    const newEngines = new Map<string, number>()
    const leftKeys: string[] = []
    const leftEngines = new Map<string, number>()
    let bytes = 0
    for (const key of keys) {
      if (keeps.has(key)) continue
      const { engine, needBytes } = needOf(key)
      const isNew = !engines.has(engine) && !newEngines.has(engine)
      if (isNew && !hasRoom(bytes + (needBytes ?? 0), newEngines.size + 1)) {
        leftKeys.push(key)
        leftEngines.set(engine, needBytes ?? 0)
        continue
      }
      taken.push(key)
      if (!isNew) continue
      newEngines.set(engine, needBytes ?? 0)
      bytes += needBytes ?? 0
    }
    if (leftKeys.length === 0) return { taken, leftOut: null }
    const allBytes = [...leftEngines.values()].reduce((sum, one) => sum + one, heldBytes + bytes)
    const overBytes = room.budgetBytes === null ? 0 : Math.max(0, allBytes - room.budgetBytes)
    const overModels = Math.max(0, engines.size + newEngines.size + leftEngines.size - room.maxLoadedModels)
    const over = { overBytes: overBytes === 0 ? null : overBytes, overModels }
    return { taken, leftOut: { ruleId, keys: leftKeys, ...over, withRuleIds: [...holders] } }
  }

  function take(ruleId: string, keys: readonly string[]): void {
    for (const key of keys) {
      keeps.set(key, ruleId)
      const { engine, needBytes } = needOf(key)
      if (engines.has(engine)) continue
      engines.add(engine)
      heldBytes += needBytes ?? 0
    }
    if (keys.length > 0) holders.push(ruleId)
  }

  return {
    keeps,
    left,
    leftOf: (claim) => divide(claim).leftOut,
    add(claim) {
      const { taken, leftOut } = divide(claim)
      take(claim.ruleId, taken)
      if (leftOut) left.push(leftOut)
    },
    addWhole(claim) {
      const { taken, leftOut } = divide(claim)
      if (leftOut === null) take(claim.ruleId, taken)
      return leftOut === null
    }
  }
}
