import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { askedFor, eventCame, gaveUp, leavesGap, newSliceOrder, snapshotCame, type SliceOrder } from './mirrorOrder.ts'

interface Event {
  revision: number
}
const event = (revision: number): Event => ({ revision })

function live(revision: number): SliceOrder<Event> {
  return snapshotCame(askedFor(newSliceOrder<Event>(), true), revision).slice
}

describe('order of snapshots and events', () => {
  it('does not lose an event that overtakes its snapshot, nor apply one the snapshot already holds', () => {
    let slice = askedFor(newSliceOrder<Event>(), true)
    for (const revision of [4, 5, 6]) {
      const came = eventCame(slice, event(revision))
      expect(came.apply).toBe(false)
      slice = came.slice
    }
    const settled = snapshotCame(slice, 5)
    expect(settled.apply.map((each) => each.revision)).toEqual([6])
    expect(settled.slice.applied).toBe(6)
  })

  it('applies what waited in the order of revisions, once each, however it arrived', () => {
    let slice = askedFor(newSliceOrder<Event>(), true)
    for (const revision of [9, 7, 8, 7]) slice = eventCame(slice, event(revision)).slice
    expect(snapshotCame(slice, 6).apply.map((each) => each.revision)).toEqual([7, 8, 9])
  })

  it('ignores an event that comes late: it would put an old state over a new one', () => {
    const first = eventCame(live(5), event(8))
    expect(first.apply).toBe(true)
    expect(eventCame(first.slice, event(7)).apply).toBe(false)
  })

  it('takes events of a restarted core, whose revisions are small again, after a reconnect', () => {
    let slice = askedFor(live(900), true)
    slice = eventCame(slice, event(3)).slice
    expect(snapshotCame(slice, 2).apply.map((each) => each.revision)).toEqual([3])
  })

  it('keeps what already waits when a gap asks again in the middle of asking', () => {
    let slice = askedFor(live(5), false)
    slice = eventCame(slice, event(6)).slice
    slice = askedFor(slice, false)
    expect(snapshotCame(slice, 5).apply.map((each) => each.revision)).toEqual([6])
  })

  it('holds nothing back after a failed snapshot', () => {
    const slice = gaveUp(askedFor(live(5), false))
    expect(eventCame(slice, event(6)).apply).toBe(true)
  })

  it('changes nothing before the first snapshot', () => {
    expect(eventCame(newSliceOrder<Event>(), event(1)).apply).toBe(false)
  })

  it('sees a missing event, and only that', () => {
    expect(leavesGap(null, 40)).toBe(false)
    expect(leavesGap(5, 6)).toBe(false)
    expect(leavesGap(5, 5)).toBe(false)
    expect(leavesGap(5, 7)).toBe(true)
  })

  it('ends in the newest state for every order of arrival', () => {
    const arrivals = fc.tuple(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 1 }), fc.nat(8), fc.nat(8))
    fc.assert(
      fc.property(arrivals, ([revisions, snapshotRevision, at]) => {
        let slice = askedFor(newSliceOrder<Event>(), true)
        const applied: number[] = []
        const settle = (): void => {
          const came = snapshotCame(slice, snapshotRevision)
          applied.push(...came.apply.map((each) => each.revision))
          slice = came.slice
        }
        revisions.forEach((revision, index) => {
          if (index === at) settle()
          const came = eventCame(slice, event(revision))
          slice = came.slice
          if (came.apply) applied.push(revision)
        })
        if (at >= revisions.length) settle()
        expect(applied).toEqual([...new Set(applied)].sort((a, b) => a - b))
        expect(applied.every((revision) => revision > snapshotRevision)).toBe(true)
        expect(slice.applied).toBe(Math.max(snapshotRevision, ...revisions))
      })
    )
  })
})
