import { describe, expect, it } from 'vitest'
import type { OperationProgress } from '../../shared/operation.ts'
import { createFakeClock } from '../lib/fakeClock.ts'
import { createTransferMeter } from './transferMeter.ts'

describe('the transfer meter', () => {
  it('tells speed and remaining time from the last seconds, and nothing before there is enough to tell', async () => {
    const clock = createFakeClock()
    const told: OperationProgress[] = []
    const meter = createTransferMeter(clock, (progress) => told.push(progress))
    for (let second = 0; second <= 10; second++) {
      meter.report({ status: 'pulling', completedBytes: second * 1_000_000, totalBytes: 20_000_000 })
      await clock.advance(1000)
    }
    expect(told[0]).toMatchObject({ bytesPerSecond: null, remainingMs: null })
    expect(told.at(-1)).toMatchObject({ bytesPerSecond: 1_000_000, remainingMs: 10_000 })
  })

  it('does not invent a negative speed when a new layer begins at nothing', async () => {
    const clock = createFakeClock()
    const told: OperationProgress[] = []
    const meter = createTransferMeter(clock, (progress) => told.push(progress))
    for (const completedBytes of [5_000_000, 9_000_000, 100, 200]) {
      meter.report({ status: 'pulling', completedBytes, totalBytes: 10_000_000 })
      await clock.advance(1000)
    }
    for (const progress of told)
      if (progress.kind === 'transfer') expect(progress.bytesPerSecond ?? 1).toBeGreaterThan(0)
  })
})
