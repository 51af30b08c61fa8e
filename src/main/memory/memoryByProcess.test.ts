/** Would catch: a part larger than its whole, RAM and GPU added where they are the same bytes, a number where nothing is known. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { modelMemorySchema } from '../../shared/memory.ts'
import { memoryByFootprint, memoryByProcess } from './memoryByProcess.ts'
import { testGpu, testModel } from './testReadings.ts'

const amount = fc.nat(2 ** 40)
const told = fc
  .record({ heldBytes: fc.option(amount), gpuBytes: fc.option(amount), countedBytes: fc.option(amount) })
  .map((bytes) => testModel({ ...bytes, quality: 'reported' }))
const seen = fc.record({
  pid: fc.integer({ min: 1, max: 2 ** 22 }),
  anonBytes: amount,
  fileBytes: amount,
  gpuBytes: fc.option(amount)
})
const gpus = fc.array(
  fc.constantFrom('dedicated' as const, 'unified' as const, 'gtt' as const).map((kind) => testGpu({ kind })),
  { maxLength: 3 }
)

describe('what a model holds by its process', () => {
  it('is never less than its parts, never more than all of them, and never invented', () => {
    fc.assert(
      fc.property(told, fc.array(seen, { minLength: 1, maxLength: 3 }), gpus, (claim, processes, cards) => {
        const held = modelMemorySchema.parse(memoryByProcess(claim, processes, cards))
        const resident = processes.reduce((sum, one) => sum + one.anonBytes + one.fileBytes, 0)
        const byDriver = processes.reduce((sum, one) => sum + (one.gpuBytes ?? 0), 0)
        if (held.quality === 'measured') {
          expect(held.heldBytes).toBeGreaterThanOrEqual(resident)
          expect(held.heldBytes).toBeLessThanOrEqual(resident + byDriver)
          expect(held.heldBytes).toBeGreaterThanOrEqual(held.gpuBytes ?? 0)
          expect(held.countedBytes ?? 0).toBeLessThanOrEqual(held.heldBytes ?? 0)
        }
        if (held.heldBytes === null) expect(claim.heldBytes).toBeNull()
        expect(held.pid).toBe(processes.at(-1)?.pid)
      })
    )
  })

  it('by footprint is what its host tells, of which no more is counted than there is', () => {
    fc.assert(
      fc.property(told, fc.option(amount), (claim, footprint) => {
        const held = memoryByFootprint({ ...claim, countedBytes: null }, 5, footprint)
        expect(held.heldBytes).toBe(claim.heldBytes)
        if (held.countedBytes === null) return
        expect(held.countedBytes).toBeLessThanOrEqual(held.heldBytes ?? -1)
        expect(held.countedBytes).toBeGreaterThanOrEqual((held.heldBytes ?? 0) * 0.9)
      })
    )
  })
})
