/** Would catch: a row that comes back different, one bad amount that fails every write after it, a number given to two models. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowAt, rowsInTime } from '../memory/historyRig.ts'
import { openDatabase } from './database.ts'
import { createMemoryHistoryStore } from './memoryHistory.ts'

const always = [0, Number.MAX_SAFE_INTEGER] as const

describe('rows of history', () => {
  it('come back as they were written, in order, also to the next to open the file', () => {
    fc.assert(
      fc.property(rowsInTime, (rows) => {
        const sampled = rows.filter(({ sampledMs }) => sampledMs > 0)
        const { database } = openDatabase(':memory:')
        const store = createMemoryHistoryStore({ database })
        store.together(() => store.write(sampled.toReversed()))
        for (const reader of [store, createMemoryHistoryStore({ database })]) {
          const read = reader.read(0, ...always)
          expect(read.map(({ point, sampledMs }) => ({ point, sampledMs }))).toEqual(
            sampled.map(({ point, sampledMs }) => ({ point, sampledMs }))
          )
          expect(read.map(({ unknown }) => unknown.toSorted())).toEqual(
            sampled.map(({ unknown }) => unknown.toSorted())
          )
        }
        database.close()
      })
    )
  })

  it('of one span and time are one, the later', () => {
    const { database } = openDatabase(':memory:')
    const store = createMemoryHistoryStore({ database })
    const written = [rowAt(5, { usedBytes: 1 }), rowAt(5, { usedBytes: 2 }), rowAt(5, { spanMs: 60_000, usedBytes: 3 })]
    store.together(() => store.write(written))
    expect(store.read(0, ...always).map(({ point }) => point.usedBytes)).toEqual([2])
    expect(store.read(60_000, ...always).map(({ point }) => point.usedBytes)).toEqual([3])
  })

  it('with amounts that are none are written without them', () => {
    const { database } = openDatabase(':memory:')
    const store = createMemoryHistoryStore({ database })
    const amount = fc.double()
    fc.assert(
      fc.property(
        amount,
        amount,
        amount,
        fc.double({ noInteger: true }),
        (usedBytes, otherBytes, held, gpuLoadPercent) => {
          store.remove(0, ...always)
          store.together(() =>
            store.write([rowAt(7, { usedBytes, otherBytes, gpuLoadPercent, held: { 'h/a': held } })])
          )
          const [row] = store.read(0, ...always)
          for (const bytes of [row?.point.usedBytes, row?.point.otherBytes, row?.point.held['h/a']]) {
            expect(bytes === null || bytes === undefined || Number.isSafeInteger(bytes)).toBe(true)
          }
        }
      )
    )
    store.together(() => store.write([rowAt(Number.NaN)]))
    expect(store.read(0, ...always)).toHaveLength(1)
  })

  it('that nobody can read are read without what cannot be understood', () => {
    const { database } = openDatabase(':memory:')
    const store = createMemoryHistoryStore({ database })
    store.together(() => store.write([1, 2, 3].map((at) => rowAt(at))))
    database.exec(`UPDATE memory_rows SET held = '[1,', pressure = 'of the future' WHERE at = 1`)
    database.exec(`UPDATE memory_rows SET held = '{"1":5}' WHERE at = 2`)
    database.exec(`UPDATE memory_rows SET held = '[77,5,1]' WHERE at = 3`)
    expect(store.read(0, ...always).map(({ point }) => [point.held, point.pressure])).toEqual([
      [{}, null],
      [{}, 'normal'],
      [{}, 'normal']
    ])
  })

  it('keep their models apart after a write that was undone', () => {
    const { database } = openDatabase(':memory:')
    const store = createMemoryHistoryStore({ database })
    const undone = (): void =>
      store.together(() => {
        store.write([rowAt(1, { held: { 'h/first': 1 } })])
        throw new Error('the disk is full')
      })
    expect(undone).toThrow('full')
    store.together(() => store.write([rowAt(2, { held: { 'h/second': 2 } }), rowAt(3, { held: { 'h/first': 3 } })]))
    expect(store.read(0, ...always).map(({ point }) => point.held)).toEqual([{ 'h/second': 2 }, { 'h/first': 3 }])
  })
})
