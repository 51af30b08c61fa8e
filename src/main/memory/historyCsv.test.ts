/** Would catch: a row or a model missing from an export, a cell in the wrong column, a model's name run as a formula, unknown given out as 0. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exportHistory } from './historyCsv.ts'
import { createHistoryRig, rowAt, rowsInTime, sampleAt } from './historyRig.ts'
import type { HistoryRow } from './historyRow.ts'
import { GIB, testModel } from './testReadings.ts'

const start = 1_700_006_400_000
const range = { rangeMs: 1_000 }
const of = (...chunks: HistoryRow[][]): { rows: () => HistoryRow[][] } => ({ rows: () => chunks })

/** RFC 4180 as its grammar says. */
function parse(csv: string): string[][] {
  const records: string[][] = [[]]
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === '\r\n') records.push([])
    if (end === '') break
  }
  const [last] = records.splice(-1)
  expect(last).toEqual([''])
  return records
}

describe('the export', () => {
  it('has every row, each amount under its own name, whatever comes when', async () => {
    await fc.assert(
      fc.asyncProperty(rowsInTime, fc.nat({ max: 100 }), async (all, cut) => {
        const rows = all.filter(({ sampledMs }) => sampledMs > 0)
        const { csv } = await exportHistory(of(rows.slice(0, cut), rows.slice(cut)), range, start)
        const [header = [], ...lines] = parse(csv)
        expect(lines).toHaveLength(rows.length)
        lines.forEach((line, index) => {
          const { point, unknown } = rows[index] ?? rowAt(0)
          expect(line).toHaveLength(header.length)
          const cell = (name: string): string => line[header.indexOf(name)] ?? 'no such column'
          expect(Date.parse(cell('at'))).toBe(point.at)
          expect(cell('used_bytes')).toBe(String(point.usedBytes ?? ''))
          expect(cell('gpu_load_percent')).toBe(String(point.gpuLoadPercent ?? ''))
          expect(cell('pressure')).toBe(point.pressure ?? '')
          expect(cell('models_max_bytes')).toBe(String(point.heldMaxBytes ?? ''))
          for (const key of header.slice(10)) {
            expect(cell(key)).toBe(unknown.includes(key) ? '' : String(point.held[key] ?? 0))
          }
        })
      })
    )
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])(
    'keeps a name that begins like a formula as text: %j',
    async (name) => {
      const { csv } = await exportHistory(of([rowAt(0, { held: { [name]: 1 } })]), range, start)
      expect(parse(csv)[0]?.at(-1)).toBe(`'${name}`)
    }
  )

  it('quotes a name with commas, quotes and new lines', async () => {
    const name = 'h/a "b", c\r\nd'
    const { csv } = await exportHistory(of([rowAt(0, { held: { [name]: 1 } })]), range, start)
    expect(parse(csv)[0]?.at(-1)).toBe(name)
  })

  it('is named for its time, in letters that every system takes', async () => {
    const { fileName } = await exportHistory(of([]), { rangeMs: 3_600_000, toAt: start }, 0)
    expect(fileName).toBe('stoker-memory-20231114T2300Z-20231115T0000Z.csv')
    const farAhead = { rangeMs: 3_600_000, toAt: Number.MAX_SAFE_INTEGER }
    expect((await exportHistory(of([]), farAhead, 0)).fileName).toMatch(/^stoker-memory-[\w-]+\.csv$/)
  })

  it('refuses what would be too much for one answer, and says what to do', async () => {
    const held = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`h/model-${index}`, GIB]))
    const rows = Array.from({ length: 5_000 }, (_, second) => rowAt(start + second * 1_000, { held }))
    await expect(exportHistory(of(rows), range, start)).rejects.toMatchObject({ code: 'limit_reached' })
  })

  it('says so when a part cannot be read, instead of leaving it out', async () => {
    const { history, database } = createHistoryRig({ now: () => start })
    history.add(sampleAt(start - 7_200_000))
    database.close()
    await expect(exportHistory(history, { rangeMs: 86_400_000 }, start)).rejects.toMatchObject({
      code: 'storage_failed'
    })
  })

  it('of an hour has its samples, of a day its minutes, the running one with them', async () => {
    let now = start
    const { history } = createHistoryRig({ now: () => now })
    for (; now < start + 150_000; now += 1_000) history.add(sampleAt(now, { models: [testModel({ heldBytes: GIB })] }))
    const rowsOf = async (rangeMs: number): Promise<string[][]> =>
      parse((await exportHistory(history, { rangeMs }, now)).csv)
    expect(await rowsOf(3_600_000)).toHaveLength(1 + 150)
    const day = await rowsOf(86_400_000)
    expect(day.map((line) => line[0])).toEqual([
      'at',
      ...[0, 60, 120].map((s) => new Date(start + s * 1_000).toISOString())
    ])
    expect(day.map((line) => line.at(-1))).toEqual(['ollama/tiny', ...Array(3).fill(String(GIB))])
  })
})
