/** When memory counts as short, and which models could go then. Pure. */
import type { Relief } from '../../shared/fit.ts'
import type { MemorySample, Pressure } from '../../shared/memory.ts'
import { everyoneWhoMayGo } from './evictionPolicy.ts'
import type { Resident } from './resident.ts'
import { bytesIn } from './room.ts'

/** A blip is no reason to act; nor is a moment of calm a reason to start again. */
const pressedAfter = 3
const normalAfter = 10
/** Long enough that nobody is between two questions. */
const idleForMs = 30_000

export interface PressureState {
  isPressed: boolean
  /** Samples in a row that say otherwise. */
  against: number
}

export const unpressed: PressureState = { isPressed: false, against: 0 }

/** A sample that does not tell (`null`) changes nothing. */
export function nextPressure(state: PressureState, pressure: Pressure | null): PressureState {
  if (pressure === null) return state
  const saysPressed = pressure !== 'normal'
  if (saysPressed === state.isPressed) return { ...state, against: 0 }
  const against = state.against + 1
  const isEnough = against >= (saysPressed ? pressedAfter : normalAfter)
  return isEnough ? { isPressed: saysPressed, against: 0 } : { ...state, against }
}

/** Idle models that hold some of the memory that is short, least recently used first; what lies on a card frees none of it. */
export function whoCouldGo(residents: readonly Resident[], sample: MemorySample): Resident[] {
  const hasCards = sample.pools.some(({ kind }) => kind === 'card')
  const holding = residents.filter((resident) => resident.isLocal && bytesIn(resident, 'memory', hasCards) !== 0)
  return everyoneWhoMayGo(holding)
}

export function reliefOf(residents: readonly Resident[], sample: MemorySample): Relief | null {
  const couldGo = whoCouldGo(residents, sample)
  if (couldGo.length === 0) return null
  const hasCards = sample.pools.some(({ kind }) => kind === 'card')
  const held = couldGo.map((resident) => bytesIn(resident, 'memory', hasCards))
  const isKnown = held.every((bytes) => bytes !== null)
  return {
    unload: couldGo.map(({ id }) => id),
    bytes: isKnown ? held.reduce((sum, bytes) => sum + (bytes ?? 0), 0) : null
  }
}

/**
 * The one to unload by itself: the least recently used of those that were not used for a while. `unknownSinceAt`: from when on a model
 * of which no use is known counts as unused, because nobody looked before. `spared`: keys of those that would not go. What the schedule
 * keeps stays: it would be loaded again at once.
 */
export function nextToGo(
  residents: readonly Resident[],
  sample: MemorySample,
  now: number,
  unknownSinceAt: number,
  spared: ReadonlySet<string>
): Resident | null {
  const isIdle = ({ key, isKept, lastUsedAt }: Resident): boolean =>
    !isKept && !spared.has(key) && now - (lastUsedAt ?? unknownSinceAt) >= idleForMs
  return whoCouldGo(residents, sample).find(isIdle) ?? null
}
