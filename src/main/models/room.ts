/**
 * The room that is left for models: by the budget, and by what other programs leave. Pure. Several cards count as one with the sum of
 * their bytes. That ignores that a layer lies on one card alone (so the last few hundred MB of each cannot be used up), that each
 * card has compute buffers of its own, and that a model may be kept to one of them.
 */
import type { FitSum } from '../../shared/fit.ts'
import type { BudgetPool, MemorySample } from '../../shared/memory.ts'
import type { Evictable } from './evictionPolicy.ts'
import type { Resident } from './resident.ts'

/** `both`: the cards, and RAM beside them. */
export type Place = 'cards' | 'memory' | 'both'

export interface PoolRoom {
  limitBytes: number | null
  reserveBytes: number | null
  budgetBytes: number | null
  /** Of models that stay, those still loading with all they will hold. */
  heldBytes: number
  /** Of models that are to be loaded anew. */
  replacedBytes: number
  /** budget - held. Below 0 where more is held than should be. */
  budgetLeftBytes: number | null
  /** What other programs leave, less held. Below 0 where the system counts less as used than models say they hold. */
  freeLeftBytes: number | null
}

export interface Room {
  /** Where the model would lie. */
  main: PoolRoom
  place: 'cards' | 'memory'
  /** The machine has graphics cards, whether the model uses them or not. */
  hasCards: boolean
  /** RAM beside cards: takes what does not fit on them, slower. */
  beside: PoolRoom | null
}

/** `staying`: what remains in memory; `replaced`: what goes because it is loaded anew. Models of other machines may be among them. */
export function roomOf(
  sample: MemorySample | null,
  staying: readonly Resident[],
  replaced: readonly Resident[],
  usesCards: boolean
): Room {
  const cards = sample?.pools.filter(({ kind }) => kind === 'card') ?? []
  const hasCards = cards.length > 0
  const sumIn = (residents: readonly Resident[], place: Place): number =>
    residents.reduce((sum, resident) => sum + (bytesIn(resident, place, hasCards) ?? 0), 0)
  // An old sample's budget still holds; what others used then says nothing of now.
  const knowsOthers = !sample?.isStale && ![...staying, ...replaced].some(takesUnseen)
  const inMemory = (): PoolRoom => {
    const held = sumIn(staying, 'memory')
    const forModels = knowsOthers ? memoryForModels(sample) : null
    return poolRoom(memoryBudget(sample), forModels, held, sumIn(replaced, 'memory'))
  }
  if (!hasCards || !usesCards || sample === null) return { main: inMemory(), place: 'memory', hasCards, beside: null }
  const held = sumIn(staying, 'cards')
  const forModels = knowsOthers ? cardsForModels(sample, cards) : null
  const main = poolRoom(addUp(cards), forModels, held, sumIn(replaced, 'cards'))
  return { main, place: 'cards', hasCards, beside: inMemory() }
}

/**
 * Loads, and nobody tells yet how much of its need it has taken: to the system that part is other programs', and with the need it would
 * count twice. What others leave is unknown until it is loaded; the budget is not.
 */
function takesUnseen({ isLocal, isLoading, heldBytes, needBytes }: Resident): boolean {
  return isLocal && isLoading && heldBytes === null && needBytes !== null
}

/** What a resident takes, or will have taken, of one kind of memory; null when unknown. */
export function bytesIn(resident: Resident, place: Place, hasCards: boolean): number | null {
  const { isLocal, isLoading, heldBytes, gpuBytes, needBytes, usesCards } = resident
  if (!isLocal) return 0
  const total = isLoading && needBytes !== null ? Math.max(needBytes, heldBytes ?? 0) : (heldBytes ?? needBytes)
  if (total === null || place === 'both') return total
  const onCards = !hasCards || !usesCards ? 0 : isLoading ? total : Math.min(total, gpuBytes ?? total)
  return place === 'cards' ? onCards : total - onCards
}

/** As the eviction policy sees them, by what they take of one kind of memory. */
export function evictables(residents: readonly Resident[], { hasCards }: Room, place: Place): Evictable[] {
  return residents.map((resident) => ({ ...resident, heldBytes: bytesIn(resident, place, hasCards) }))
}

