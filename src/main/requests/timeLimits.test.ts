import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeoutPhases } from '../../shared/errors.ts'
import { defaultSettings } from './requestRig.ts'
import { nothingMeasured, timeLimit, timeLimits } from './timeLimits.ts'

const gib = 2 ** 30
const sized = (sizeBytes: number) => ({ ...nothingMeasured, sizeBytes })

describe('the limits of a model', () => {
  it('are those of the settings, to the millisecond, for a small one', () => {
    const settings = { ...defaultSettings, firstTokenTimeoutMs: 1_500 }
    expect(timeLimit('first_token', settings, sized(50e6), 400)).toEqual({
      phase: 'first_token',
      settingMs: 1_500,
      limitMs: 1_500,
      reason: null
    })
  })

  it('are minutes for a 70b, and the reason is its size', () => {
    expect(timeLimit('first_token', defaultSettings, sized(40 * gib))).toMatchObject({
      limitMs: 300_000,
      reason: '42.9 GB of weights'
    })
    expect(timeLimit('load', defaultSettings, sized(40 * gib)).limitMs).toBe(1_500_000)
    expect(timeLimit('token_gap', defaultSettings, sized(40 * gib)).limitMs).toBe(300_000)
    expect(timeLimit('first_token', defaultSettings, sized(4_000 * gib)).limitMs).toBe(600_000)
  })

  it('leave room for what was measured here, three times over', () => {
    const measured = { ...nothingMeasured, loadMs: [90_000, 250_000], promptTokensPerSecond: 10, longestGapMs: 25_000 }
    expect(timeLimit('load', defaultSettings, measured)).toMatchObject({
      limitMs: 750_000,
      reason: 'a load took 4 min 10 s here'
    })
    expect(timeLimit('first_token', defaultSettings, measured, 4_000)).toMatchObject({
      limitMs: 300_000,
      reason: 'about 1000 tokens of prompt take 1 min 40 s here'
    })
    expect(timeLimit('token_gap', defaultSettings, measured)).toMatchObject({
      limitMs: 75_000,
      reason: 'a token took 25 s here'
    })
  })

  it('of lists, downloads, turns and whole answers have nothing to do with its size', () => {
    for (const phase of ['connect', 'api', 'download', 'queue', 'total'] as const)
      expect(timeLimit(phase, defaultSettings, sized(400 * gib)).reason).toBeNull()
  })

  it('are the settings as they are where scaling is off', () => {
    const limits = timeLimits({ ...defaultSettings, timeoutScaling: 'off' }, { ...sized(40 * gib), loadMs: [1e6] })
    expect(limits.map(({ phase }) => phase)).toEqual([...timeoutPhases])
    expect(limits.every(({ limitMs, settingMs, reason }) => limitMs === settingMs && reason === null)).toBe(true)
  })

  it('are never shorter than the setting, never without a reason where longer, and never beyond what a timer can count', () => {
    const number = fc.option(fc.double({ noDefaultInfinity: false }), { nil: null })
    fc.assert(
      fc.property(
        fc.record({
          sizeBytes: number,
          loadMs: fc.array(fc.double()),
          promptTokensPerSecond: number,
          longestGapMs: number
        }),
        fc.nat(4_000_000),
        fc.constantFrom(...timeoutPhases),
        (measured, characters, phase) => {
          const { limitMs, settingMs, reason } = timeLimit(phase, defaultSettings, measured, characters)
          expect(limitMs).toBeGreaterThanOrEqual(settingMs)
          expect(limitMs).toBeLessThan(2 ** 31)
          expect(reason !== null).toBe(limitMs > settingMs)
        }
      )
    )
  })
})
