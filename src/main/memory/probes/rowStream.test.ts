/** Would catch: a stalled or babbling child believed for ever, a header of the last run used for the next, a caller that waits for ever. */
import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../../lib/fakeClock.ts'
import { silentLogger } from '../../lib/logger.ts'
import type { ChildListener } from './ports.ts'
import { createRowStream } from './rowStream.ts'

function setUp() {
  const clock = createFakeClock()
  const children: { listener: ChildListener; intervalMs: number; isKilled: boolean }[] = []
  const rows: number[] = []
  const stream = createRowStream<number>({
    name: 'tool',
    start(intervalMs, listener) {
      const child = { listener, intervalMs, isKilled: false }
      children.push(child)
      return { write: () => {}, kill: () => void (child.isKilled = true) }
    },
    createParser() {
      let hasHeader = false
      return (line) => {
        if (line === 'header') hasHeader = true
        return hasHeader && /^\d+$/.test(line) ? Number(line) : null
      }
    },
    onRow: (row) => void rows.push(row),
    clock,
    logger: silentLogger
  })
  const say = (...lines: string[]): void => lines.forEach((line) => children.at(-1)?.listener.line(line))
  return { clock, stream, children, rows, say }
}

describe('row stream', () => {
  it('restarts a child that goes silent for three intervals and a second', async () => {
    const { clock, stream, children, rows, say } = setUp()
    stream.pace(1_000)
    say('header', '1')
    await clock.advance(3_900)
    expect(children).toHaveLength(1)
    await clock.advance(1_200)
    expect(children[0]?.isKilled).toBe(true)
    expect(children).toHaveLength(2)
    say('2')
    expect(rows).toEqual([1])
    say('header', '3')
    expect(rows).toEqual([1, 3])
  })

  it('takes a child that prints only garbage for a failed one', async () => {
    const { clock, stream, children, say } = setUp()
    stream.pace(1_000)
    for (let second = 0; second < 60; second++) {
      say('garbage', 'header of something else')
      await clock.advance(1_000)
    }
    expect(children.length).toBeGreaterThanOrEqual(3)
    expect(stream.isFailing()).toBe(true)
  })

  it('changes pace with a new child, and ends it with pace null', async () => {
    const { clock, stream, children } = setUp()
    stream.pace(1_000)
    stream.pace(1_000)
    stream.pace(5_000)
    expect(children.map((child) => [child.intervalMs, child.isKilled])).toEqual([
      [1_000, true],
      [5_000, false]
    ])
    stream.pace(null)
    await clock.advance(600_000)
    expect(children).toHaveLength(2)
    expect(children[1]?.isKilled).toBe(true)
  })

  it('lets callers wait for the first row of a run only, and not when the child died', async () => {
    const { clock, stream, children, say } = setUp()
    const outcome: string[] = []
    const wait = (name: string): void => void stream.waitForRow(1_000).then(() => outcome.push(name))
    wait('before the start')
    await clock.advance(1)
    stream.pace(1_000)
    wait('until the row')
    await clock.advance(500)
    expect(outcome).toEqual(['before the start'])
    say('header', '1')
    await clock.advance(1)
    expect(outcome).toEqual(['before the start', 'until the row'])
    stream.pace(5_000)
    wait('until the limit')
    await clock.advance(1_000)
    wait('after the limit')
    await clock.advance(1)
    expect(outcome.slice(2)).toEqual(['until the limit', 'after the limit'])
    stream.pace(1_000)
    wait('until its death')
    children.at(-1)?.listener.end('died')
    await clock.advance(1)
    expect(outcome.at(-1)).toBe('until its death')
  })
})
