/**
 * Runs beside each other: one after the other, or together as far as their models fit. Whoever needs models that do not fit lets go of its
 * own first and waits in line, so that nobody holds one while waiting for another; whoever holds them yields when its time is up.
 */
import { abortable } from '../../lib/abortable.ts'
import type { Clock } from '../../lib/clock.ts'
import type { PlanProblem } from '../planner/planProblem.ts'

/** A model in use, as the planner counts it. */
export interface Claim {
  /** modelKey(id). */
  key: string
  needBytes: number | null
  /** A place in `pools`; they are the same ones for every run of one machine. */
  pool: number | null
  isCounted: boolean
  /** A turn is worth so much loading. */
  loadMs: number
}

export interface Room extends Pick<PlanProblem, 'pools' | 'maxLoaded'> {
  /** Models that cannot go. */
  staying: readonly Claim[]
}

export interface RunTurns {
  /** Resolves when this run may work at all; at once where it may already. True: it had to wait. */
  begin(runId: string, signal: AbortSignal): Promise<boolean>
  /** Whose end it waits for before it may work at all; null: it does not wait. */
  behind(runId: string): string | null
  /** It waits for something outside: the next one may work meanwhile. `begin` puts it first in line again. */
  stepAside(runId: string): void
  /** Uses these models from now on and no others. True: it had to wait, and anything may have changed. */
  enter(
    runId: string,
    claims: readonly Claim[],
    room: Room,
    signal: AbortSignal,
    /** Before it waits: its models are free to go. */
    onWait: () => void
  ): Promise<boolean>
  /** One more model, if there is room and nobody waits. */
  extend(runId: string, claim: Claim, room: Room): boolean
  /** Others wait for its models, and its turn has been long enough. */
  mustYield(runId: string): boolean
  uses(runId: string, key: string): boolean
  /** Another run uses it just now. */
  isUsedByOthers(runId: string, key: string): boolean
  /** What other runs use just now, by modelKey. */
  usedByOthers(runId: string): ReadonlySet<string>
  /** It uses no model just now: others may. */
  release(runId: string): void
  /** It uses no model any more, for now or for good. */
  leave(runId: string): void
  settingsChanged(): void
}

/** A turn lasts at least so long, and so many times as long as loading its models takes: swapping costs a sixth at most. */
const turnMs = 30_000
const turnPerLoad = 5

interface Waiter {
  runId: string
  mayGo: () => boolean
  go: () => void
}

export function createRunTurns(deps: { together: () => 'queue' | 'share'; clock: Clock }): RunTurns {
  const { clock, together } = deps
  /** Runs at work, in the order in which they began. */
  const begun = new Set<string>()
  const beginners: Waiter[] = []
  const aside = new Set<string>()
  const claims = new Map<string, readonly Claim[]>()
  const since = new Map<string, number>()
  const line: Waiter[] = []

  const others = (runId: string): Claim[] => [...claims].flatMap(([other, list]) => (other === runId ? [] : [...list]))
  const fits = (runId: string, wanted: readonly Claim[], room: Room): boolean => {
    const inUse = others(runId)
    return inUse.length === 0 || wanted.length === 0 || fitTogether([...wanted, ...inUse], room)
  }
  const mayBegin = (): boolean => together() === 'share' || begun.size === 0

  function lookAnew(): void {
    while (beginners[0]?.mayGo()) beginners.shift()?.go()
    // Strictly in line: who comes later never keeps the first one waiting.
    while (line[0]?.mayGo()) line.shift()?.go()
  }

  async function wait(queue: Waiter[], signal: AbortSignal, { go, ...wish }: Waiter, isFirst = false): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiter: Waiter = {
      ...wish,
      go() {
        go()
        resolve()
      }
    }
    queue.splice(isFirst ? 0 : queue.length, 0, waiter)
    try {
      await abortable(promise, signal)
    } finally {
      const at = queue.indexOf(waiter)
      if (at >= 0) queue.splice(at, 1)
      lookAnew()
    }
  }

  function take(runId: string, wanted: readonly Claim[]): void {
    claims.set(runId, wanted)
    since.set(runId, clock.now())
  }

  const turns: RunTurns = {
    async begin(runId, signal) {
      signal.throwIfAborted()
      if (begun.has(runId)) return false
      const go = (): void => void begun.add(runId)
      const isFirst = aside.delete(runId)
      if ((isFirst || beginners.length === 0) && mayBegin()) {
        go()
        return false
      }
      await wait(beginners, signal, { runId, mayGo: mayBegin, go }, isFirst)
      return true
    },
    behind(runId) {
      const at = beginners.findIndex((waiter) => waiter.runId === runId)
      return at < 0 ? null : (beginners[at - 1]?.runId ?? [...begun].at(-1) ?? null)
    },
    stepAside(runId) {
      if (!begun.delete(runId)) return
      aside.add(runId)
      turns.release(runId)
    },
    async enter(runId, wanted, room, signal, onWait) {
      signal.throwIfAborted()
      const mine = claims.get(runId) ?? []
      const hasAll = mine.length > 0 && wanted.every(({ key }) => mine.some((claim) => claim.key === key))
      const mayGo = (): boolean => fits(runId, wanted, room)
      // As long as its turn lasts it may have other models, or two who wait for each other would only ever swap.
      if (mine.length > 0 && !turns.mustYield(runId) && (hasAll || mayGo())) {
        claims.set(runId, wanted)
        // With fewer models than before somebody may have room.
        lookAnew()
        return false
      }
      if (line.length === 0 && mayGo()) {
        take(runId, wanted)
        lookAnew()
        return false
      }
      claims.delete(runId)
      onWait()
      // The others first: it joins the end of the line.
      lookAnew()
      const waiting = wait(line, signal, { runId, mayGo, go: () => take(runId, wanted) })
      lookAnew()
      await waiting
      return true
    },
    extend(runId, claim, room) {
      const mine = claims.get(runId) ?? []
      if (line.length > 0 || !fits(runId, [...mine, claim], room)) return false
      claims.set(runId, [...mine, claim])
      return true
    },
    mustYield(runId) {
      if (line.length === 0) return false
      const mine = claims.get(runId) ?? []
      const loadMs = mine.reduce((sum, claim) => sum + claim.loadMs, 0)
      return clock.now() - (since.get(runId) ?? 0) >= Math.max(turnMs, loadMs * turnPerLoad)
    },
    uses: (runId, key) => (claims.get(runId) ?? []).some((claim) => claim.key === key),
    isUsedByOthers: (runId, key) => others(runId).some((claim) => claim.key === key),
    usedByOthers: (runId) => new Set(others(runId).map(({ key }) => key)),
    release(runId) {
      claims.delete(runId)
      lookAnew()
    },
    leave(runId) {
      begun.delete(runId)
      aside.delete(runId)
      claims.delete(runId)
      since.delete(runId)
      lookAnew()
    },
    settingsChanged: lookAnew
  }
  return turns
}

function fitTogether(claims: readonly Claim[], { pools, maxLoaded, staying }: Room): boolean {
  const each = [...new Map([...staying, ...claims].map((claim) => [claim.key, claim])).values()]
  if (each.filter(({ isCounted }) => isCounted).length > maxLoaded) return false
  return pools.every((budget, pool) => {
    const inPool = each.filter((claim) => claim.pool === pool)
    if (inPool.length <= 1) return true
    if (inPool.some(({ needBytes }) => needBytes === null)) return false
    const bytes = inPool.reduce((sum, { needBytes }) => sum + (needBytes ?? 0), 0)
    return budget === null || bytes <= budget
  })
}
