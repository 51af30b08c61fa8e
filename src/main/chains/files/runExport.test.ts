/** A result that is missing from its export, in another's file, or run by a spreadsheet is worse than none. */
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testChain, testStep } from '../../../shared/chainRig.ts'
import type { ExportFormat, ItemStatus, StepTexts } from '../../../shared/run.ts'
import { silentLogger } from '../../lib/logger.ts'
import { openDatabase } from '../../storage/database.ts'
import { createInputStore, type InputRow } from '../../storage/inputStore.ts'
import { createRunStore, type StoredRun } from '../../storage/runStore.ts'
import { newStoredRun } from '../run/newStoredRun.ts'
import { newStepTexts } from '../run/stepTexts.ts'
import { createRunExport } from './runExport.ts'

interface Ended {
  name: string
  status: ItemStatus
  draft: string
  final: string | null
  /** Of its draft and its final text. */
  steps?: [Partial<StepTexts>, Partial<StepTexts>]
}

const chain = testChain({ Draft: '{{input}}', 'Final text': '{{steps.Draft}}' }, { name: 'Translate: all/every' })
const [draftId = '', finalId = ''] = chain.steps.map(({ id }) => id)
const measured = {
  modelId: { hostId: 'ollama', name: 'a:1b' },
  attempts: 1,
  startedAt: 2_000,
  durationMs: 100,
  loadMs: 0,
  promptTokens: 7,
  outputTokens: 10,
  firstTokenMs: 5,
  tokensPerSecond: 100,
  heldBytes: 1_000
}
const stepOf = (item: number, stepId: string, text: string, more: Partial<StepTexts> = {}): StepTexts => ({
  ...newStepTexts(item, stepId, 'done'),
  ...measured,
  text,
  ...more
})
const tooLong = { code: 'timed_out' as const, message: 'It took too long.', hint: null }

const filesOf = (items: readonly Ended[]): InputRow[] => items.map(({ name }) => ({ name, text: 'x', columns: null }))

function start(
  items: readonly Ended[],
  more: Partial<StoredRun> = {},
  piece: { pieceItems?: number; pieceLetters?: number } = {},
  batch: { kind: 'csv' | 'lines' | 'jsonl'; rows: InputRow[] } | null = null
) {
  const { database } = openDatabase(':memory:')
  const inputs = createInputStore({ database, logger: silentLogger })
  const store = createRunStore({ database, logger: silentLogger })
  inputs.append('input-0001', batch?.kind ?? 'files', batch?.rows ?? filesOf(items), [])
  const run: StoredRun = {
    ...newStoredRun({
      id: 'run-00000001',
      chain,
      inputId: 'input-0001',
      inputWords: '',
      itemCount: items.length,
      order: 'fewest_loads',
      autoUnload: true,
      createdAt: Date.UTC(2026, 0, 31, 12)
    }),
    status: 'done',
    ...more
  }
  store.add(run)
  items.forEach(({ status, draft, final, steps: more = [{}, {}] }, item) => {
    if (status === 'waiting') return
    const error = status === 'failed' ? tooLong : null
    const drafted = stepOf(item, draftId, draft, more[0])
    const steps = [drafted, ...(final === null ? [] : [stepOf(item, finalId, final, more[1])])]
    store.record(run.id, steps, {
      item,
      status,
      reason: status === 'stopped' ? 'enough' : null,
      error,
      finalOutput: final
    })
  })
  const exportRun = createRunExport({ store, inputs, ...piece })
  return (format: ExportFormat): { pieces: number; files: Map<string, string> } => {
    const files = new Map<string, string>()
    let pieces = 0
    for (let next: number | null = 0; next !== null; pieces++) {
      const piece = exportRun(run, format, next)
      for (const { fileName, text } of piece.files) files.set(fileName, (files.get(fileName) ?? '') + text)
      next = piece.nextItem
    }
    return { pieces, files }
  }
}

const items: Ended[] = [
  { name: 'a.txt', status: 'done', draft: 'Draft, "quoted"\nline', final: '=SUM(A1)' },
  { name: 'b.txt', status: 'stopped', draft: '-5', final: '- a list' },
  { name: 'c.txt', status: 'failed', draft: 'half', final: null },
  { name: 'd.txt', status: 'waiting', draft: '', final: null }
]

const noted: Ended[] = [
  {
    name: 'a.txt',
    status: 'done',
    draft: 'NONE',
    final: 'half',
    steps: [{ status: 'defaulted', error: tooLong }, { contextNote: 'answer cut at its limit of 9 tokens' }]
  }
]

