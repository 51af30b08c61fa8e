import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorCodes, timeoutPhases } from '../../shared/errors.ts'
import { defaultSettings } from './requestRig.ts'
import { planRetry, retryTable } from './retryPolicy.ts'

const down = { code: 'server_down', phase: undefined, retryAfterMs: undefined } as const
const delays = (isLocal: boolean, random: number): (number | undefined)[] => {
  const table = retryTable(defaultSettings, isLocal)
  return Array.from(
    { length: table.attempts },
    (_, index) =>
      planRetry({ attempt: index + 1, error: down, table, loadsWhenAsked: true, random: () => random })?.delayMs
  )
}

describe('another attempt', () => {
  it('comes after 1 s, then 2 s on this machine, and after 5 s to 30 s elsewhere, and then no more', () => {
    expect(delays(true, 1)).toEqual([1_000, 2_000, undefined])
    expect(delays(false, 1)).toEqual([5_000, 10_000, 20_000, 30_000, undefined])
  })

  it('comes at any time from half the pause on: a hundred that failed together must not come back together', () => {
    expect(delays(true, 0)).toEqual([500, 1_000, undefined])
  })

  it('waits as long as the server asked for, but not for ever', () => {
    const table = retryTable(defaultSettings, true)
    const after = (retryAfterMs: number) =>
      planRetry({ attempt: 1, error: { ...down, retryAfterMs }, table, loadsWhenAsked: true, random: () => 0 })?.delayMs
    expect(after(6_000)).toBe(6_000)
    expect(after(10)).toBe(500)
    expect(after(86_400_000)).toBe(32_000)
  })

  it('never comes for what cannot succeed, never beyond the attempts, and never after a pause out of bounds', () => {
    fc.assert(
      fc.property(
        fc.record({
          code: fc.constantFrom(...errorCodes),
          phase: fc.constantFrom(...timeoutPhases, undefined),
          retryAfterMs: fc.option(fc.double({ min: 0, noNaN: true }), { nil: undefined })
        }),
        fc.integer({ min: 1, max: 25 }),
        fc.record({
          attempts: fc.integer({ min: 1, max: 20 }),
          firstDelayMs: fc.integer({ min: 10, max: 600_000 }),
          maxDelayMs: fc.integer({ min: 10, max: 3_600_000 })
        }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (error, attempt, table, random) => {
          const plan = planRetry({ attempt, error, table, loadsWhenAsked: false, random: () => random })
          if (!plan) return
          expect(attempt).toBeLessThan(table.attempts)
          expect(['server_down', 'server_busy', 'server_failed', 'timed_out']).toContain(error.code)
          expect(plan.delayMs).toBeGreaterThanOrEqual(Math.floor(Math.min(table.firstDelayMs, table.maxDelayMs) / 2))
          expect(plan.delayMs).toBeLessThanOrEqual(Math.max(table.firstDelayMs, table.maxDelayMs) * 4)
        }
      )
    )
  })
})
