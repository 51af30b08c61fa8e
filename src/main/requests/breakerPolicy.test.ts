import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { admissionOf, newBreaker, nextBreaker, openTimesMs, type Breaker, type BreakerEvent } from './breakerPolicy.ts'

const failure = (change: Partial<Extract<BreakerEvent, { kind: 'failed' }>> = {}): BreakerEvent => ({
  kind: 'failed',
  words: 'It broke.',
  isUnreachable: false,
  isBusy: false,
  isTrial: false,
  retryAfterMs: 0,
  ...change
})
const refused = failure({ isUnreachable: true, words: 'Ollama is not running.' })
const after = (events: BreakerEvent[], breaker = newBreaker(0), now = 0): Breaker =>
  events.reduce((state, event) => nextBreaker(state, event, now, 5), breaker)
const opened = after(Array.from({ length: 5 }, () => failure()))
const openedByRefusals = after(Array.from({ length: 5 }, () => refused))

describe('a breaker', () => {
  it('opens at the fifth failure in a row, not at five with a success between them', () => {
    const four = Array.from({ length: 4 }, () => failure())
    expect(after(four).state).toBe('closed')
    expect(after([...four, { kind: 'succeeded' }, ...four]).state).toBe('closed')
    expect(after([...four, failure()])).toMatchObject({ state: 'open', failures: 5, nextTryAt: 2_000 })
  })

  it('says why in words, by what kind of failures they were', () => {
    expect(opened.reason).toBe('failed 5 times in a row: It broke')
    expect(openedByRefusals.reason).toBe('could not be reached 5 times in a row: Ollama is not running')
    expect(after(Array.from({ length: 5 }, () => failure({ isBusy: true }))).reason).toBe(
      'turned requests away 5 times in a row: It broke'
    )
    expect(nextBreaker(newBreaker(0), failure(), 0, 1).reason).toBe('failed once: It broke')
  })

  it('lets nothing through until its time, then one request, then all again or a longer pause', () => {
    expect(admissionOf(opened, 1_999)).toBe('refuse')
    expect(admissionOf(opened, 2_000)).toBe('trial')
    const trial = nextBreaker(opened, { kind: 'trial_begun' }, 2_000, 5)
    expect(admissionOf(trial, 2_000)).toBe('wait')
    expect(nextBreaker(trial, { kind: 'succeeded' }, 2_100, 5)).toMatchObject({
      state: 'closed',
      failures: 0,
      reason: null
    })
    expect(nextBreaker(trial, failure({ isTrial: true }), 2_100, 5)).toMatchObject({ state: 'open', nextTryAt: 6_100 })
  })

  it('waits 2, 4, 8, 16, 30 and never more than 30 s, and as long as the server itself asks for', () => {
    let breaker = opened
    const waits: number[] = []
    for (let turn = 0; turn < 7; turn++) {
      waits.push((breaker.nextTryAt ?? 0) - breaker.sinceAt)
      const now = breaker.nextTryAt ?? 0
      breaker = nextBreaker(nextBreaker(breaker, { kind: 'trial_begun' }, now, 5), failure({ isTrial: true }), now, 5)
    }
    expect(waits).toEqual([...openTimesMs, 30_000, 30_000])
    expect(nextBreaker(newBreaker(0), failure({ retryAfterMs: 20_000 }), 0, 1).nextTryAt).toBe(20_000)
    expect(nextBreaker(newBreaker(0), failure({ retryAfterMs: 1e12 }), 0, 1).nextTryAt).toBe(120_000)
  })

  it('is closed by good health only where connections were the trouble: a server may be well and its answers not', () => {
    expect(nextBreaker(openedByRefusals, { kind: 'healthy' }, 500, 5).state).toBe('closed')
    expect(nextBreaker(opened, { kind: 'healthy' }, 500, 5).state).toBe('open')
  })

  it('is closed by good health also where other failures came before the connection was lost', () => {
    const mixed = after([failure(), ...Array.from({ length: 4 }, () => refused)])
    expect(mixed.reason).toBe('could not be reached 4 times in a row: Ollama is not running')
    expect(nextBreaker(mixed, { kind: 'healthy' }, 500, 5).state).toBe('closed')
  })

  it('is closed by the first good check of a host that was ill, though a trial failed since', () => {
    const ill = nextBreaker(openedByRefusals, { kind: 'unhealthy', words: 'Down.', nextCheckAt: 4_000 }, 500, 5)
    const tried = nextBreaker(ill, { kind: 'trial_begun' }, 4_000, 5)
    const again = nextBreaker(tried, { ...refused, isTrial: true } as BreakerEvent, 4_001, 5)
    expect(again.state).toBe('open')
    expect(nextBreaker(again, { kind: 'healthy' }, 4_002, 5).state).toBe('closed')
  })

  it('keeps to the next check of a host that was ill already when its trial failed, and hears that it is well again', () => {
    const trial = nextBreaker(openedByRefusals, { kind: 'trial_begun' }, 2_000, 5)
    const ill = nextBreaker(trial, { kind: 'unhealthy', words: 'Down.', nextCheckAt: 18_000 }, 2_001, 5)
    const again = nextBreaker(ill, { ...refused, isTrial: true } as BreakerEvent, 2_002, 5)
    expect(again).toMatchObject({ state: 'open', nextTryAt: 18_000 })
    expect(nextBreaker(again, { kind: 'healthy' }, 18_000, 5).state).toBe('closed')
  })

  it('is not closed for ever anew by a health that never was the trouble', () => {
    const closedAgain = nextBreaker(openedByRefusals, { kind: 'healthy' }, 500, 5)
    const second = after(
      Array.from({ length: 5 }, () => refused),
      closedAgain,
      600
    )
    expect(second).toMatchObject({ state: 'open', nextTryAt: 4_600 })
    expect(nextBreaker(second, { kind: 'healthy' }, 700, 5).state).toBe('open')
    const ill = nextBreaker(second, { kind: 'unhealthy', words: 'Down.', nextCheckAt: 2_700 }, 700, 5)
    expect(nextBreaker(ill, { kind: 'healthy' }, 2_700, 5).state).toBe('closed')
  })

  it('names the next health check as the next try of a host that is down: two times on one screen would be one too many', () => {
    const ill = nextBreaker(openedByRefusals, { kind: 'unhealthy', words: 'Not running.', nextCheckAt: 16_500 }, 500, 5)
    expect(ill).toMatchObject({ nextTryAt: 16_500, reason: 'could not be reached 5 times in a row: Not running' })
  })

  it('may be tried again at once when its trial was cancelled: a trial that tells nothing must not shut it for ever', () => {
    const trial = nextBreaker(opened, { kind: 'trial_begun' }, 2_000, 5)
    const dropped = nextBreaker(trial, { kind: 'trial_dropped' }, 3_000, 5)
    expect(admissionOf(dropped, 3_000)).toBe('trial')
  })

  it('hears what was under way before the pause, without a longer pause for it', () => {
    expect(nextBreaker(opened, failure(), 1_000, 5)).toMatchObject({ state: 'open', failures: 6, nextTryAt: 2_000 })
    expect(nextBreaker(opened, { kind: 'succeeded' }, 1_000, 5).state).toBe('closed')
  })

  it('does not stay shut for hours when the clock is set back', () => {
    const late = nextBreaker(newBreaker(5e6), failure(), 5e6, 1)
    expect(admissionOf(late, 1e6)).toBe('trial')
  })
})

