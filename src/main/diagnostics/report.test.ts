/** Would catch: a model's answer that breaks the table or smuggles a link or a tag into it, and a JSON file that loses something. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diagnosticsSchema, type BenchResult, type Diagnostics } from '../../shared/diagnostics.ts'
import { writeReport } from './report.ts'

const about = {
  version: '0.1.0',
  machine: 'Mac mini M4, 32 GB',
  platform: 'darwin',
  at: Date.UTC(2026, 2, 1, 14, 2, 9)
}
const result: BenchResult = {
  id: { hostId: 'ollama', name: 'qwen3:8b' },
  at: Date.UTC(2026, 2, 1, 14, 1),
  outcome: 'slow',
  reason: 'first token after 42 s of at most 1 min',
  loadMs: 6_240,
  firstTokenMs: 42_000,
  totalMs: 50_000,
  tokensPerSecond: 31.44,
  heldBytes: 7.91e9,
  text: 'Red, green, blue.',
  error: null
}
const found: Diagnostics = {
  bench: [result],
  checks: {
    at: about.at,
    checks: [
      {
        id: 'disk',
        hostId: null,
        label: 'Disk space',
        outcome: 'warning',
        words: '4.0 GB free.',
        hint: 'Free some.',
        durationMs: 2
      }
    ]
  }
}
/** The signs that stand for themselves: what a reader of the file sees. */
const read = (line: string): string[] =>
  line
    .split(/(?<!\\)(?:\\\\)*\|/)
    .slice(1, -1)
    .map((each) => each.trim())

describe('the Markdown file', () => {
  it('says where and when, and every figure with its unit', () => {
    const { fileName, text } = writeReport(found, about, 'markdown')
    expect(fileName).toBe('stoker-diagnostics-2026-03-01-1402.md')
    expect(text).toContain('Stoker 0.1.0 on Mac mini M4, 32 GB (darwin), 2026-03-01 14:02 UTC.')
    expect(text).toContain('| Disk space | warning | 4.0 GB free. | Free some. |')
    expect(text).toContain(
      '| qwen3:8b | ollama | slow | first token after 42 s of at most 1 min | 6.2 s | 42 s | 31.4 | 7.9 GB | Red, green, blue. | 2026-03-01 14:01 UTC |'
    )
  })

  it('says that something was never run, and leaves the unknown empty', () => {
    expect(writeReport({ bench: [], checks: null }, { ...about, machine: null }, 'markdown').text).toMatch(
      /an unknown machine[^]*Check this machine\n\nNever run\.[^]*Test bench\n\nNever run\./
    )
    const unknown = { ...result, loadMs: null, firstTokenMs: null, tokensPerSecond: null, heldBytes: null, text: null }
    expect(writeReport({ bench: [unknown], checks: null }, about, 'markdown').text).toContain('|  |  |  |  |  | 2026')
  })

  it('an answer stays one cell, and is text', () => {
    const text = 'a | b\n\n# c <img src=x> [d](http://e) `f` \u202eg\u001b[31m'
    const line = writeReport({ bench: [{ ...result, text }], checks: null }, about, 'markdown').text
    expect(line).toContain('a \\| b # c \\<img src=x\\> \\[d\\](http://e) \\`f\\` g \\[31m')
  })

  it('has the same columns in every row, whatever a model is called or says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }), (name, text) => {
        const bench = [{ ...result, id: { hostId: 'h', name }, text, reason: text }]
        const lines = writeReport({ bench, checks: null }, about, 'markdown').text.split('\n')
        const rows = lines.filter((line) => line.startsWith('|'))
        expect(rows).toHaveLength(3)
        expect(rows.map((row) => read(row).length)).toEqual([10, 10, 10])
        expect(rows[2]).not.toMatch(/(?<!\\)[<>[\]`]/)
      })
    )
  })
})

it('the JSON file holds everything as it is kept, under the same header', () => {
  const { fileName, text } = writeReport(found, about, 'json')
  expect(fileName).toBe('stoker-diagnostics-2026-03-01-1402.json')
  const parsed: unknown = JSON.parse(text)
  expect(parsed).toMatchObject(about)
  expect(diagnosticsSchema.parse(parsed)).toEqual(found)
})
