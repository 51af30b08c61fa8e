/** What the rules of the schedule may fill: the places and budgets of "What if", on a machine where nothing else is loaded. Pure. */
import type { MemorySample } from '../../shared/memory.ts'
import { roomOf } from '../models/room.ts'

export interface RoomForRules {
  /** Of all cards together, of memory where there are none; null: unknown. */
  budgetBytes: number | null
  /** Of memory beside cards; null: no cards, or unknown. */
  besideBytes: number | null
  hasCards: boolean
}

export function roomForRules(sample: MemorySample | null): RoomForRules {
  const { main, beside, hasCards } = roomOf(sample, [], [], true)
  return { budgetBytes: main.budgetBytes, besideBytes: beside?.budgetBytes ?? null, hasCards }
}
