import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  limitOf,
  newConcurrency,
  nextConcurrency,
  type Concurrency,
  type ConcurrencyEvent
} from './concurrencyPolicy.ts'

const bounds = { min: 1, max: 4 }
/** A server on which one token takes `msAt(limit)`; so many answers, one after the other, with others waiting. */
function serve(state: Concurrency, answers: number, msAt: (limit: number) => number, from = 0): Concurrency {
  for (let count = 0; count < answers; count++) {
    const now = from + count + 1
    const { limit } = limitOf(state, bounds)
    const event = { model: 'm', msPerToken: msAt(limit), beganAt: now, wasFull: true, isQueued: true }
    state = nextConcurrency(state, { kind: 'answered', ...event }, now, bounds)
  }
  return state
}
const begin = (state: Concurrency): Concurrency => nextConcurrency(state, { kind: 'began' }, 1_000, bounds)
const turnAway = (state: Concurrency, isTimeout = false, at = 1_000): Concurrency =>
  nextConcurrency(begin(state), { kind: 'overloaded', beganAt: at, isTimeout }, at, bounds)

describe('answers at once', () => {
  it('grow to the most allowed where answers get no slower', () => {
    expect(serve(newConcurrency(0), 20, () => 50).limit).toBe(4)
  })

  it('stay few where a server only makes them wait for each other: four at a quarter of the speed gain nothing', () => {
    const limits: number[] = []
    let state = newConcurrency(0)
    for (let count = 0; count < 60; count++) {
      state = serve(state, 1, (limit) => 50 * limit, count)
      limits.push(state.limit)
    }
    expect(Math.max(...limits)).toBe(3)
    expect(limits.at(-1)).toBe(2)
    expect(state.reason).toBe('more at once got no more done')
  })

  it('grow only while somebody waits, and only by answers that shared the host with as many others', () => {
    const alone = { kind: 'answered', model: 'm', msPerToken: 50, beganAt: 1, wasFull: true, isQueued: false } as const
    let state = newConcurrency(0)
    for (let count = 0; count < 20; count++) state = nextConcurrency(state, alone, 1, bounds)
    for (let count = 0; count < 20; count++)
      state = nextConcurrency(state, { ...alone, wasFull: false, isQueued: true }, 1, bounds)
    expect(state.limit).toBe(2)
  })

  it('are halved by an answer that did not come in time, once for all that ran together', () => {
    const four = serve(newConcurrency(0), 20, () => 50)
    const halved = turnAway(four, true)
    expect(halved).toMatchObject({ limit: 2, reason: 'an answer did not come in time' })
    expect(nextConcurrency(halved, { kind: 'overloaded', beganAt: 500, isTimeout: true }, 1_001, bounds).limit).toBe(2)
  })

  it('are halved when most are turned away, not when every third is: asking less would not help that', () => {
    let state = serve(newConcurrency(0), 20, () => 50)
    // Those turned away are known at once, the answers to the others come later.
    for (let round = 0; round < 50; round++) state = begin(begin(turnAway(state)))
    expect(state.limit).toBe(4)
    for (let count = 0; count < 20; count++) state = turnAway(state)
    expect(state).toMatchObject({ limit: 1, reason: 'the host turned requests away' })
  })

  it('do not grow back at once to what was too many', () => {
    let state = serve(newConcurrency(0), 20, () => 50)
    for (let count = 0; count < 5; count++) state = turnAway(state)
    expect(state.limit).toBe(2)
    expect(serve(state, 50, () => 50, 1_000).limit).toBe(3)
    expect(serve(state, 50, () => 50, 70_000).limit).toBe(4)
  })

  it('are the fewest while memory is short, and grow again from there', () => {
    const four = serve(newConcurrency(0), 20, () => 50)
    const short = nextConcurrency(four, { kind: 'pressure', isShort: true }, 50, bounds)
    expect(limitOf(short, bounds)).toEqual({ limit: 1, reason: 'memory is short' })
    expect(
      limitOf(
        serve(short, 20, () => 50, 60),
        bounds
      ).limit
    ).toBe(1)
    const over = nextConcurrency(short, { kind: 'pressure', isShort: false }, 100, bounds)
    expect(limitOf(over, bounds)).toEqual({ limit: 1, reason: 'memory was short' })
    expect(serve(over, 20, () => 50, 100).limit).toBe(4)
  })

  it('are what both settings say where they say the same', () => {
    expect(limitOf(newConcurrency(0), { min: 3, max: 3 })).toEqual({ limit: 3, reason: 'set so' })
    expect(limitOf(newConcurrency(0), { min: 8, max: 2 }).limit).toBe(8)
  })

  it('follow the settings at once', () => {
    const four = serve(newConcurrency(0), 20, () => 50)
    expect(limitOf(four, { min: 1, max: 3 }).limit).toBe(3)
    expect(limitOf(four, { min: 6, max: 9 }).limit).toBe(6)
  })
})

describe('whatever is seen', () => {
  const event: fc.Arbitrary<ConcurrencyEvent> = fc.oneof(
    fc.constant<ConcurrencyEvent>({ kind: 'began' }),
    fc.record({
      kind: fc.constant('answered' as const),
      model: fc.constantFrom('a', 'b'),
      msPerToken: fc.double({ min: 0, max: 1e6 }),
      beganAt: fc.nat(1_000),
      wasFull: fc.boolean(),
      isQueued: fc.boolean()
    }),
    fc.record({ kind: fc.constant('overloaded' as const), beganAt: fc.nat(1_000), isTimeout: fc.boolean() }),
    fc.record({ kind: fc.constant('pressure' as const), isShort: fc.boolean() })
  )

  it('the limit is between the two settings, the fewest under pressure, and moves by one up or to no less than half', () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 100 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 6 }),
        (events, min, more) => {
          const range = { min, max: min + more }
          let state = newConcurrency(0)
          let now = 0
          for (const seen of events) {
            const before = limitOf(state, range).limit
            state = nextConcurrency(state, seen, (now += 7), range)
            const { limit } = limitOf(state, range)
            expect(limit).toBeGreaterThanOrEqual(range.min)
            expect(limit).toBeLessThanOrEqual(range.max)
            if (state.isShort) expect(limit).toBe(range.min)
            expect(limit).toBeLessThanOrEqual(before + 1)
            if (seen.kind !== 'pressure') expect(limit).toBeGreaterThanOrEqual(Math.floor(before / 2))
          }
        }
      )
    )
  })
})
