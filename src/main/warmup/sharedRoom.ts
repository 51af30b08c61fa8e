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
  keeps: Map<string, string>
  left: LeftOut[]
}

export function shareRoom(claims: readonly Claim[], needOf: (key: string) => ModelNeed, room: Room): SharedRoom {
  const keeps = new Map<string, string>()
  const left: LeftOut[] = []
  const engines = new Set<string>()
  const holders: string[] = []
  let heldBytes = 0

  for (const { ruleId, keys } of claims) {
    let wanted: Wanted | null = null
    const earlier = holders.length
    for (const key of keys) {
      if (keeps.has(key)) continue
      const { engine, needBytes } = needOf(key)
      const isNew = !engines.has(engine)
      const bytes = isNew ? (needBytes ?? 0) : 0
      if (isNew && !hasRoom(room, heldBytes + bytes, engines.size + 1)) {
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
    if (wanted === null) continue
    const allBytes = [...wanted.engines.values()].reduce((sum, bytes) => sum + bytes, heldBytes)
    const overBytes = room.budgetBytes === null ? 0 : Math.max(0, allBytes - room.budgetBytes)
    const overModels = Math.max(0, engines.size + wanted.engines.size - room.maxLoadedModels)
    left.push({
      ruleId,
      keys: wanted.keys,
      overBytes: overBytes === 0 ? null : overBytes,
      overModels,
      withRuleIds: holders.slice(0, earlier)
    })
  }
  return { keeps, left }
}

interface Wanted {
  keys: string[]
  engines: Map<string, number>
}

function hasRoom({ budgetBytes, maxLoadedModels }: Room, bytes: number, count: number): boolean {
  return count <= maxLoadedModels && (budgetBytes === null || bytes <= budgetBytes)
}