it('files of a run without a result are refused in words, not an empty zip; a table says why there is none', () => {
  const failed = { name: 'a', status: 'failed', draft: 'x', final: null } as const
  const waiting = { name: 'b', status: 'waiting', draft: '', final: null } as const
  const exported = start([failed, waiting])
  expect(() => exported('files')).toThrow(
    expect.objectContaining({ code: 'invalid_input', hint: expect.any(String) as unknown })
  )
  expect([...exported('csv').files.values()].join('')).toContain('It took too long.')
})

describe('a run as a table', () => {
  it('has a row for every item and a column for every step, and nothing that a spreadsheet would run', () => {
    const { files } = start(items)('csv')
    expect([...files.keys()]).toEqual(['Translate- all-every 2026-01-31.csv'])
    const [text = ''] = files.values()
    expect(parse(text, { bom: true })).toEqual([
      ['item', 'name', 'status', 'reason', 'notes', 'final output', 'Draft', 'Final text'],
      ['1', 'a.txt', 'done', '', '', "'=SUM(A1)", 'Draft, "quoted"\nline', "'=SUM(A1)"],
      ['2', 'b.txt', 'stopped', 'enough', '', "'- a list", '-5', "'- a list"],
      ['3', 'c.txt', 'failed', 'It took too long.', '', '', 'half', ''],
      ['4', 'd.txt', 'waiting', '', '', '', '', '']
    ])
  })

  it('has the columns of the table it was made of, so that it can be joined with it', () => {
    const rows = [
      { name: 'row 1', text: '{}', columns: { name: 'Ann', status: 'new' } },
      { name: 'row 2', text: '{}', columns: { name: 'Bo' } }
    ]
    const two = items.slice(0, 2)
    const [text = ''] = start(two, {}, { pieceItems: 1 }, { kind: 'csv', rows })('csv').files.values()
    const [head, ...read] = parse(text, { bom: true })
    expect(head).toEqual([
      ...['item', 'name', 'status', 'reason', 'notes', 'name 2', 'status 2'],
      ...['final output', 'Draft', 'Final text']
    ])
    expect(read.map((row) => row.slice(5, 7))).toEqual([
      ['Ann', 'new'],
      ['Bo', '']
    ])
  })

  it('has what was put in of lines, also where only some of them have columns', () => {
    const lines = { kind: 'lines' as const, rows: [{ name: 'line 1', text: 'constructor', columns: null }] }
    const [list = ''] = start(items.slice(0, 1), {}, {}, lines)('csv').files.values()
    expect(parse(list, { bom: true }).map((row) => row[5])).toEqual(['input', 'constructor'])
    const rows = [
      { name: 'line 1', text: '{"a":"1"}', columns: { a: '1' } },
      { name: 'line 2', text: 'plain', columns: null }
    ]
    const [mixed = ''] = start(items.slice(0, 2), {}, {}, { kind: 'jsonl', rows })('csv').files.values()
    expect(parse(mixed, { bom: true }).map((row) => row.slice(5, 7))).toEqual([
      ['input', 'a'],
      ['{"a":"1"}', '1'],
      ['plain', '']
    ])
  })

  it('says of every output what is to be told of it', () => {
    const [text = ''] = start(noted)('csv').files.values()
    expect(parse(text, { bom: true })[1]?.[4]).toBe(
      'Draft: default text (It took too long); Final text: answer cut at its limit of 9 tokens'
    )
    const [markdown = ''] = start(noted)('markdown').files.values()
    expect(markdown).toContain('*done*\n\n*Draft: default text (It took too long); Final text: answer cut')
  })

  it('of any outputs, in pieces of any size, is read back as it was', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '"', ',', ';', '\r', '\n', ' ', '=', '+', '@', '\t', '\u2028', 'é', '👍')
    })
    const item = fc.record({
      name: text,
      status: fc.constantFrom<ItemStatus>('done', 'stopped'),
      draft: text,
      final: text
    })
    fc.assert(
      fc.property(
        fc.array(item, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        (list, pieceItems) => {
          const { files, pieces } = start(list, {}, { pieceItems })('csv')
          expect(pieces).toBe(Math.ceil(list.length / pieceItems))
          const rows: string[][] = parse([...files.values()].join(''), { bom: true, from: 2 })
          const plain = (cell: string | undefined): string => (cell ?? '').replace(/^'(?=[\s]*[=+\-@]|[\t\r])/, '')
          expect(rows.map((row) => [plain(row[1]), row[2], plain(row[5]), plain(row[6])])).toEqual(
            list.map(({ name, status, final, draft }) => [name, status, final, draft])
          )
          for (const row of rows) for (const cell of row) expect(cell).not.toMatch(/^\s*[=@]|^\s*[+-](?!\d)/)
        }
      ),
      { numRuns: 60 }
    )
  })

  it('whose steps are called like its columns has no column twice', () => {
    const named = testChain([testStep('status'), testStep('name')])
    const [text = ''] = start([], { chain: named })('csv').files.values()
    expect(parse(text, { bom: true })).toEqual([
      ['item', 'name', 'status', 'reason', 'notes', 'final output', 'status 2', 'name 2']
    ])
  })
})

