/** What a selection of models meets: who is loaded beside it, and what is left for it, on cards and in memory. Pure. */
import type { MemorySample } from '../../shared/memory.ts'
import type { ModelId } from '../../shared/model.ts'
import type { Need } from '../../shared/need.ts'
import { canGo, everyoneWhoMayGo, planEviction } from './evictionPolicy.ts'
import type { Resident } from './resident.ts'
import { bytesIn, evictables, leftIn, roomOf, type Place, type Room } from './room.ts'

export interface Selected {
  id: ModelId
  /** modelKey(id). */
  key: string
  contextLength: number | null
  /** What it was trained for (tokens). */
  maxContextLength: number | null
  need: Need | null
  needAt: (contextLength: number) => Need | null
  /** Its host computes on graphics cards where there are any. */
  usesCards: boolean
}

export interface Scene {
  room: Room
  /** Where the models lie; null when the budget is unknown. */
  left: number | null
  /** In RAM beside cards; null where there are none, or it is unknown. */
  besideLeft: number | null
  /** Loaded on this machine and not selected. */
  others: readonly Resident[]
  othersBytes: number
  /** The selected that are loaded now, by key. */
  loaded: ReadonlyMap<string, Resident>
}

/** Bytes that belong where the models lie, and those of hosts that use no cards. */
export interface Total {
  main: number
  beside: number
}

export function sceneOf(
  selection: readonly Selected[],
  residents: readonly Resident[],
  sample: MemorySample | null
): Scene {
  const selected = new Set(selection.map(({ key }) => key))
  // What is being unloaded counts as gone: a load waits for it.
  const here = residents.filter(({ isLocal, isLeaving }) => isLocal && !isLeaving)
  const others = here.filter(({ key }) => !selected.has(key))
  const loaded = here.filter(({ key }) => selected.has(key))
  const usesCards = selection.length === 0 || selection.some((model) => model.usesCards)
  const room = roomOf(sample, others, loaded, usesCards)
  return {
    room,
    left: leftIn(room.main),
    besideLeft: room.beside === null ? null : leftIn(room.beside),
    others,
    othersBytes: others.reduce((sum, other) => sum + (bytesIn(other, 'both', room.hasCards) ?? 0), 0),
    loaded: new Map(loaded.map((resident) => [resident.key, resident]))
  }
}

/** Of all whose need is known. */
export function totalOf(scene: Scene, selection: readonly Selected[]): Total {
  return selection.reduce((total, model) => plus(scene, total, model, model.need?.bytes ?? 0), { main: 0, beside: 0 })
}

export function plus({ room }: Scene, total: Total, { usesCards }: Selected, bytes: number): Total {
  const isBeside = room.place === 'cards' && !usesCards
  return isBeside ? { ...total, beside: total.beside + bytes } : { ...total, main: total.main + bytes }
}

export function less(scene: Scene, total: Total, model: Selected, bytes: number): Total {
  return plus(scene, total, model, -bytes)
}

/** `gone`: residents that count as unloaded. */
export function isWithin(scene: Scene, total: Total, gone: readonly Resident[] = []): boolean {
  const { room, left, besideLeft } = scene
  if (left === null || total.main > left + heldIn(gone, room.place, room)) return false
  return total.beside === 0 || (besideLeft !== null && total.beside <= besideLeft + heldIn(gone, 'memory', room))
}

/** Who of the others must go for it to fit; empty when it fits as things are, null when that does not suffice. */
export function unloadOthers(scene: Scene, total: Total, others = scene.others): Resident[] | null {
  const { room, left, besideLeft } = scene
  if (left === null) return null
  if (isWithin(scene, total)) return []
  const plan = planEviction(evictables(others, room, room.place), { bytes: total.main - left, count: 0 })
  const planned = plan.ok ? others.filter(({ key }) => plan.evict.includes(key)) : []
  const isBesideFull = total.beside > Math.max(0, besideLeft ?? 0)
  const gone = isBesideFull ? whoMayGo(scene, others) : planned
  return isWithin(scene, total, gone) ? inOrder(gone) : null
}

/** Partly in RAM beside the cards, with as few unloaded as that takes; null where that does not suffice either. */
export function besideOthers(scene: Scene, total: Total): { unload: Resident[]; spilledBytes: number } | null {
  const { room, left, besideLeft, others } = scene
  if (left === null || besideLeft === null) return null
  const bytes = total.main + total.beside - left - besideLeft
  const plan = planEviction(evictables(others, room, 'both'), { bytes, count: 0 })
  if (!plan.ok) return null
  const unload = inOrder(others.filter(({ key }) => plan.evict.includes(key)))
  const onCards = Math.max(0, left + heldIn(unload, 'cards', room))
  return { unload, spilledBytes: Math.max(0, total.main - onCards) }
}

export function whoMayGo({ room }: Scene, others: readonly Resident[]): Resident[] {
  return others.filter((other) => canGo(other) && bytesIn(other, 'both', room.hasCards) !== 0)
}

/** As an unload would take them. */
function inOrder(residents: readonly Resident[]): Resident[] {
  return everyoneWhoMayGo(residents)
}

function heldIn(residents: readonly Resident[], place: Place, { hasCards }: Room): number {
  return residents.reduce((sum, resident) => sum + (bytesIn(resident, place, hasCards) ?? 0), 0)
}
