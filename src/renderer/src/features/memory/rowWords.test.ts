import { describe, expect, it } from 'vitest'
import { meanWords, rowWords } from './rowWords.ts'

const gigabyte = 1e9
const columns = [
  { modelKey: 'ollama/a', dataKey: 'model0' },
  { modelKey: 'ollama/b', dataKey: 'model1' }
]
const now = new Date('2026-11-21T14:30:00').getTime()
const at = new Date('2026-11-21T14:02:10').getTime()
const sample = {
  at,
  spanMs: 0,
  other: 9 * gigabyte,
  used: 12 * gigabyte,
  usedMax: 12 * gigabyte,
  model0: 2 * gigabyte,
  model1: 1 * gigabyte
}
const view = { columns, isOtherShown: true, totalBytes: 16 * gigabyte, now }

describe('rowWords', () => {
  it('goes from the top of the stack down, with what is free above it', () => {
    const words = rowWords(sample, view)
    expect(words?.lines.map(({ kind, key, bytes }) => [key ?? kind, (bytes ?? 0) / gigabyte])).toEqual([
      ['free', 4],
      ['other', 9],
      ['ollama/b', 1],
      ['ollama/a', 2]
    ])
    expect(words).toMatchObject({ time: '14:02:10', heldBytes: 3 * gigabyte, inUse: null })
  })

  it('says the mean and the highest of a row of many samples: the peak is what one looks for in a month', () => {
    const day = { ...sample, at: at - 3 * 86_400_000 + 2_160_000, spanMs: 4_320_000, usedMax: 15 * gigabyte }
    expect(rowWords(day, view)).toMatchObject({
      time: 'Wed 18 Nov, 14:02, mean of 1.2 h',
      inUse: { meanBytes: 12 * gigabyte, highestBytes: 15 * gigabyte }
    })
  })

  it('leaves out what is not loaded, and says nothing of a hole', () => {
    expect(rowWords({ ...sample, model1: 0 }, view)).toMatchObject({ heldBytes: null })
    expect(rowWords({ ...sample, model0: null, model1: null }, view)).toBeNull()
    expect(rowWords({ ...sample, other: null, used: null }, { ...view, columns: [] })).toBeNull()
  })

  it('makes up no free memory where other programs are unknown, or more is held than there is', () => {
    const kinds = (row: Record<string, unknown>): string[] => rowWords(row, view)?.lines.map(({ kind }) => kind) ?? []
    expect(kinds({ ...sample, other: null })).toEqual(['other', 'model', 'model'])
    expect(kinds({ ...sample, other: 15 * gigabyte })).toEqual(['other', 'model', 'model'])
  })

  it('writes spans short', () => {
    expect([5_000, 60_000, 720_000, 4_320_000].map(meanWords)).toEqual(['5 s', '1 min', '12 min', '1.2 h'])
  })
})
