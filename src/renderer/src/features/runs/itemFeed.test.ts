/** Would catch: a storm of questions after a failure, rows of a place that was left, and rows that stay as they were while the run goes on. */
import { describe, expect, it } from 'vitest'
import type { RunItem } from '../../../../shared/run.ts'
import { createFakePageClock } from '../../lib/fakePageClock.ts'
import { createItemFeed, renewalMs } from './itemFeed.ts'
import type { ItemPages } from './itemPages.ts'

const total = 5_000

function rig({ isFiltered = false, pauseMs = 0 } = {}) {
  const clock = createFakePageClock()
  const asked: number[] = []
  const answers: (() => void)[] = []
  let pages: ItemPages | null = null
  let failures = 0
  const state = { isBroken: false, isSlow: false }
  const feed = createItemFeed({
    isFiltered,
    pauseMs,
    async ask(fromItem) {
      asked.push(fromItem)
      if (state.isBroken) throw new Error('away')
      if (state.isSlow) await new Promise<void>((resolve) => answers.push(resolve))
      return { items: Array.from({ length: 100 }, (_, index) => ({ item: fromItem + index }) as RunItem), total }
    },
    take: (next) => (pages = next),
    fail: () => (failures += 1),
    clock
  })
  const rows = (): number[] => [...(pages?.rows.keys() ?? [])]
  return { clock, feed, asked, answers, state, rows, failures: () => failures }
}

describe('the feed of items', () => {
  it('asks for the beginning, then for what comes into view, each once', async () => {
    const { clock, feed, asked, rows } = rig()
    feed.look(0, -1)
    await clock.advance(0)
    feed.look(0, 30)
    feed.look(2_450, 2_480)
    await clock.advance(0)
    feed.look(2_455, 2_485)
    await clock.advance(0)
    expect(asked).toEqual([0, 2_400])
    expect(rows()).toHaveLength(200)
  })

  it('drops the answer to a place that was left', async () => {
    const { clock, feed, asked, answers, state, rows } = rig()
    await clock.advance(0)
    state.isSlow = true
    feed.look(1_000, 1_030)
    feed.look(4_000, 4_030)
    for (const answer of answers) answer()
    await clock.advance(0)
    expect(asked).toEqual([0, 1_000, 4_000])
    expect(rows()).not.toContain(1_000)
    expect(rows()).toContain(4_000)
  })

  it('does not ask on and on where it fails, but when the run moves', async () => {
    const { clock, feed, asked, state, failures, rows } = rig()
    await clock.advance(0)
    state.isBroken = true
    feed.look(300, 330)
    await clock.advance(60_000)
    expect([asked.length, failures()]).toEqual([2, 1])
    state.isBroken = false
    feed.renew()
    await clock.advance(renewalMs)
    expect(rows()).toContain(300)
  })

  it('asks again for what is in view, once for all that moved within the pause', async () => {
    const { clock, feed, asked } = rig()
    await clock.advance(0)
    feed.look(230, 260)
    await clock.advance(0)
    for (let move = 0; move < 20; move += 1) feed.renew()
    await clock.advance(10 * renewalMs)
    expect(asked).toEqual([0, 200, 200])
  })

  it('asks again behind an answer that was under way when the run moved', async () => {
    const { clock, feed, asked, answers, state } = rig()
    state.isSlow = true
    await clock.advance(0)
    feed.renew()
    await clock.advance(3 * renewalMs)
    expect(asked).toEqual([0])
    for (const answer of answers) answer()
    await clock.advance(renewalMs)
    expect(asked).toEqual([0, 0])
  })

  it('waits while somebody types, and asks nothing once it is stopped', async () => {
    const { clock, feed, asked, rows, state, answers } = rig({ isFiltered: true, pauseMs: 200 })
    await clock.advance(199)
    expect(asked).toEqual([])
    state.isSlow = true
    await clock.advance(1)
    feed.renew()
    feed.stop()
    for (const answer of answers) answer()
    await clock.advance(60_000)
    expect(asked).toEqual([0])
    expect(rows()).toEqual([])
  })
})
