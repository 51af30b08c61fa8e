/** Who stays in memory beside a run, and what that leaves for its models: the budgets of cards and memory as the schedule counts them. Pure. */
import type { NeedSource } from '../../../shared/need.ts'
import type { Resident } from '../../models/resident.ts'

/** What models may hold together on this machine, whatever holds it now. */
export interface MachineRoom {
  /** Of all cards together, of memory where there are none; null: unknown. */
  budgetBytes: number | null
  /** Of memory beside cards; null: no cards, or unknown. */
  besideBytes: number | null
  hasCards: boolean
}

/** Places in PlanProblem.pools. */
export const mainPool = 0
export const besidePool = 1

/** A model of the run, as far as room goes. */
export interface Roomer {
  key: string
  engine: string
  /** Null: another machine's. */
  pool: number | null
  /** The least it can do with; null: unknown, and then nobody can say that it does not fit. 0: it is in memory already. */
  leastBytes: number | null
}

export type BytesIn = (resident: Resident, place: 'cards' | 'memory' | 'both', hasCards: boolean) => number | null

export interface RoomScene {
  room: MachineRoom
  maxLoadedModels: number
  /** Not those on their way out. */
  residents: readonly Resident[]
  bytesIn: BytesIn
  /** How the bytes of one that nobody has measured yet were come by; null: they were measured. */
  sourceOf: (resident: Resident) => NeedSource | null
  /** By a rule of the schedule, not by a run. */
  isKeptByRule: (resident: Resident) => boolean
  /** By modelKey: another run's. */
  heldByOthers: ReadonlySet<string>
  /** By modelKey: the run's own models. */
  asked: ReadonlySet<string>
}

export function poolOf(isLocal: boolean, usesCards: boolean, { hasCards }: MachineRoom): number | null {
  return !isLocal ? null : hasCards && !usesCards ? besidePool : mainPool
}

/** What a resident takes of a pool; null: unknown. */
export function heldIn(resident: Resident, pool: number, { room, bytesIn }: RoomScene): number | null {
  const place = room.hasCards && pool === mainPool ? 'cards' : 'memory'
  if (!room.hasCards && pool === besidePool) return 0
  return bytesIn(resident, place, room.hasCards)
}

/**
 * Pinned models stay, and what another run holds. What the schedule keeps, and what answers somebody else, stays where the run can do
 * beside it: else the one goes, as it would for any load, and the other is waited for.
 */
export function whoStays(scene: RoomScene, roomers: readonly Roomer[]): Resident[] {
  const { residents, asked, heldByOthers, isKeptByRule } = scene
  const isFirm = (one: Resident): boolean => one.isPinned || heldByOthers.has(one.key)
  const isBusyElsewhere = (one: Resident): boolean => one.isBusy && !asked.has(one.key)
  const levels = [
    (one: Resident) => isFirm(one) || isKeptByRule(one) || isBusyElsewhere(one),
    (one: Resident) => isFirm(one) || isBusyElsewhere(one),
    isFirm
  ]
  const stays = levels.map((level) => residents.filter(level))
  return stays.find((some) => roomers.every((roomer) => fitsBeside(roomer, some, scene))) ?? residents.filter(isFirm)
}

export function fitsBeside(roomer: Roomer, staying: readonly Resident[], scene: RoomScene): boolean {
  if (roomer.leastBytes === 0) return true
  if (othersThan(roomer, staying).length + 1 > scene.maxLoadedModels) return false
  const left = leftFor(roomer, staying, scene, true)
  return left === null || roomer.leastBytes === null || roomer.leastBytes <= left
}

/** Of its pool, of both where it may lie partly beside the cards; null: unknown, or another machine's. */
export function leftFor(
  roomer: Roomer,
  staying: readonly Resident[],
  scene: RoomScene,
  withBeside: boolean
): number | null {
  const { pool } = roomer
  if (pool === null) return null
  const others = othersThan(roomer, staying)
  const own = leftOf(pool, others, scene)
  const beside = withBeside && pool === mainPool && scene.room.hasCards ? leftOf(besidePool, others, scene) : null
  return own === null ? null : own + Math.max(0, beside ?? 0)
}

export function budgetOf(pool: number, { room }: RoomScene): number | null {
  return pool === mainPool ? room.budgetBytes : room.besideBytes
}

function leftOf(pool: number, others: readonly Resident[], scene: RoomScene): number | null {
  const budget = budgetOf(pool, scene)
  if (budget === null) return null
  return others.reduce((left, one) => left - (heldIn(one, pool, scene) ?? 0), budget)
}

/** A load replaces another name on its engine, and itself. */
export function othersThan(
  { key, engine }: Pick<Roomer, 'key' | 'engine'>,
  residents: readonly Resident[]
): Resident[] {
  return residents.filter((one) => one.key !== key && one.engine !== engine)
}
