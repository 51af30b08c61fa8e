import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keptMs } from './memoryRanges.ts'
import {
  liveView,
  moved,
  pausedOrLive,
  shownSpan,
  unzoomed,
  zoomedIn,
  zoomedOut,
  zoomedTo,
  type MemoryView
} from './memoryView.ts'

const now = 1_800_000_000_000
const hour = 3_600_000
const zoom = (fromAt: number, toAt: number, whole: MemoryView = liveView): MemoryView =>
  zoomedTo(whole, { fromAt, toAt }, now)

describe('the view of time', () => {
  it('follows the clock while live, and keeps its moment while paused', () => {
    expect(shownSpan(liveView, hour, now)).toEqual({ fromAt: now - hour, toAt: now })
    const paused = pausedOrLive(liveView, now)
    expect(shownSpan(paused, hour, now + 90_000)).toEqual({ fromAt: now - hour, toAt: now })
    expect(pausedOrLive(paused, now + 90_000)).toEqual(liveView)
  })

  it('goes live from a zoomed picture too, because that stands still as well', () => {
    expect(pausedOrLive(zoom(now - 120_000, now - 60_000), now)).toEqual(liveView)
  })

  it('comes back from a zoom to the pause it began in, not to now', () => {
    const paused = pausedOrLive(liveView, now)
    const zoomed = zoom(now - 60_000, now - 30_000, paused)
    expect(unzoomed(zoomed)).toEqual(paused)
    expect(unzoomed(zoomedTo(zoomed, { fromAt: now - 50_000, toAt: now - 30_000 }, now))).toEqual(paused)
  })

  it('takes a drag to the left as one to the right', () => {
    expect(zoom(now - 30_000, now - 90_000)).toEqual(zoom(now - 90_000, now - 30_000))
  })

  it('makes a tiny selection long enough to see something, ten minutes where only minutes are kept', () => {
    const lengthOf = (view: MemoryView): number => {
      const { fromAt, toAt } = shownSpan(view, hour, now)
      return toAt - fromAt
    }
    expect(lengthOf(zoom(now - 100_000, now - 99_900))).toBe(10_000)
    expect(lengthOf(zoom(now - 5 * hour, now - 5 * hour + 1_000))).toBe(600_000)
  })

  it('zooms in on the newest half first, then about the middle, and out again to the whole range', () => {
    const once = zoomedIn(liveView, hour, now)
    expect(shownSpan(once, hour, now)).toEqual({ fromAt: now - hour / 2, toAt: now })
    const twice = zoomedIn(once, hour, now)
    expect(shownSpan(twice, hour, now)).toEqual({ fromAt: now - (3 * hour) / 8, toAt: now - hour / 8 })
    expect(shownSpan(zoomedOut(twice, hour, now), hour, now)).toEqual({ fromAt: now - hour / 2, toAt: now })
    expect(zoomedOut(zoomedOut(twice, hour, now), hour, now)).toEqual(liveView)
    expect(zoomedOut(liveView, hour, now)).toBe(liveView)
  })

  it('moves by a quarter, and not beyond now', () => {
    const earlier = moved(liveView, -1, hour, now)
    expect(shownSpan(earlier, hour, now)).toEqual({ fromAt: now - 1.25 * hour, toAt: now - hour / 4 })
    expect(moved(liveView, 1, hour, now)).toBe(liveView)
    const back = moved(moved(earlier, 1, hour, now), 1, hour, now)
    expect(shownSpan(back, hour, now)).toEqual({ fromAt: now - hour, toAt: now })
  })

  it('never shows the future, an empty span or what is no longer kept, whatever is done to it', () => {
    const step = fc.constantFrom('in', 'out', 'left', 'right', 'space', 'escape', 'drag')
    const time = fc.integer({ min: -2 * keptMs, max: 2 * keptMs })
    fc.assert(
      fc.property(fc.array(fc.tuple(step, time, time)), fc.constantFrom(300_000, hour, keptMs), (steps, rangeMs) => {
        let view = liveView
        for (const [name, from, to] of steps) {
          if (name === 'in') view = zoomedIn(view, rangeMs, now)
          if (name === 'out') view = zoomedOut(view, rangeMs, now)
          if (name === 'left' || name === 'right') view = moved(view, name === 'left' ? -1 : 1, rangeMs, now)
          if (name === 'space') view = pausedOrLive(view, now)
          if (name === 'escape') view = unzoomed(view)
          if (name === 'drag') view = zoomedTo(view, { fromAt: now + from, toAt: now + to }, now)
          const { fromAt, toAt } = shownSpan(view, rangeMs, now)
          expect(toAt - fromAt).toBeGreaterThanOrEqual(10_000)
          expect(toAt).toBeLessThanOrEqual(now)
          expect(fromAt).toBeGreaterThanOrEqual(now - keptMs)
          expect(Number.isInteger(fromAt) && Number.isInteger(toAt)).toBe(true)
        }
      })
    )
  })
})
