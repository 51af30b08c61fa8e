/**
 * Who fits beside whom. A load is allowed when, with it, its pool and the number of models are within their limits; what is over a
 * limit before the plan begins only keeps more from being loaded there. Pure.
 */
import type { PlanProblem } from './planProblem.ts'

export interface Room {
  /** With every model of `here` staying. */
  mayLoad: (here: Uint8Array, model: number) => boolean
  /** Every set that is just enough to go before the load; the empty one alone where there is room, none where there never is. */
  victimSets: (here: Uint8Array, model: number) => number[][]
  /** Even beside nothing but what must stay. */
  everFits: (model: number) => boolean
  /** Some sets were left out: there were too many. */
  wasCut: () => boolean
}

interface RoomOptions {
  /** Of these models it only matters how many go: the largest of a kind goes first. */
  inOrder: Uint8Array | null
}

interface Wanted {
  bytes: number
  count: number
}

interface Choice {
  model: number
  bytes: number
  count: number
  /** The one of its kind that goes before it; -1: none. */
  after: number
}

/** Looks at sets of victims for one load; beyond it the search is no proof. */
const mostLooks = 20_000

export function createRoom(problem: PlanProblem, { inOrder }: RoomOptions): Room {
  const { models, pools, maxLoaded } = problem
  const needOf = (index: number): number => models[index]!.needBytes ?? Infinity
  const larger = (a: number, b: number): number => (needOf(a) === needOf(b) ? a - b : needOf(b) - needOf(a))
  let isCut = false

  /** What is over with the model loaded; null: some that must stay is in the way. */
  function lookAt(here: Uint8Array, model: number): { must: number[]; over: Wanted; choices: number[] } | null {
    const own = models[model]!
    const limit = own.pool === null ? null : (pools[own.pool] ?? null)
    const must: number[] = []
    const choices: number[] = []
    let bytes = own.needBytes ?? 0
    let count = own.isCounted ? 1 : 0
    for (let other = 0; other < here.length; other++) {
      if (!here[other] || other === model) continue
      const { needBytes, pool, isCounted, mustStay } = models[other]!
      const isBeside = pool !== null && pool === own.pool
      if (isBeside && (needBytes === null || own.needBytes === null)) {
        if (mustStay) return null
        must.push(other)
        continue
      }
      if (isBeside) bytes += needBytes ?? 0
      if (isCounted) count += 1
      if (!mustStay && (isBeside || isCounted)) choices.push(other)
    }
    const over = {
      bytes: limit === null ? 0 : Math.max(0, bytes - limit),
      count: own.isCounted ? Math.max(0, count - maxLoaded) : 0
    }
    return { must, over, choices }
  }

  function mayLoad(here: Uint8Array, model: number): boolean {
    const look = lookAt(here, model)
    return look !== null && look.must.length === 0 && look.over.bytes === 0 && look.over.count === 0
  }

  function victimSets(here: Uint8Array, model: number): number[][] {
    const look = lookAt(here, model)
    if (look === null) return []
    const { must, over } = look
    if (over.bytes === 0 && over.count === 0) return [must]
    const sets: number[][] = []
    const choices = choicesOf(look.choices, models[model]!.pool, over)
    const restBytes = new Float64Array(choices.length + 1)
    const restCount = new Float64Array(choices.length + 1)
    for (let at = choices.length - 1; at >= 0; at--) {
      restBytes[at] = restBytes[at + 1]! + choices[at]!.bytes
      restCount[at] = restCount[at + 1]! + choices[at]!.count
    }
    const taken: Choice[] = []
    let looks = 0
    const choose = (at: number, bytes: number, count: number): void => {
      if (bytes <= 0 && count <= 0) {
        if (isJustEnough(taken, bytes, count)) sets.push([...must, ...taken.map((choice) => choice.model)])
        return
      }
      if (bytes > restBytes[at]! || count > restCount[at]!) return
      if (++looks > mostLooks) {
        isCut = true
        return
      }
      const choice = choices[at]!
      if (choice.after < 0 || taken.some((one) => one.model === choice.after)) {
        taken.push(choice)
        choose(at + 1, bytes - choice.bytes, count - choice.count)
        taken.pop()
      }
      choose(at + 1, bytes, count)
    }
    choose(0, over.bytes, over.count)
    return sets
  }

  function choicesOf(from: readonly number[], pool: number | null, over: Wanted): Choice[] {
    const choices: Choice[] = []
    const lastOf = new Map<string, number>()
    const sorted = inOrder
      ? [...from].sort((a, b) => inOrder[a]! - inOrder[b]! || (inOrder[a] ? larger(a, b) : a - b))
      : from
    for (const model of sorted) {
      const { needBytes, pool: ownPool, isCounted } = models[model]!
      const bytes = ownPool !== null && ownPool === pool && over.bytes > 0 ? (needBytes ?? 0) : 0
      const count = isCounted && over.count > 0 ? 1 : 0
      const kind = inOrder?.[model] ? `${ownPool} ${isCounted}` : null
      const after = kind === null ? -1 : (lastOf.get(kind) ?? -1)
      if (kind !== null) lastOf.set(kind, model)
      if (bytes > 0 || count > 0) choices.push({ model, bytes, count, after })
    }
    return choices
  }

  return {
    mayLoad,
    victimSets,
    everFits(model) {
      const staying = Uint8Array.from(models, ({ mustStay, isResident }) => Number(mustStay && isResident))
      return mayLoad(staying, model)
    },
    wasCut: () => isCut
  }
}

/** `bytes` and `count` are what was freed too much, as numbers below 0. */
function isJustEnough(taken: readonly Choice[], bytes: number, count: number): boolean {
  const heads = new Set(taken.map(({ after }) => after))
  return taken.every((choice) => heads.has(choice.model) || bytes + choice.bytes > 0 || count + choice.count > 0)
}
