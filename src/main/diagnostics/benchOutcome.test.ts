/** Would catch: a slow model called fine, an unknown figure that makes one slow, a border that moved. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TimeLimit } from '../../shared/model.ts'
import { benchOutcome } from './benchOutcome.ts'

const limit = (phase: TimeLimit['phase'], limitMs: number): TimeLimit => ({
  phase,
  limitMs,
  settingMs: limitMs,
  reason: null
})
const limits = [limit('load', 300_000), limit('first_token', 60_000)]
const fine = { loadMs: 4_000, firstTokenMs: 300, tokensPerSecond: 31 }

describe('a model that answered', () => {
  it('works within every limit', () => {
    expect(benchOutcome(fine, limits)).toEqual({ outcome: 'works', reason: null })
  })

  it.each([
    [{ ...fine, firstTokenMs: 20_001 }, 'first token after 20 s of at most 1 min'],
    [{ ...fine, tokensPerSecond: 2.94 }, '2.9 tokens per second'],
    [{ ...fine, tokensPerSecond: 0 }, '0.0 tokens per second'],
    [{ ...fine, loadMs: 370_000 }, 'loaded in 6 min 10 s, late after 5 min'],
    [
      { loadMs: 300_001, firstTokenMs: 42_000, tokensPerSecond: 1 },
      'loaded in 5 min, late after 5 min; first token after 42 s of at most 1 min; 1.0 tokens per second'
    ]
  ])('%j is slow, and every reason is said', (measures, reason) => {
    expect(benchOutcome(measures, limits)).toEqual({ outcome: 'slow', reason })
  })

  it('is not slow on the border', () => {
    expect(benchOutcome({ loadMs: 300_000, firstTokenMs: 20_000, tokensPerSecond: 3 }, limits).outcome).toBe('works')
  })

  it('is never slow for what nobody measured, or where there is no limit', () => {
    expect(benchOutcome({ loadMs: null, firstTokenMs: null, tokensPerSecond: null }, limits).outcome).toBe('works')
    expect(benchOutcome({ loadMs: 1e9, firstTokenMs: 1e9, tokensPerSecond: null }, []).outcome).toBe('works')
  })

  it('slower is never better', () => {
    const measures = fc.record({
      loadMs: fc.option(fc.double({ min: 0, max: 1e7, noNaN: true })),
      firstTokenMs: fc.option(fc.double({ min: 0, max: 1e7, noNaN: true })),
      tokensPerSecond: fc.option(fc.double({ min: 0, max: 1e4, noNaN: true }))
    })
    fc.assert(
      fc.property(measures, fc.double({ min: 1, max: 50, noNaN: true }), (each, factor) => {
        const slower = {
          loadMs: each.loadMs && each.loadMs * factor,
          firstTokenMs: each.firstTokenMs && each.firstTokenMs * factor,
          tokensPerSecond: each.tokensPerSecond && each.tokensPerSecond / factor
        }
        const before = benchOutcome(each, limits)
        const after = benchOutcome(slower, limits)
        expect(before.outcome === 'slow' && after.outcome === 'works').toBe(false)
        expect(before.reason === null).toBe(before.outcome === 'works')
      })
    )
  })
})
