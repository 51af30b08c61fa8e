import { describe, expect, it } from 'vitest'
import { createFakePageClock } from '../../lib/fakePageClock.ts'
import { createHistoryFeed, renewalMs, withEdges, type HistoryQuestion, type HistoryState } from './historyFeed.ts'

const hour = 3_600_000
const sixHours: HistoryQuestion = { rangeMs: 6 * hour, toAt: null }
const day: HistoryQuestion = { rangeMs: 24 * hour, toAt: null }
const zoomed: HistoryQuestion = { rangeMs: 60_000, toAt: 1_000_000 }

function bench() {
  const clock = createFakePageClock()
  const asked: { question: HistoryQuestion; answer(): Promise<void>; refuse(): Promise<void> }[] = []
  let state: HistoryState | null = null
  const feed = createHistoryFeed({
    ask: (question) =>
      new Promise((resolve, reject) => {
        const { rangeMs } = question
        asked.push({
          question,
          answer: () => (
            resolve({ fromAt: 0, toAt: rangeMs, stepMs: 60_000, points: [], events: [] }),
            clock.advance(0)
          ),
          refuse: () => (reject(new Error('down')), clock.advance(0))
        })
      }),
    clock,
    onChange: (next) => (state = next)
  })
  return { clock, asked, feed, state: () => state as HistoryState | null }
}

describe('createHistoryFeed', () => {
  it('asks when a range is chosen and then once a row, not once a second', async () => {
    const { clock, asked, feed, state } = bench()
    feed.want(sixHours)
    expect(state()?.isAsking).toBe(true)
    await asked[0]?.answer()
    expect(state()).toMatchObject({ isAsking: false, answered: { question: sixHours } })
    for (let second = 0; second < 59; second++) {
      feed.want({ ...sixHours })
      await clock.advance(1_000)
    }
    expect(asked).toHaveLength(1)
    await clock.advance(1_000)
    expect(asked).toHaveLength(2)
    // A renewal is no loading state: the picture must not blink once a minute.
    expect(state()?.isAsking).toBe(false)
  })

  it('keeps the old picture until the new range is answered, and drops a late answer to the old one', async () => {
    const { clock, asked, feed, state } = bench()
    feed.want(sixHours)
    await asked[0]?.answer()
    feed.want(day)
    await clock.advance(200)
    expect(state()).toMatchObject({ isAsking: true, answered: { question: sixHours } })
    feed.want(zoomed)
    await clock.advance(200)
    await asked[2]?.answer()
    await asked[1]?.answer()
    expect(state()).toMatchObject({ isAsking: false, answered: { question: zoomed } })
  })

  it('asks for a span of the past once: it does not change', async () => {
    const { clock, asked, feed } = bench()
    feed.want(zoomed)
    await asked[0]?.answer()
    await clock.advance(hour)
    expect(asked).toHaveLength(1)
  })

  it('asks nothing while nobody looks, and at once when somebody does and it is due', async () => {
    const { clock, asked, feed } = bench()
    feed.want(sixHours)
    await asked[0]?.answer()
    feed.setLooking(false)
    await clock.advance(hour)
    expect(asked).toHaveLength(1)
    feed.setLooking(true)
    await clock.advance(0)
    expect(asked).toHaveLength(2)
    await asked[1]?.answer()
    feed.setLooking(false)
    feed.setLooking(true)
    await clock.advance(59_000)
    expect(asked).toHaveLength(2)
  })

  it('says a failure with the old picture in place, tries again by itself and when told to', async () => {
    const { clock, asked, feed, state } = bench()
    feed.want(sixHours)
    await asked[0]?.answer()
    feed.want(day)
    await clock.advance(200)
    await asked[1]?.refuse()
    expect(state()).toMatchObject({ isAsking: false, answered: { question: sixHours } })
    expect(state()?.failure).toBeInstanceOf(Error)
    feed.retry()
    await clock.advance(200)
    await asked[2]?.refuse()
    await clock.advance(15_000)
    await asked[3]?.answer()
    expect(state()).toMatchObject({ failure: null, answered: { question: day } })
  })

  it('forgets what it knew when the live hour is enough again', async () => {
    const { asked, feed, state } = bench()
    feed.want(sixHours)
    feed.want(null)
    await asked[0]?.answer()
    expect(state()).toEqual({ question: null, answered: null, isAsking: false, failure: null })
  })
})

describe('what is asked', () => {
  it('is renewed no sooner than there is a new row, and no more often than can be seen', () => {
    expect(renewalMs(6 * hour, 60_000)).toBe(60_000)
    expect(renewalMs(24 * hour, 60_000)).toBe(120_000)
    expect(renewalMs(30 * 24 * hour, 60_000)).toBe(300_000)
  })

  it('reaches a row beyond both edges of a zoomed span, so that no area ends short of them', () => {
    const now = 10 * hour
    expect(withEdges({ rangeMs: 60_000, toAt: now - 60_000 }, now)).toEqual({ rangeMs: 70_000, toAt: now - 55_000 })
    expect(withEdges({ rangeMs: hour, toAt: now - 5 * hour }, now)).toEqual({
      rangeMs: hour + 120_000,
      toAt: now - 5 * hour + 60_000
    })
    expect(withEdges(sixHours, now)).toEqual({ rangeMs: 6 * hour })
  })
})
