/** Whose turn it is on one host: at most so many at once, fair between callers, each wait with a limit, each place told. */
import { abortReason } from '../lib/abortReason.ts'
import type { Clock } from '../lib/clock.ts'
import type { StokerError } from '../../shared/errors.ts'
import type { Admission } from './breakerPolicy.ts'
import { createFairQueue, type Ticket } from './fairQueue.ts'

type Place = { position: number; waiting: number }

export interface QueueWish {
  model: string
  caller: string
  operationId: string | null
  limitMs: number
  /** What a wait that was too long ends with. */
  tooLong: () => StokerError
  onPlace?: ((place: Place | null) => void) | undefined
}

export interface Turn {
  readonly isTrial: boolean
  readonly waitedMs: number
  /** Every place was taken once it had its own. */
  readonly wasFull: boolean
  /** Gives the place back; nobody gets it before it has rested so long. A second time does nothing. */
  leave(restMs?: number): void
}

export interface QueueMember {
  /** Resolves when the turn has come; the next time, after a turn that was left, at the old place in the caller's line. */
  turn(signal: AbortSignal): Promise<Turn>
}

export interface HostQueue {
  join(wish: QueueWish): QueueMember
  /** Something may have changed that others waited for. */
  pump(): void
  rejectAll(error: () => StokerError): void
  /** Tells everyone who waits a place that has changed. */
  tellPlaces(): void
  running(): number
  waitingCount(): number
  /** Oldest first. */
  answering(): QueueEntry[]
  waiting(most: number): (QueueEntry & { position: number })[]
}

/** `sinceAt`: the begin of its turn, or of its wait for one. */
export interface QueueEntry extends Pick<QueueWish, 'model' | 'caller' | 'operationId'> {
  sinceAt: number
}

interface HostQueueDeps {
  limit: () => number
  /** Of one model at once; null: no limit but the host's. */
  modelLimit: () => number | null
  admission: () => Admission
  onTrial: () => void
  onChanged: () => void
  clock: Clock
}

interface Waiter {
  wish: QueueWish
  sinceAt: number
  told: Place | null
  settle: { resolve: (turn: Turn) => void; reject: (error: StokerError) => void }
  endWait: () => void
}

export function createHostQueue(deps: HostQueueDeps): HostQueue {
  const { clock, onChanged } = deps
  const queue = createFairQueue<Waiter>()
  const limits = createWaitLimits(clock)
  const runningOf = new Map<string, number>()
  const answering = new Set<QueueEntry>()
  /** Places that are free, but not given to anyone yet. */
  let resting = 0

  function mayRun(model: string): boolean {
    const most = deps.modelLimit()
    return most === null || (runningOf.get(model) ?? 0) < most
  }

  function pump(): void {
    while (queue.size > 0 && answering.size + resting < deps.limit()) {
      const admission = deps.admission()
      if (admission === 'wait' || admission === 'refuse') return
      const ticket = queue.take(mayRun)
      if (!ticket) return
      if (admission === 'trial') deps.onTrial()
      begin(ticket, admission === 'trial')
    }
  }

  function begin({ item, model, caller }: Ticket<Waiter>, isTrial: boolean): void {
    const entry: QueueEntry = { model, caller, operationId: item.wish.operationId, sinceAt: clock.now() }
    answering.add(entry)
    runningOf.set(model, (runningOf.get(model) ?? 0) + 1)
    item.endWait()
    if (item.told !== null) item.wish.onPlace?.(null)
    item.told = null
    let isLeft = false
    item.settle.resolve({
      isTrial,
      waitedMs: Math.max(0, clock.now() - item.sinceAt),
      wasFull: answering.size >= deps.limit(),
      leave(restMs = 0) {
        if (isLeft) return
        isLeft = true
        if (restMs > 0) rest(restMs)
        answering.delete(entry)
        const left = (runningOf.get(model) ?? 1) - 1
        if (left === 0) runningOf.delete(model)
        else runningOf.set(model, left)
        pump()
        onChanged()
      }
    })
    onChanged()
  }

  function rest(restMs: number): void {
    resting += 1
    clock.after(restMs, () => {
      resting -= 1
      pump()
    })
  }

  function giveUp(ticket: Ticket<Waiter>, error: StokerError): void {
    if (!queue.remove(ticket)) return
    ticket.item.endWait()
    ticket.item.settle.reject(error)
    onChanged()
  }

  /** Its wait begins: it may end by its turn, by its caller, or by its limit. */
  function wait(ticket: Ticket<Waiter>, signal: AbortSignal): void {
    const { item } = ticket
    const onAbort = (): void => giveUp(ticket, abortReason(signal))
    const endLimit = limits.add(item.wish.limitMs, () => giveUp(ticket, item.wish.tooLong()))
    signal.addEventListener('abort', onAbort, { once: true })
    item.endWait = () => {
      signal.removeEventListener('abort', onAbort)
      endLimit()
    }
  }

  function tell(item: Waiter, position: number): void {
    const waiting = queue.size
    if (item.told?.position === position && item.told.waiting === waiting) return
    item.told = { position, waiting }
    item.wish.onPlace?.(item.told)
  }

  return {
    join(wish) {
      let ticket: Ticket<Waiter> | null = null
      return {
        turn: (signal) =>
          new Promise((resolve, reject) => {
            if (signal.aborted) return reject(abortReason(signal))
            const settle = { resolve, reject }
            const isNew = ticket === null
            const waiter = { wish, sinceAt: clock.now(), told: null, settle, endWait: () => {} }
            ticket ??= queue.add(waiter, wish.caller, wish.model)
            if (!isNew) {
              Object.assign(ticket.item, waiter)
              queue.putBack(ticket)
            }
            pump()
            if (!queue.has(ticket)) return
            wait(ticket, signal)
            // One that is put back is told with the others.
            if (isNew) tell(ticket.item, queue.lastPlaceOf(wish.caller))
            onChanged()
          })
      }
    },
    pump,
    rejectAll(error) {
      for (const ticket of queue.inOrder(Infinity)) giveUp(ticket, error())
    },
    tellPlaces() {
      queue.inOrder(Infinity).forEach(({ item }, index) => {
        if (item.wish.onPlace) tell(item, index + 1)
      })
    },
    running: () => answering.size,
    answering: () => [...answering],
    waitingCount: () => queue.size,
    waiting: (most) =>
      queue.inOrder(most).map(({ item, model, caller }, index) => ({
        model,
        caller,
        operationId: item.wish.operationId,
        position: index + 1,
        sinceAt: item.sinceAt
      }))
  }
}

/** Limits that began in the same millisecond share one timer: a burst of thousands needs a few. */
function createWaitLimits(clock: Clock) {
  const shared = new Map<string, { ends: Set<() => void>; cancel: () => void }>()
  return {
    add(limitMs: number, onEnd: () => void): () => void {
      const key = `${clock.now()} ${limitMs}`
      const ends = shared.get(key)?.ends ?? new Set()
      if (!shared.has(key)) {
        const cancel = clock.after(limitMs, () => {
          shared.delete(key)
          for (const end of [...ends]) end()
        })
        shared.set(key, { ends, cancel })
      }
      ends.add(onEnd)
      return () => {
        ends.delete(onEnd)
        if (ends.size > 0 || shared.get(key)?.ends !== ends) return
        shared.get(key)?.cancel()
        shared.delete(key)
      }
    }
  }
}