describe('a run as lines of JSON', () => {
  const plain = (output: string): object => ({
    ...measured,
    output,
    status: 'done',
    isFallback: false,
    contextNote: null,
    error: null
  })

  it('has an object for every item', () => {
    const { files } = start(items, {}, { pieceItems: 3 })('jsonl')
    const lines = [...files.values()]
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(lines).toHaveLength(4)
    expect(lines[1]).toEqual({
      item: 2,
      name: 'b.txt',
      status: 'stopped',
      reason: 'enough',
      error: null,
      notes: [],
      finalOutput: '- a list',
      steps: {
        Draft: plain('-5'),
        'Final text': plain('- a list')
      }
    })
    expect(lines[2]).toMatchObject({
      status: 'failed',
      error: { code: 'timed_out' },
      finalOutput: null,
      steps: { Draft: { output: 'half' }, 'Final text': { output: null, status: 'waiting' } }
    })
    expect(lines[0]).not.toHaveProperty('input')
    const rows = [{ name: 'row 1', text: '{}', columns: { name: 'Ann' } }]
    const [text = ''] = start(noted, {}, {}, { kind: 'csv', rows })('jsonl').files.values()
    expect(JSON.parse(text)).toMatchObject({
      input: { name: 'Ann' },
      notes: ['Draft: default text (It took too long)', 'Final text: answer cut at its limit of 9 tokens'],
      steps: { Draft: { status: 'defaulted', error: { code: 'timed_out' } } }
    })
  })
})

describe('a run as Markdown', () => {
  it('has a heading for every item, its result, and the steps before it', () => {
    const [text = ''] = start(items.slice(1, 3))('markdown').files.values()
    expect(text).toBe(
      '# Translate: all/every\n\n## 1. b.txt\n\n*stopped: enough*\n\n- a list\n\n### Draft\n\n-5\n\n## 2. c.txt\n\n*failed: It took too long.*\n\n### Draft\n\nhalf\n'
    )
  })
})

describe('a run as one file an item', () => {
  it('is named after the items, none outside its folder, none in the place of another, none without a result', () => {
    const names = ['docs/a.md', '../../etc/passwd', 'A.md', 'a.md', 'C:\\x\\con.txt', '', 'con', 'gone.txt']
    const list = names.map((name, at): Ended => ({
      name,
      status: 'done',
      draft: '',
      final: at === 7 ? null : `result ${at}`
    }))
    const { files } = start(list, {}, { pieceItems: 2 })('files')
    expect([...files]).toEqual([
      ['docs-a.md', 'result 0'],
      ['etc-passwd.txt', 'result 1'],
      ['A.md', 'result 2'],
      ['a (2).md', 'result 3'],
      ['C-x-con.txt', 'result 4'],
      ['item 6.txt', 'result 5'],
      ['_con.txt', 'result 6']
    ])
  })

  it('of JSON ends in .json, of several results in .md, and begins at any item as it would have been', () => {
    const one: Ended = { name: 'line 1', status: 'done', draft: '{}', final: '{}' }
    const [draft = testStep('x'), last = testStep('x')] = chain.steps
    const json = { ...chain, steps: [draft, { ...last, output: { format: 'json' as const, schema: null } }] }
    expect([...start([one, one], { chain: json })('files').files.keys()]).toEqual(['line 1.json', 'line 1 (2).json'])
    const several = testChain([draft, { ...last, prompt: '{{input}}' }])
    expect([...start([one], { chain: several })('files').files.keys()]).toEqual(['line 1.md'])
  })
})

describe('a large run', () => {
  it('comes in pieces by size', () => {
    const list = Array.from({ length: 10 }, (_, at): Ended => ({
      name: `n${at}`,
      status: 'done',
      draft: 'x'.repeat(1_000),
      final: 'y'
    }))
    for (const format of ['csv', 'jsonl', 'markdown', 'files'] as const) {
      const { pieces, files } = start(list, {}, { pieceLetters: 2_500 })(format)
      expect(pieces).toBe(4)
      expect(files.size).toBe(format === 'files' ? 10 : 1)
    }
    expect(start([])('csv')).toMatchObject({ pieces: 1 })
  })
})