describe('whatever happens', () => {
  const event: fc.Arbitrary<BreakerEvent> = fc.oneof(
    fc.constant<BreakerEvent>({ kind: 'succeeded' }),
    fc.constant<BreakerEvent>({ kind: 'trial_begun' }),
    fc.constant<BreakerEvent>({ kind: 'trial_dropped' }),
    fc.constant<BreakerEvent>({ kind: 'healthy' }),
    fc
      .option(fc.integer({ min: 0, max: 30_000 }))
      .map((nextCheckAt): BreakerEvent => ({ kind: 'unhealthy', words: 'x', nextCheckAt })),
    fc
      .record({
        isUnreachable: fc.boolean(),
        isBusy: fc.boolean(),
        isTrial: fc.boolean(),
        retryAfterMs: fc.integer({ min: 0, max: 1e9 })
      })
      .map((change) => failure(change))
  )

  it('a breaker has a reason exactly while it is not closed, a time while it is open, and lets a request in some time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(event, fc.integer({ min: 0, max: 60_000 })), { maxLength: 80 }),
        fc.integer({ min: 1, max: 8 }),
        (steps, threshold) => {
          let breaker = newBreaker(0)
          let now = 0
          for (const [step, passedMs] of steps) {
            now += passedMs
            breaker = nextBreaker(breaker, step, now, threshold)
            expect(breaker.reason === null).toBe(breaker.state === 'closed')
            expect(breaker.nextTryAt !== null).toBe(breaker.state === 'open')
            expect(breaker.unreachable).toBeLessThanOrEqual(breaker.failures)
            if (breaker.state === 'closed') expect(breaker.failures).toBeLessThan(threshold)
            if (breaker.state === 'open') expect(admissionOf(breaker, now + 120_000)).toBe('trial')
          }
        }
      )
    )
  })
})
