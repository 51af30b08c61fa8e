import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { openDatabase } from '../storage/database.ts'
import { createModelTimingStore } from '../storage/modelTimings.ts'
import { createAnswerMeter } from './answerMeter.ts'
import { measuredFrom, median, usualLoadMs } from './measured.ts'

const id = { hostId: 'h', name: 'a' }
const store = () =>
  createModelTimingStore({ database: openDatabase(':memory:').database, now: () => 1, logger: silentLogger })

describe('what was measured', () => {
  it('is null where nothing was, never 0', () => {
    expect(measuredFrom(store(), id, null)).toEqual({
      sizeBytes: null,
      loadMs: [],
      usualLoadMs: null,
      promptTokensPerSecond: null,
      tokensPerSecond: null,
      longestGapMs: null
    })
    expect(usualLoadMs(store(), id)).toBeNull()
  })

  it('gives loads newest first, the median speeds of prompts and answers, and the longest silence', () => {
    const timings = store()
    for (const durationMs of [1, 2, 3]) timings.add(id, 'load', { durationMs, promptTokens: null })
    for (const [durationMs, promptTokens] of [
      [1_000, 100],
      [1_000, 300],
      [1_000, 200]
    ] as const)
      timings.add(id, 'first_token', { durationMs, promptTokens })
    for (const durationMs of [20, 10, 40]) timings.add(id, 'token', { durationMs, promptTokens: null })
    for (const durationMs of [40, 900, 50]) timings.add(id, 'token_gap', { durationMs, promptTokens: null })
    expect(measuredFrom(timings, id, 7)).toEqual({
      sizeBytes: 7,
      loadMs: [3, 2, 1],
      usualLoadMs: 2,
      promptTokensPerSecond: 200,
      tokensPerSecond: 50,
      longestGapMs: 900
    })
  })

  it('takes no speed from a short prompt: it would say that a model reads 5 tokens a second', () => {
    const timings = store()
    timings.add(id, 'first_token', { durationMs: 200, promptTokens: 1 })
    timings.add(id, 'first_token', { durationMs: 200, promptTokens: null })
    timings.add(id, 'first_token', { durationMs: 0, promptTokens: 500 })
    expect(measuredFrom(timings, id, null).promptTokensPerSecond).toBeNull()
  })

  it('has a median between the least and the most, with as many below as above', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1 }), (values) => {
        const middle = median(values) ?? NaN
        const below = values.filter((value) => value < middle).length
        const above = values.filter((value) => value > middle).length
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2)
      })
    )
  })
})

describe('the pace of an answer', () => {
  it('is its longest silence; a machine that slept, or a clock that was set back, teaches nothing', async () => {
    const clock = createFakeClock()
    const meter = createAnswerMeter(clock)
    meter.piece()
    expect(meter.longestGapMs()).toBeNull()
    await clock.advance(30)
    meter.piece()
    await clock.advance(20)
    meter.piece()
    expect(meter.longestGapMs()).toBe(30)
    await clock.advance(8 * 3_600_000)
    meter.piece()
    clock.setBack(5_000)
    meter.piece()
    expect(meter.longestGapMs()).toBe(30)
  })
})
