/** Whether a model has room, and what a load of it would do first: pure, the same for the row, the question before a load, and the load. */
import type { Fit, Prediction, Verdict } from '../../shared/fit.ts'
import type { MemorySample } from '../../shared/memory.ts'
import type { ModelId } from '../../shared/model.ts'
import type { Need } from '../../shared/need.ts'
import { everyoneWhoMayGo, planEviction, type BlockedBy } from './evictionPolicy.ts'
import { longestContext, roundedDown, shortestUsefulContext } from './longestContext.ts'
import type { Resident } from './resident.ts'
import { evictables, leftIn, roomOf, sumOf, type Place, type Room } from './room.ts'

export interface FitInput {
  need: Need | null
  needAt: (contextLength: number) => Need | null
  /** What it was trained for (tokens). */
  maxContextLength: number | null
  /** Everything in memory and on the way there; without the model itself. */
  residents: readonly Resident[]
  /** The model itself, where it is loaded now. */
  replaced: Resident | null
  sample: MemorySample | null
  /** Its host computes on graphics cards where there are any. */
  usesCards: boolean
  /** How many must go for the limit of loaded models. */
  countToFree: number
}

export interface Judgement {
  fit: Fit
  /** Why the limit of loaded models cannot be kept; null when it can. */
  countBlockedBy: BlockedBy | null
  /** Why the budget cannot be kept; null when it can. */
  memoryBlockedBy: BlockedBy | null
  /** Something goes for its bytes, not only for its number. */
  isByMemory: boolean
  /** Of everything it may lie in, RAM beside cards counted in; null when unknown. */
  budgetBytes: number | null
  /** What models that stay leave of it; below 0 where they hold more. */
  budgetLeftBytes: number | null
}

export function judgeFit(input: FitInput): Fit {
  return judgeLoad(input).fit
}

/** As judgeFit, with what a load must know beside it. */
export function judgeLoad(input: FitInput): Judgement {
  const { need, sample } = input
  // A load waits for what is being unloaded: it counts as gone.
  const staying = input.residents.filter(({ isLeaving }) => !isLeaving)
  const room = roomOf(sample, staying, input.replaced === null ? [] : [input.replaced], input.usesCards)
  const byCount = planEviction(evictables(staying, room, room.place), { bytes: 0, count: input.countToFree })
  const judgement = (verdict: Verdict, rest: Partial<Fit>, isByMemory: boolean): Judgement => ({
    fit: {
      verdict,
      unload: [],
      fittingContextLength: null,
      spilledBytes: 0,
      isAllowed: true,
      sum: sumOf(room.main, need?.bytes ?? null),
      ...rest
    },
    countBlockedBy: byCount.ok ? null : byCount.blockedBy,
    memoryBlockedBy: null,
    isByMemory,
    budgetBytes: withBeside(room, 'budgetBytes'),
    budgetLeftBytes: withBeside(room, 'budgetLeftBytes')
  })
  const left = leftIn(room.main)
  if (need === null || left === null || need.bytes <= left) {
    const unload = idsOf(staying, byCount.ok ? byCount.evict : [])
    return judgement(need === null || left === null ? 'unknown' : 'fits', { unload }, false)
  }
  const fittingContextLength = shorterContext(input, need, left)
  const count = byCount.ok ? input.countToFree : 0
  const plan = planEviction(evictables(staying, room, room.place), { bytes: need.bytes - left, count })
  if (plan.ok) {
    return judgement('fits_if_unloaded', { unload: idsOf(staying, plan.evict), fittingContextLength }, true)
  }
  const asked = { need, staying, room, count }
  const beside = planBeside(asked)
  const { evict, isByMemory } = beside ?? bestEffort(asked)
  const refusal = planForBudget(asked, need.bytes - need.plusMinusBytes, 0).plan
  const rest = {
    unload: idsOf(staying, evict),
    fittingContextLength,
    spilledBytes: beside?.spilledBytes ?? 0,
    isAllowed: refusal.ok
  }
  const verdict = fittingContextLength !== null ? 'fits_with_context' : beside ? 'fits_partly' : 'does_not_fit'
  return { ...judgement(verdict, rest, isByMemory), memoryBlockedBy: refusal.ok ? null : refusal.blockedBy }
}

