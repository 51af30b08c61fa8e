/**
 * How answers and events become one history. A slice (models, hosts, ...) is a snapshot followed by the events that are newer than it;
 * what arrives while its snapshot is under way waits. Pure: the caller applies what these functions hand back.
 */
export interface Revised {
  revision: number
}

export interface SliceOrder<Event extends Revised> {
  /** Revision of the newest thing applied; null before the first snapshot of this connection. */
  applied: number | null
  /** Events that wait for a snapshot under way; null when none is. */
  waiting: Event[] | null
}

export function newSliceOrder<Event extends Revised>(): SliceOrder<Event> {
  return { applied: null, waiting: null }
}

/** A snapshot was asked for. `isFresh`: on a new connection, where revisions may start again from nothing. */
export function askedFor<Event extends Revised>(slice: SliceOrder<Event>, isFresh: boolean): SliceOrder<Event> {
  return { applied: isFresh ? null : slice.applied, waiting: isFresh ? [] : (slice.waiting ?? []) }
}

/** The snapshot did not come: what waited is dropped, because the next snapshot holds it. */
export function gaveUp<Event extends Revised>(slice: SliceOrder<Event>): SliceOrder<Event> {
  return { applied: slice.applied, waiting: null }
}

/** An event came: apply it now, or not (it waits, it is old, or nothing it could change is there yet). */
export function eventCame<Event extends Revised>(
  slice: SliceOrder<Event>,
  event: Event
): { slice: SliceOrder<Event>; apply: boolean } {
  if (slice.waiting !== null) return { slice: { ...slice, waiting: [...slice.waiting, event] }, apply: false }
  if (slice.applied === null || event.revision <= slice.applied) return { slice, apply: false }
  return { slice: { ...slice, applied: event.revision }, apply: true }
}

/** The snapshot came: apply it, then these events, in the order of their revisions. */
export function snapshotCame<Event extends Revised>(
  slice: SliceOrder<Event>,
  revision: number
): { slice: SliceOrder<Event>; apply: Event[] } {
  const newer = new Map<number, Event>()
  for (const event of slice.waiting ?? []) if (event.revision > revision) newer.set(event.revision, event)
  const apply = [...newer.values()].sort((a, b) => a.revision - b.revision)
  return { slice: { applied: apply.at(-1)?.revision ?? revision, waiting: null }, apply }
}

/** Whether an event left out one before it: the mirror must ask again. `last` is null on a new connection. */
export function leavesGap(last: number | null, revision: number): boolean {
  return last !== null && revision > last + 1
}
