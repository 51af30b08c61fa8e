/** Would catch: a dead child restarted in a loop, or never; lines of a child already dropped; one left behind at the end. */
import { describe, expect, it, vi } from 'vitest'
import { createFakeClock } from '../../lib/fakeClock.ts'
import { silentLogger } from '../../lib/logger.ts'
import { createChildKeeper } from './childKeeper.ts'
import type { ChildListener } from './ports.ts'

function setUp({ startsDead = false } = {}) {
  const clock = createFakeClock()
  const children: { listener: ChildListener; at: number; isKilled: boolean }[] = []
  const lines: string[] = []
  const onDown = vi.fn()
  const warn = vi.fn()
  const beganAt = clock.now()
  const keeper = createChildKeeper({
    name: 'tool',
    start(listener) {
      const child = { listener, at: clock.now() - beganAt, isKilled: false }
      children.push(child)
      if (startsDead) listener.end('not found')
      return { write: () => {}, kill: () => void (child.isKilled = true) }
    },
    clock,
    logger: { ...silentLogger, warn },
    onLine: (line) => void lines.push(line),
    onDown
  })
  return { clock, keeper, children, lines, onDown, warn }
}

describe('child keeper', () => {
  it('restarts after 1, 5 and 30 s, then every 5 min, and says once that it keeps failing', async () => {
    const { clock, keeper, children, warn } = setUp({ startsDead: true })
    keeper.keep()
    await clock.advance(700_000)
    expect(children.map((child) => child.at / 1000)).toEqual([0, 1, 6, 36, 336, 636])
    expect(warn).toHaveBeenCalledOnce()
    expect(keeper.isFailing()).toBe(true)
  })

  it('does not forgive one that dies after each good line, but does forgive one that lasted', async () => {
    const { clock, keeper, children } = setUp()
    keeper.keep()
    for (const waitMs of [1_000, 5_000]) {
      keeper.succeeded()
      children.at(-1)?.listener.end('died')
      await clock.advance(waitMs)
    }
    expect(children).toHaveLength(3)
    await clock.advance(30_000)
    keeper.succeeded()
    children.at(-1)?.listener.end('died')
    await clock.advance(1_000)
    expect(children).toHaveLength(4)
    expect(keeper.isFailing()).toBe(false)
  })

  it('hears nothing more from a child it dropped, and starts a new one when asked', async () => {
    const { clock, keeper, children, lines, onDown } = setUp()
    keeper.keep()
    keeper.drop()
    children[0]?.listener.line('late')
    children[0]?.listener.end('killed')
    await clock.advance(60_000)
    expect(children).toHaveLength(1)
    expect(children[0]?.isKilled).toBe(true)
    keeper.keep()
    children[1]?.listener.line('new')
    expect(lines).toEqual(['new'])
    expect(onDown).toHaveBeenCalledOnce()
  })

  it('does not restart what was dropped while it waited for its restart', async () => {
    const { clock, keeper, children } = setUp({ startsDead: true })
    keeper.keep()
    keeper.drop()
    await clock.advance(60_000)
    expect(children).toHaveLength(1)
  })

  it('kills one that is of no use, and counts that as a failure', async () => {
    const { clock, keeper, children, onDown } = setUp()
    keeper.keep()
    keeper.failed('silent')
    expect(children[0]?.isKilled).toBe(true)
    expect(keeper.isRunning()).toBe(false)
    expect(onDown).toHaveBeenCalledOnce()
    await clock.advance(1_000)
    expect(keeper.isRunning()).toBe(true)
  })

  it('ends only when its children have ended, within a second', async () => {
    const { clock, keeper, children } = setUp()
    keeper.keep()
    let isDone = false
    void keeper.dispose().then(() => (isDone = true))
    await clock.advance(500)
    expect(isDone).toBe(false)
    children[0]?.listener.end('killed')
    await clock.advance(1)
    expect(isDone).toBe(true)

    const stubborn = setUp()
    stubborn.keeper.keep()
    const end = stubborn.keeper.dispose()
    await stubborn.clock.advance(1_000)
    await expect(end).resolves.toBeUndefined()
  })
})
