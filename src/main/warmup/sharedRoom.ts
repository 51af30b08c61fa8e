/** Which models of several rules the machine can hold together: who started first keeps its room. Pure. */

export interface Room {
  /** Of all cards together, of the machine's memory where it has none. Null: unknown, then only the number counts. */
  budgetBytes: number | null
  /** Of the memory beside cards, for models whose hosts compute on none. Null: no cards, or unknown. */
  besideBytes: number | null
  maxLoadedModels: number
}

export interface ModelNeed {
  /** Names on one engine take its memory once. */
  engine: string
  /** Null: unknown, and never counted as nothing in what is told; 0 for a model on another machine. */
  needBytes: number | null
  /** It lies in memory beside the machine's cards: its host computes on none. */
  isBeside: boolean
}

/** Bytes that belong on cards, or in memory where there are none, and those in memory beside cards: the sum of "What if". */
export interface Held {
  main: number
  beside: number
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

/** What of a claim has room, and what is held with it. */
interface Division {
  taken: readonly string[]
  newEngines: ReadonlySet<string>
  total: Held
  leftOut: LeftOut | null
}

export const nothingHeld: Held = { main: 0, beside: 0 }

export function plus({ main, beside }: Held, { needBytes, isBeside }: ModelNeed): Held {
  const bytes = needBytes ?? 0
  return isBeside ? { main, beside: beside + bytes } : { main: main + bytes, beside }
}

/** Beyond what there is, in either place. */
export function overBytes({ main, beside }: Held, { budgetBytes, besideBytes }: Room): number {
  return Math.max(0, main - (budgetBytes ?? main)) + Math.max(0, beside - (besideBytes ?? beside))
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
  let held = nothingHeld

  /** One model after the other; null where all of it is kept already. Changes nothing. */
  function divide({ ruleId, keys }: Claim): Division | null {
    if (keys.every((key) => keeps.has(key))) return null
    const taken: string[] = []
    const newEngines = new Set<string>()
    const leftKeys: string[] = []
    const leftEngines = new Map<string, ModelNeed>()
    let total = held
    for (const key of keys) {
      if (keeps.has(key)) continue
      const need = needOf(key)
      const { engine } = need
      const isNew = !engines.has(engine) && !newEngines.has(engine)
      const withIt = isNew ? plus(total, need) : total
      const isOneTooMany = engines.size + newEngines.size >= room.maxLoadedModels
      if (isNew && (isOneTooMany || overBytes(withIt, room) > 0)) {
        leftKeys.push(key)
        leftEngines.set(engine, need)
        continue
      }
      taken.push(key)
      if (isNew) newEngines.add(engine)
      total = withIt
    }
    if (leftKeys.length === 0) return { taken, newEngines, total, leftOut: null }
    const tooMuch = overBytes([...leftEngines.values()].reduce(plus, total), room)
    const overModels = Math.max(0, engines.size + newEngines.size + leftEngines.size - room.maxLoadedModels)
    const over = { overBytes: tooMuch === 0 ? null : tooMuch, overModels }
    const leftOut = { ruleId, keys: leftKeys, ...over, withRuleIds: [...holders] }
    return { taken, newEngines, total, leftOut }
  }

  function take(ruleId: string, { taken, newEngines, total }: Division): void {
    for (const key of taken) keeps.set(key, ruleId)
    for (const engine of newEngines) engines.add(engine)
    held = total
    if (taken.length > 0) holders.push(ruleId)
  }

  return {
    keeps,
    left,
    leftOf: (claim) => divide(claim)?.leftOut ?? null,
    add(claim) {
      const division = divide(claim)
      if (division === null) return
      take(claim.ruleId, division)
      if (division.leftOut) left.push(division.leftOut)
    },
    addWhole(claim) {
      const division = divide(claim)
      if (division?.leftOut) return false
      if (division) take(claim.ruleId, division)
      return true
    }
  }
}
