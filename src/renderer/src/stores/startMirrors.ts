/** Feeds every mirror: subscribes first, asks for snapshots on each new connection and after a gap, at most once a second. */
import type { CoreEvent, EventType } from '../../../shared/contract.ts'
import type { Client } from '../host/createClient.ts'
import type { Connection } from '../host/transport.ts'
import { useConnectionStore } from './connectionStore.ts'
import { createMirrorSlices, type MirrorSlice } from './mirrorSlices.ts'
import { askedFor, eventCame, gaveUp, leavesGap, newSliceOrder, snapshotCame, type SliceOrder } from './mirrorOrder.ts'

const askAgainAfterMs = 1_000

interface LiveSlice {
  slice: MirrorSlice
  listensTo: ReadonlySet<EventType>
  order: SliceOrder<CoreEvent>
  /** Grows with every question, so that a late answer to an old one is told apart. */
  question: number
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

/** Asks each slice for its snapshot and lets through the events its order allows. */
function createFeed(client: Client, slices: readonly MirrorSlice[], onFailure: () => void) {
  const live: LiveSlice[] = slices.map((slice) => ({
    slice,
    listensTo: new Set(slice.events),
    order: newSliceOrder(),
    question: 0
  }))

  async function ask(each: LiveSlice, isFresh: boolean): Promise<void> {
    each.order = askedFor(each.order, isFresh)
    each.question += 1
    const question = each.question
    try {
      const snapshot = await each.slice.ask(client)
      if (question !== each.question) return
      const came = snapshotCame(each.order, snapshot.revision)
      each.order = came.slice
      snapshot.apply()
      for (const event of came.apply) each.slice.apply(event)
    } catch {
      // Why it failed is the connection's to say; the mirror only asks again.
      if (question !== each.question) return
      each.order = gaveUp(each.order)
      onFailure()
    }
  }

  return {
    askAll(isFresh: boolean): void {
      for (const each of live) void ask(each, isFresh)
    },
    take(event: CoreEvent): void {
      for (const each of live) {
        if (!each.listensTo.has(event.type)) continue
        const came = eventCame(each.order, event)
        each.order = came.slice
        if (came.apply) each.slice.apply(event)
      }
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

  const feed = createFeed(client, slices, () => askSoon(false))

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
      lostAt: next === 'lost' ? (before.lostAt ?? clock.now()) : null
    }))
    if (next !== 'open') return
    lastRevision = null
    askSoon(true)
  })

  return () => {
    stopEvents()
    stopConnection()
    clock.clearTimeout(timer)
  }
}
