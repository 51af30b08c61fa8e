/**
 * Feeds every mirror: subscribes first, asks for snapshots on each new connection and after a gap, at most once a second. One that
 * fails is asked again alone.
 */
import type { CoreEvent, EventType } from '../../../shared/contract.ts'
import type { Client } from '../host/createClient.ts'
import { RequestError } from '../host/requestError.ts'
import type { Connection } from '../host/transport.ts'
import { coreClock } from '../lib/coreClock.ts'
import { useConnectionStore } from './connectionStore.ts'
import { createMirrorSlices, isDelta, type MirrorSlice } from './mirrorSlices.ts'
import { askedFor, eventCame, gaveUp, leavesGap, newSliceOrder, snapshotCame, type SliceOrder } from './mirrorOrder.ts'

const askAgainAfterMs = 1_000
const longestRetryMs = 30_000

/** 1 s, then twice as long each time, up to 30 s. */
export function retryDelayMs(failures: number): number {
  return Math.min(longestRetryMs, askAgainAfterMs * 2 ** Math.min(failures, 10))
}

interface LiveSlice {
  slice: MirrorSlice
  listensTo: ReadonlySet<EventType>
  order: SliceOrder<CoreEvent>
  /** Grows with every question, so that a late answer to an old one is told apart. */
  question: number
  /** In a row. */
  failures: number
  retry: unknown
}

export interface MirrorClock {
  now(): number
  setTimeout(run: () => void, delayMs: number): unknown
  clearTimeout(timer: unknown): void
}

const pageClock: MirrorClock = {
  now: () => Date.now(),
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>)
}

/** An older core does not have the route, and will not have it before the next connection. */
function isUnknownHere(thrown: unknown): boolean {
  return thrown instanceof RequestError && (thrown.code === 'route_not_found' || thrown.code === 'not_supported')
}

/** Asks each slice for its snapshot and lets through the events its order allows. */
function createFeed(client: Client, slices: readonly MirrorSlice[], clock: MirrorClock, isOpen: () => boolean) {
  const live: LiveSlice[] = slices.map((slice) => ({
    slice,
    listensTo: new Set(slice.events),
    order: newSliceOrder(),
    question: 0,
    failures: 0,
    retry: null
  }))

  async function ask(each: LiveSlice, isFresh: boolean): Promise<void> {
    clock.clearTimeout(each.retry)
    if (isFresh) each.failures = 0
    each.order = askedFor(each.order, isFresh)
    each.question += 1
    const question = each.question
    try {
      const snapshot = await each.slice.ask(client)
      if (question !== each.question) return
      each.failures = 0
      const came = snapshotCame(each.order, snapshot.revision)
      each.order = came.slice
      snapshot.apply()
      for (const event of came.apply) each.slice.apply(event)
    } catch (thrown) {
      // Why it failed is the connection's to say; the mirror only asks again.
      if (question !== each.question) return
      each.order = gaveUp(each.order)
      if (!isUnknownHere(thrown)) askLater(each)
    }
  }

  function askLater(each: LiveSlice): void {
    each.retry = clock.setTimeout(() => {
      // A new connection asks for everything by itself.
      if (isOpen()) void ask(each, false)
    }, retryDelayMs(each.failures))
    each.failures += 1
  }

  return {
    askAll(isFresh: boolean): void {
      for (const each of live) void ask(each, isFresh)
    },
    take(event: CoreEvent): void {
      for (const each of live) {
        if (!each.listensTo.has(event.type)) continue
        if (isDelta(event)) {
          each.slice.apply(event)
          continue
        }
        const came = eventCame(each.order, event)
        each.order = came.slice
        if (came.apply) each.slice.apply(event)
      }
    },
    stop(): void {
      for (const each of live) clock.clearTimeout(each.retry)
    }
  }
}

export function startMirrors(
  client: Client,
  clock: MirrorClock = pageClock,
  slices = createMirrorSlices()
): () => void {
  let connection: Connection = 'connecting'
  let lastRevision: number | null = null
  let askedAt = Number.NEGATIVE_INFINITY
  let timer: unknown = null
  let isFresh = true

  const feed = createFeed(client, slices, clock, () => connection === 'open')

  function askNow(): void {
    timer = null
    if (connection !== 'open') return
    askedAt = clock.now()
    feed.askAll(isFresh)
    isFresh = false
  }

  function askSoon(fresh: boolean): void {
    isFresh ||= fresh
    if (timer !== null) return
    const waitMs = askedAt + askAgainAfterMs - clock.now()
    if (waitMs <= 0) askNow()
    else timer = clock.setTimeout(askNow, waitMs)
  }

  const stopEvents = client.subscribe((event) => {
    const isGap = leavesGap(lastRevision, event.revision)
    lastRevision = Math.max(lastRevision ?? 0, event.revision)
    feed.take(event)
    if (isGap) askSoon(false)
  })

  const stopConnection = client.onConnection((next) => {
    connection = next
    useConnectionStore.setState((before) => ({
      connection: next,
      // Refused is lost too: the numbers on the page are as old as before.
      lostAt: next === 'lost' || next === 'refused' ? (before.lostAt ?? clock.now()) : null
    }))
    if (next !== 'open') return
    lastRevision = null
    coreClock.forget()
    askSoon(true)
  })

  return () => {
    stopEvents()
    stopConnection()
    clock.clearTimeout(timer)
    feed.stop()
  }
}
