/** Would catch: a mean outside its values, a lost peak, an unloaded model left out of a mean, an unknown one counted as 0, a hole as time. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryPointSchema, pressures } from '../../shared/memory.ts'
import { holeRow, rowAt, rowsInTime } from './historyRig.ts'
import { startOf, type HistoryRow } from './historyRow.ts'
import { meanOf } from './rowMean.ts'

const known = (values: (number | null)[]): number[] => values.filter((value) => value !== null)
const sampledOf = (rows: readonly HistoryRow[]): HistoryRow[] => rows.filter(({ sampledMs }) => sampledMs > 0)

describe('the mean of rows', () => {
  it('lies between the lowest and the highest, and they are those of the rows', () => {
    fc.assert(
      fc.property(rowsInTime, (rows) => {
        const mean = meanOf(rows, 0, 1e9)
        const sampled = sampledOf(rows).map(({ point }) => point)
        if (sampled.length === 0) {
          expect(mean).toBeNull()
          return
        }
        const { usedBytes, usedMinBytes, usedMaxBytes, heldMaxBytes, pressure } = mean?.point ?? rowAt(0).point
        const used = known(sampled.map((point) => point.usedBytes))
        if (used.length === 0) expect([usedBytes, usedMinBytes, usedMaxBytes]).toEqual([null, null, null])
        else {
          expect(usedMinBytes).toBe(Math.min(...used))
          expect(usedMaxBytes).toBe(Math.max(...used))
          expect(usedBytes).toBeGreaterThanOrEqual(Math.min(...used))
          expect(usedBytes).toBeLessThanOrEqual(Math.max(...used))
        }
        const held = known(sampled.map((point) => point.heldMaxBytes))
        expect(heldMaxBytes).toBe(held.length === 0 ? null : Math.max(...held))
        const worst = Math.max(
          ...sampled.map((point) => (point.pressure === null ? -1 : pressures.indexOf(point.pressure)))
        )
        expect(pressure).toBe(pressures[worst] ?? null)
      })
    )
  })

  it('is what the contract says of a point, whole bytes and all', () => {
    fc.assert(
      fc.property(rowsInTime, (rows) => {
        const mean = meanOf(rows, 0, 60_000)
        if (mean !== null) expect(memoryPointSchema.parse(mean.point)).toEqual(mean.point)
      })
    )
  })

  it('invents no amount: of each model no more than its most, and nothing of one that nobody knew', () => {
    fc.assert(
      fc.property(rowsInTime, (rows) => {
        const mean = meanOf(rows, 0, 1e9)
        const sampled = sampledOf(rows)
        for (const [key, bytes] of Object.entries(mean?.point.held ?? {})) {
          const told = sampled.flatMap(({ point }) => point.held[key] ?? [])
          expect(told.length).toBeGreaterThan(0)
          expect(bytes).toBeLessThanOrEqual(Math.max(...told))
          const isAlwaysThere = sampled.every(({ point, unknown }) => key in point.held || unknown.includes(key))
          if (isAlwaysThere) expect(bytes).toBeGreaterThanOrEqual(Math.min(...told))
        }
        for (const key of mean?.unknown ?? []) expect(mean?.point.held).not.toHaveProperty([key])
        const named = new Set([...Object.keys(mean?.point.held ?? {}), ...(mean?.unknown ?? [])])
        expect(named).toEqual(
          new Set(sampled.flatMap(({ point, unknown }) => [...Object.keys(point.held), ...unknown]))
        )
      })
    )
  })

  it('made in two stages says the same as made in one', () => {
    fc.assert(
      fc.property(rowsInTime, (rows) => {
        const starts = [...new Set(rows.map(({ point }) => startOf(point.at, 60_000)))]
        const minutes = starts.flatMap((at) => {
          const own = rows.filter(({ point }) => startOf(point.at, 60_000) === at)
          // As wide as its samples ask for, so that the weights are theirs.
          return meanOf(own, at, 1e9) ?? []
        })
        const twice = meanOf(minutes, 0, 1e9)?.point
        const once = meanOf(rows, 0, 1e9)?.point
        expect(twice?.usedMinBytes).toBe(once?.usedMinBytes)
        expect(twice?.usedMaxBytes).toBe(once?.usedMaxBytes)
        expect(twice?.heldMaxBytes).toBe(once?.heldMaxBytes)
        expect(twice?.pressure).toBe(once?.pressure)
        const isKnown = rows.every(({ point, unknown }) => point.usedBytes !== null && unknown.length === 0)
        if (!isKnown || once === undefined) return
        expect(Math.abs((twice?.usedBytes ?? 0) - (once.usedBytes ?? 0))).toBeLessThanOrEqual(2)
        for (const key in once.held)
          expect(Math.abs((twice?.held[key] ?? 0) - (once.held[key] ?? 0))).toBeLessThanOrEqual(2)
      })
    )
  })

  it('speaks for no more time than it spans, though its first sample does', () => {
    const slow = [2_000, 17_000, 32_000, 47_000].map((at) => rowAt(at, {}, { sampledMs: 15_000 }))
    expect(meanOf([...slow, rowAt(59_000, {}, { sampledMs: 12_000 })], 0, 60_000)?.sampledMs).toBe(60_000)
  })

  it('weighs a sample by the time it speaks for: watching closely does not bend it', () => {
    const slow = [0, 5_000, 10_000].map((at) => rowAt(at, { usedBytes: 0 }, { sampledMs: 5_000 }))
    const close = Array.from({ length: 15 }, (_, second) => rowAt(15_000 + second * 1_000, { usedBytes: 1_000 }))
    expect(meanOf([...slow, ...close], 0, 60_000)?.point.usedBytes).toBe(500)
  })

  it('counts a model as 0 while it was not loaded, and not at all while nothing was read or nobody knew', () => {
    const loaded = rowAt(0, { held: { 'h/a': 900 } })
    const empty = rowAt(1_000, { held: {} })
    const unknown = rowAt(2_000, { held: {} }, { unknown: ['h/a'] })
    expect(meanOf([loaded, empty], 0, 60_000)?.point.held).toEqual({ 'h/a': 450 })
    expect(meanOf([loaded, empty, unknown], 0, 60_000)?.point.held).toEqual({ 'h/a': 450 })
    expect(meanOf([loaded, holeRow(1)], 0, 60_000)?.point.held).toEqual({ 'h/a': 900 })
    expect(meanOf([empty, unknown], 0, 60_000)).toMatchObject({ point: { held: {} }, unknown: ['h/a'] })
  })
})
