/**
 * How many answers run side by side on a host: (state, what was seen) -> state. One more while that gets more done, half after it had too
 * much, the least while memory is short.
 */

export interface ConcurrencyBounds {
  min: number
  max: number
}

export interface Concurrency {
  limit: number
  reason: string
  isShort: boolean
  changedAt: number
  /** Answers with every place taken since the limit last changed. */
  streak: number
  /** Requests begun since then, and how many of them were turned away; both halved now and then, so that the newest count most. */
  begun: number
  turnedAway: number
  /** Milliseconds per token of the newest answers of each model, by the limit they ran under. */
  paces: ReadonlyMap<string, readonly (readonly number[] | undefined)[]>
  /** So many at once were too many, or brought nothing, and when that was seen. */
  useless: { limit: number; at: number } | null
}

export type ConcurrencyEvent =
  | { kind: 'began' }
  | {
      kind: 'answered'
      model: string
      msPerToken: number
      /** When it began. */
      beganAt: number
      /** Every place was taken when it began. */
      wasFull: boolean
      /** Others wait. */
      isQueued: boolean
    }
  /** `isTimeout`: it took the request, and its time, and came to nothing. */
  | { kind: 'overloaded'; beganAt: number; isTimeout: boolean }
  | { kind: 'pressure'; isShort: boolean }

const startLimit = 2
const begunKept = 20
/** Of those begun: turned away come first and answers later, so that a share of the outcomes would be wrong for a while. */
const tooMuchShare = 0.6
const fewestTurnedAway = 5
/** One more must get at least so much more done; four where there is room for them get a third more done than three. */
const worthwhileGain = 1.05
/** What brought nothing is tried again after this. */
const uselessForMs = 30_000
/** Their lower quarter counts: whatever else a machine does only makes some of them slower, a crowd makes all of them so. */
const pacesKept = 15
/** One less comes after so many answers of each place: a slow second must not be taken for a crowd, and patience costs no speed. */
const patience = 3
const modelsKept = 32

export function newConcurrency(now: number): Concurrency {
  return {
    limit: startLimit,
    reason: 'to begin with',
    isShort: false,
    changedAt: now,
    streak: 0,
    begun: 0,
    turnedAway: 0,
    paces: new Map(),
    useless: null
  }
}

/** What is in force between the two settings, and why. */
export function limitOf(state: Concurrency, { min, max }: ConcurrencyBounds): { limit: number; reason: string } {
  if (min >= max) return { limit: min, reason: 'set so' }
  if (state.isShort) return { limit: min, reason: 'memory is short' }
  if (state.limit > max) return { limit: max, reason: 'no more are allowed' }
  if (state.limit < min) return { limit: min, reason: 'no fewer are wanted' }
  return { limit: state.limit, reason: state.reason }
}

export function nextConcurrency(
  state: Concurrency,
  event: ConcurrencyEvent,
  now: number,
  bounds: ConcurrencyBounds
): Concurrency {
  const { limit } = limitOf(state, bounds)
  if (event.kind === 'pressure') {
    if (event.isShort === state.isShort) return state
    const next = moved(state, event.isShort ? bounds.min : limit, 'memory was short', now)
    return { ...next, isShort: event.isShort }
  }
  if (event.kind === 'began') return began(state)
  // What began under another limit says nothing of this one.
  const isOfThisLimit = event.beganAt >= state.changedAt || now < state.changedAt
  if (!isOfThisLimit) return state
  return event.kind === 'overloaded'
    ? overloaded(state, event.isTimeout, limit, bounds, now)
    : answered(state, event, limit, bounds, now)
}

function began(state: Concurrency): Concurrency {
  const { begun, turnedAway } = state
  if (begun < begunKept) return { ...state, begun: begun + 1 }
  return { ...state, begun: begun / 2 + 1, turnedAway: turnedAway / 2 }
}

function overloaded(
  state: Concurrency,
  isTimeout: boolean,
  limit: number,
  { min }: ConcurrencyBounds,
  now: number
): Concurrency {
  const turnedAway = state.turnedAway + 1
  // A server that turns away one in three whatever it is asked gets no better by being asked less.
  const isTooMuch = isTimeout || (turnedAway >= fewestTurnedAway && turnedAway / state.begun >= tooMuchShare)
  if (!isTooMuch || limit <= min) return { ...state, turnedAway }
  const reason = isTimeout ? 'an answer did not come in time' : 'the host turned requests away'
  return { ...moved(state, Math.max(min, Math.floor(limit / 2)), reason, now), useless: { limit, at: now } }
}

function answered(
  before: Concurrency,
  event: Extract<ConcurrencyEvent, { kind: 'answered' }>,
  limit: number,
  bounds: ConcurrencyBounds,
  now: number
): Concurrency {
  if (!event.wasFull) return before
  const paces = withPace(before.paces, event.model, limit, event.msPerToken)
  const state = { ...before, paces, streak: before.streak + 1 }
  if (state.streak < limit || state.isShort) return state
  const gain = gainOf(paces.get(event.model), limit)
  const isInVain = gain !== null && gain < worthwhileGain
  if (isInVain && limit > bounds.min && state.streak >= limit * patience)
    return { ...moved(state, limit - 1, 'more at once got no more done', now), useless: { limit, at: now } }
  const mayGrow = event.isQueued && limit < bounds.max && !isInVain && !isUseless(state, limit + 1, now)
  return mayGrow ? moved(state, limit + 1, 'others wait, and answers get no slower', now) : state
}

function isUseless({ useless }: Concurrency, limit: number, now: number): boolean {
  return useless !== null && limit >= useless.limit && now >= useless.at && now - useless.at < uselessForMs
}

function moved(state: Concurrency, limit: number, reason: string, now: number): Concurrency {
  return { ...state, limit, reason, changedAt: now, streak: 0, begun: 0, turnedAway: 0 }
}

/** Tokens per second of all together at this limit, over those at one less; null where one of the two was never measured. */
function gainOf(paces: readonly (readonly number[] | undefined)[] | undefined, limit: number): number | null {
  const here = lowerQuarter(paces?.[limit])
  const below = lowerQuarter(paces?.[limit - 1])
  return here && below ? (limit / here) * (below / (limit - 1)) : null
}

function lowerQuarter(values: readonly number[] = []): number | undefined {
  return values.toSorted((a, b) => a - b)[values.length >> 2]
}

function withPace(paces: Concurrency['paces'], model: string, limit: number, msPerToken: number): Concurrency['paces'] {
  if (!Number.isFinite(msPerToken) || msPerToken <= 0) return paces
  const next = new Map(paces)
  const own = [...(paces.get(model) ?? [])]
  own[limit] = [...(own[limit] ?? []), msPerToken].slice(-pacesKept)
  next.delete(model)
  next.set(model, own)
  for (const oldest of next.keys()) {
    if (next.size <= modelsKept) break
    next.delete(oldest)
  }
  return next
}