/** The smaller of the two limits; null when the budget is unknown, below 0 when something must go first. */
export function leftIn({ budgetLeftBytes, freeLeftBytes }: PoolRoom): number | null {
  if (budgetLeftBytes === null) return null
  return freeLeftBytes === null ? budgetLeftBytes : Math.min(budgetLeftBytes, freeLeftBytes)
}

/** The sum as people see it, for so many bytes more. */
export function sumOf(room: PoolRoom, needBytes: number | null): FitSum {
  const { limitBytes, reserveBytes, budgetBytes, heldBytes, replacedBytes, freeLeftBytes } = room
  const left = leftIn(room)
  const roomBytes = left === null ? null : Math.max(0, left)
  return {
    limitBytes,
    reserveBytes,
    budgetBytes,
    heldBytes,
    replacedBytes,
    freeBytes: freeLeftBytes === null ? null : Math.max(0, freeLeftBytes),
    roomBytes,
    overBytes: roomBytes === null || needBytes === null ? null : Math.max(0, needBytes - roomBytes),
    limitedBy: left === null ? null : left === room.budgetLeftBytes ? 'budget' : 'other_programs'
  }
}

/** The newer of two samples, with the other programs as the one of them saw them that saw less; as old as what is taken from it. */
export function calmerOf(newest: MemorySample, earlier: MemorySample | null): MemorySample {
  if (earlier === null || (othersIn(earlier) ?? Infinity) >= (othersIn(newest) ?? Infinity)) return newest
  const { otherBytes, gpus, models, sampledAt } = earlier
  return { ...newest, otherBytes, gpus, models, sampledAt }
}

/** What other programs use, on cards where there are any. */
function othersIn(sample: MemorySample): number | null {
  const cards = sample.pools.filter(({ kind }) => kind === 'card')
  if (cards.length === 0) return sample.otherBytes
  const left = cardsForModels(sample, cards)
  return left === null ? sample.otherBytes : -left
}

type Limits = Pick<PoolRoom, 'limitBytes' | 'reserveBytes' | 'budgetBytes'>

function poolRoom(limits: Limits, forModelsBytes: number | null, heldBytes: number, replacedBytes: number): PoolRoom {
  return {
    limitBytes: limits.limitBytes,
    reserveBytes: limits.reserveBytes,
    budgetBytes: limits.budgetBytes,
    heldBytes,
    replacedBytes,
    budgetLeftBytes: limits.budgetBytes === null ? null : limits.budgetBytes - heldBytes,
    freeLeftBytes: forModelsBytes === null ? null : forModelsBytes - heldBytes
  }
}

const unknownLimits: Limits = { limitBytes: null, reserveBytes: null, budgetBytes: null }

function memoryBudget(sample: MemorySample | null): Limits {
  return sample?.pools.find(({ kind }) => kind === 'memory') ?? (sample?.pools.length === 0 ? sample : unknownLimits)
}

/** RAM that no other program uses. */
function memoryForModels(sample: MemorySample | null): number | null {
  if (sample === null || sample.totalBytes === null || sample.otherBytes === null) return null
  return sample.totalBytes - sample.otherBytes
}

function addUp(cards: readonly BudgetPool[]): Limits {
  const sum = (part: 'limitBytes' | 'reserveBytes' | 'budgetBytes'): number =>
    cards.reduce((total, card) => total + card[part], 0)
  return { limitBytes: sum('limitBytes'), reserveBytes: sum('reserveBytes'), budgetBytes: sum('budgetBytes') }
}

/** What no other program uses on the cards: a card tells only what is used in all. */
function cardsForModels(sample: MemorySample, cards: readonly BudgetPool[]): number | null {
  let usedBytes = 0
  for (const { id } of cards) {
    const used = sample.gpus.find((gpu) => gpu.id === id)?.usedBytes ?? null
    if (used === null) return null
    usedBytes += used
  }
  const byModels = sample.models.reduce((sum, { gpuBytes, heldBytes }) => sum + (gpuBytes ?? heldBytes ?? 0), 0)
  return (addUp(cards).limitBytes ?? 0) - Math.max(0, usedBytes - byModels)
}