/** A prediction as the page gets it. `contextLength`: what was asked for, where no need tells its own. */
export function toPrediction(id: ModelId, need: Need | null, contextLength: number | null, fit: Fit): Prediction {
  return {
    id,
    contextLength: need?.contextLength ?? contextLength,
    needBytes: need?.bytes ?? null,
    plusMinusBytes: need?.plusMinusBytes ?? null,
    source: need?.source ?? null,
    parts: need?.parts ?? [],
    ...fit
  }
}

function shorterContext({ needAt, maxContextLength }: FitInput, need: Need, leftBytes: number): number | null {
  const asked = need.contextLength
  const isBeyondMax = maxContextLength !== null && asked > maxContextLength
  const most = isBeyondMax ? maxContextLength : roundedDown(asked - 1)
  const least = Math.min(shortestUsefulContext, maxContextLength ?? shortestUsefulContext)
  return longestContext((length) => (needAt(length)?.bytes ?? Infinity) <= leftBytes, least, most)
}

/** A need that has no room where it should lie, even when everything that may go there is gone. */
interface Asked {
  need: Need
  staying: readonly Resident[]
  room: Room
  count: number
}

interface SecondChoice {
  evict: readonly string[]
  /** Something goes for its bytes, not only for its number. */
  isByMemory: boolean
}

/** Partly on the cards and partly in RAM, with as little unloaded as that takes; null where there is no such place, or too little of it. */
function planBeside({ need, staying, room, count }: Asked): (SecondChoice & { spilledBytes: number }) | null {
  const left = leftIn(room.main)
  const besideLeft = room.beside === null ? null : leftIn(room.beside)
  if (left === null || besideLeft === null) return null
  const bytes = need.bytes - left - besideLeft
  const plan = planEviction(evictables(staying, room, 'both'), { bytes, count })
  if (!plan.ok) return null
  const freed = evictables(staying, room, 'cards').filter(({ key }) => plan.evict.includes(key))
  const onCards = Math.max(0, left + freed.reduce((sum, { heldBytes }) => sum + (heldBytes ?? 0), 0))
  return { evict: plan.evict, isByMemory: bytes > 0, spilledBytes: Math.max(0, need.bytes - onCards) }
}

/** Who would have to go for the budget alone, whatever other programs use: where the model should lie, else with RAM beside it. */
function planForBudget({ staying, room }: Asked, needBytes: number, count: number) {
  const bytes = needBytes - (room.main.budgetLeftBytes ?? 0)
  const plan = planEviction(evictables(staying, room, room.place), { bytes, count })
  const besideLeft = room.beside?.budgetLeftBytes ?? null
  if (plan.ok || besideLeft === null) return { bytes, plan }
  const withBeside = bytes - besideLeft
  return { bytes: withBeside, plan: planEviction(evictables(staying, room, 'both'), { bytes: withBeside, count }) }
}

/** Not refused, or insisted on: then the budget is kept or, if it cannot be, exceeded by as little as may be. */
function bestEffort(asked: Asked): SecondChoice {
  const { bytes, plan } = planForBudget(asked, asked.need.bytes, asked.count)
  if (plan.ok) return { evict: plan.evict, isByMemory: bytes > 0 }
  const holding = evictables(asked.staying, asked.room, wholePlace(asked.room)).filter(
    ({ heldBytes }) => heldBytes !== 0
  )
  return { evict: everyoneWhoMayGo(holding).map(({ key }) => key), isByMemory: true }
}

function withBeside({ main, beside }: Room, part: 'budgetBytes' | 'budgetLeftBytes'): number | null {
  const bytes = main[part]
  return bytes === null ? null : bytes + (beside?.[part] ?? 0)
}

function wholePlace(room: Room): Place {
  return room.beside === null ? room.place : 'both'
}

/** In the order of the plan. */
function idsOf(residents: readonly Resident[], keys: readonly string[]): ModelId[] {
  return keys.flatMap((key) => residents.find((resident) => resident.key === key)?.id ?? [])
}
