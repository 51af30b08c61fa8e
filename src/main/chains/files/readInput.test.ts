/** An item that was never there is an answer nobody asked for; one that is lost in silence is a file nobody reads. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../../lib/fakeClock.ts'
import { maxItems } from '../../../shared/run.ts'
import { silentLogger } from '../../lib/logger.ts'
import { openDatabase } from '../../storage/database.ts'
import { createInputStore } from '../../storage/inputStore.ts'
import { createInputService } from '../inputService.ts'
import { readInput } from './readInput.ts'

const lines = (text: string) => readInput({ kind: 'lines', text })
const csv = (text: string) => readInput({ kind: 'csv', text })
const jsonl = (text: string) => readInput({ kind: 'jsonl', text })
const files = (...list: [name: string, text: string][]) =>
  readInput({ kind: 'files', files: list.map(([name, text]) => ({ name, text })) })
const any = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('a', ',', ';', '\t', '"', '\n', '\r', ' ', '\ufeff', '\u2028', '{', '}', ':', '1')
  })
)

describe('text', () => {
  it('is one item, whatever is in it', () => {
    expect(readInput({ kind: 'text', text: 'a\nb' })).toEqual({
      rows: [{ name: 'text', text: 'a\nb', columns: null }],
      problems: [],
      readLines: 1
    })
  })
})

describe('lines', () => {
  it('end as any system ends them, blank ones are passed over, and numbers are those of the source', () => {
    const { rows, readLines } = lines('\ufeffone\r\n\r\n two \u2028three\rfour\n \t\nfive\n')
    expect(rows.map(({ name, text }) => [name, text])).toEqual([
      ['line 1', 'one'],
      ['line 3', ' two '],
      ['line 4', 'three'],
      ['line 5', 'four'],
      ['line 7', 'five']
    ])
    expect(readLines).toBe(7)
  })

  it('of any text come back as they were written', () => {
    const line = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', 'é', '👍') })
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n', '\u2029'), (all, end) => {
        expect(lines(all.join(end)).rows.map(({ text }) => text)).toEqual(all.filter((one) => one.trim() !== ''))
      })
    )
  })
})

describe('a table', () => {
  it.each([
    ['commas', 'name,age\nAda,36\n', ['Ada', '36']],
    [
      'semicolons, as spreadsheets write them where commas are decimal',
      '\ufeffname;age\r\n"Ada, Lady";36,5\r\n',
      ['Ada, Lady', '36,5']
    ],
    ['tabs', 'name\tage\nAda\t36', ['Ada', '36']],
    ['quotes with quotes and line ends in them', 'name,age\n"A ""b""\nc",36', ['A "b"\nc', '36']],
    ['old line ends', 'name,age\rAda,36\r', ['Ada', '36']]
  ])('with %s', (_, text, values) => {
    const { rows, problems } = csv(text)
    expect(problems).toEqual([])
    expect(rows).toEqual([
      { name: 'row 1', text: `name: ${values[0]}\nage: ${values[1]}`, columns: { name: values[0], age: values[1] } }
    ])
  })

  it('whose rows are uneven is mended, and says where', () => {
    const { rows, problems } = csv('a,b\n1\n1,2,3\n,\n1,2')
    expect(rows.map(({ columns }) => columns)).toEqual([
      { a: '1', b: '' },
      { a: '1', b: '2' },
      { a: '1', b: '2' }
    ])
    expect(rows.map(({ name }) => name)).toEqual(['row 1', 'row 2', 'row 4'])
    expect(problems).toEqual([
      'Row 1 has 1 value instead of 2: the others are empty.',
      'Row 2 has 3 values instead of 2: what is more was left out.',
      'Row 3 was left out: it is empty.'
    ])
  })

  it('whose columns have no names or one name twice gets others: no value hides another', () => {
    const [row] = csv('a,,a,a 2, ,__proto__\n1,2,3,4,5,6').rows
    expect(Object.entries(row?.columns ?? {})).toEqual([
      ['a', '1'],
      ['column 2', '2'],
      ['a 3', '3'],
      ['a 2', '4'],
      ['column 5', '5'],
      ['__proto__', '6']
    ])
  })

  it('with quotes that are never closed keeps what came before, and says the rest is gone', () => {
    const { rows, problems } = csv('a,b\n1,2\n3,"4\n5,6')
    expect(rows).toHaveLength(1)
    expect(problems).toEqual([
      'Row 2 and all after it were left out: quotes in that row are never closed. Close them, and give the table again.'
    ])
    expect(csv('a,"b\n1,2').problems[0]).toMatch(/^The whole table was left out: quotes in the names of its columns /)
  })

  it('of a few kilobytes does not become gigabytes: 20,000 columns are refused, and rows end where the names of columns make them too long', () => {
    const wide = csv(`${','.repeat(19_999)}\n${'1\n'.repeat(2_000)}`)
    expect(wide).toEqual({
      rows: [],
      problems: ['The table has 20,000 columns; at most 1,000 can be read.'],
      readLines: 0
    })
    const { rows, problems } = csv(`${'long name '.repeat(100_000)},b\n${'1,2\n'.repeat(100)}`)
    expect(rows).toHaveLength(24)
    expect(problems).toEqual([
      'Row 25 and all after it were left out: with the names of its columns, the table is too long.'
    ])
  })

  it('without rows, or without anything, says so', () => {
    expect(csv('a,b\n').problems).toEqual(['The table has names of columns, but no row.'])
    expect(csv(' \n'.trim()).problems).toEqual(['The table is empty.'])
  })

  it('of any values comes back as it was written', () => {
    const value = fc.string({ unit: fc.constantFrom('a', ' ', ',', ';', '\t', '"', '\n', 'é', '👍') })
    const row = fc.tuple(value, value).filter((values) => values.join('').trim() !== '')
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), fc.constantFrom(',', ';', '\t'), (all, separator) => {
        const quoted = [['x', 'y'], ...all].map((values) =>
          values.map((one) => `"${one.replaceAll('"', '""')}"`).join(separator)
        )
        const { rows, problems } = csv(quoted.join('\r\n'))
        expect(problems).toEqual([])
        expect(rows.map(({ columns }) => [columns?.['x'], columns?.['y']])).toEqual(all)
      })
    )
  })
})

describe('lines of JSON', () => {
  it('are objects with their fields as columns, or any other value', () => {
    const { rows, problems } = jsonl(
      '{"a": "x", "n": 1.5, "no": null, "list": [1, {"b": 2}]}\r\n"just \\u2028 text"\n\n [1, 2] \n'
    )
    expect(problems).toEqual([])
    expect(rows).toEqual([
      {
        name: 'line 1',
        text: '{"a": "x", "n": 1.5, "no": null, "list": [1, {"b": 2}]}',
        columns: { a: 'x', n: '1.5', no: '', list: '[1,{"b":2}]' }
      },
      { name: 'line 2', text: 'just \u2028 text', columns: null },
      { name: 'line 4', text: '[1, 2]', columns: null }
    ])
  })

  // Would catch: an order number that reaches the model with other digits than its file has.
  it('keep every digit of their numbers', () => {
    const { rows } = jsonl(
      '{"id": 12345678901234567890, "far": 1e400, "in": [9007199254740.993], "__proto__": 1e400}\n1e400'
    )
    expect(Object.entries(rows[0]?.columns ?? {})).toEqual([
      ['id', '12345678901234567890'],
      ['far', '1e400'],
      ['in', '[9007199254740.993]'],
      ['__proto__', '1e400']
    ])
    expect(rows[1]).toMatchObject({ text: '1e400', columns: null })
  })

  it('that are none are named, and the others are read', () => {
    const { rows, problems } = jsonl('{"a": 1}\n{"a": 1 "b": 2}\nhello')
    expect(rows).toHaveLength(1)
    expect(problems).toEqual([
      'Line 2 is not JSON and was left out: column 9: a comma is missing.',
      'Line 3 is not JSON and was left out: column 1: a value is missing, or is not in quotes.'
    ])
  })
})

describe('files', () => {
  it('that are empty or no text are named, and the others are items as they are', () => {
    const { rows, problems } = files(
      ['a.txt', '\ufeffHello\r\n'],
      ['b.txt', ' \n'],
      ['c.png', 'PNG\0\u0001'],
      ['latin.txt', 'Gr\ufffd\ufffde'],
      ['one.txt', `${'x'.repeat(2_000)}\ufffd`]
    )
    expect(rows.map(({ name, text }) => [name, text.length])).toEqual([
      ['a.txt', 7],
      ['one.txt', 2_001]
    ])
    expect(problems).toEqual([
      'b.txt was left out: it is empty.',
      'c.png was left out: it is not text.',
      'latin.txt was left out: it is not text, or not saved as UTF-8.'
    ])
  })
})

describe('anything', () => {
  it('is read without a throw, and what was read and what was left out add up', () => {
    fc.assert(
      fc.property(any, (text) => {
        const plain = text.replace(/^\ufeff/, '')
        const jsonLines = plain.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '')
        const read = jsonl(text)
        expect(read.rows.length + read.problems.length).toBe(jsonLines.length)
        expect(lines(text).rows.every((row) => plain.includes(row.text) && row.text.trim() !== '')).toBe(true)
        const table = csv(text)
        const leftOut = table.problems.filter((problem) => /^Row \d+ was left out/.test(problem)).length
        expect(table.rows.length + leftOut).toBe(table.readLines)
        for (const row of table.rows) {
          for (const value of Object.values(row.columns ?? {}))
            expect(text.replaceAll('""', '"')).toContain(value.replaceAll('""', '"'))
        }
        const one = files(['x', text])
        expect(one.rows.length + one.problems.length).toBe(1)
      }),
      { numRuns: 400 }
    )
  })
})

describe('a batch', () => {
  const start = () => {
    const { database } = openDatabase(':memory:')
    const clock = createFakeClock()
    const store = createInputStore({ database, logger: silentLogger, now: clock.now })
    let ids = 0
    return { clock, inputs: createInputService({ store, newId: () => `input-new-${(ids += 1)}`, clock }) }
  }

  it.each(['lines', 'csv', 'jsonl'] as const)(
    'of more items than may be is refused before it fills the memory: %s',
    (kind) => {
      const most = 'a\n'.repeat(maxItems + (kind === 'csv' ? 1 : 0))
      expect(() => readInput({ kind, text: most })).not.toThrow()
      expect(() => readInput({ kind, text: `${most}a\n` })).toThrow(
        expect.objectContaining({
          code: 'invalid_input',
          message: 'A batch holds at most 100,000 items, and this is more.'
        })
      )
    }
  )

  it('in pieces is named as one: line 3 of the second piece is not line 1 again', () => {
    const { inputs } = start()
    inputs.add('input-0001', { kind: 'lines', text: 'a\n\nb\n' })
    expect(inputs.add('input-0001', { kind: 'lines', text: 'c' }).preview.map(({ name }) => name)).toEqual([
      'line 1',
      'line 3',
      'line 4'
    ])
    inputs.add('input-0002', { kind: 'csv', text: 'x\n1\n2' })
    expect(inputs.add('input-0002', { kind: 'csv', text: 'x,y\n3,4' })).toMatchObject({
      itemCount: 3,
      columns: ['x', 'y']
    })
    expect(inputs.items('input-0002', 2)).toMatchObject([{ item: 2, name: 'row 3' }])
    inputs.add('input-0003', { kind: 'text', text: 'a' })
    expect(inputs.add('input-0003', { kind: 'text', text: 'b' }).preview.map(({ name }) => name)).toEqual([
      'text',
      'text 2'
    ])
  })

  it('is looked at for a plan without being kept, and is what it would be', () => {
    const { inputs } = start()
    const input = { kind: 'csv' as const, text: 'a,b\n1,2\n3,4' }
    const { itemCount, columns } = inputs.addNew(input)
    expect(inputs.look(input)).toEqual({ itemCount, columns, meanLetters: 9 })
    expect(inputs.look({ kind: 'lines', text: '' })).toEqual({ itemCount: 0, columns: [], meanLetters: null })
  })

  it('that nobody ran is gone the day after, once there is another one, and says so', async () => {
    const { inputs, clock } = start()
    const { id } = inputs.addNew({ kind: 'files', files: [{ name: 'a', text: 'x'.repeat(2_000) }] })
    inputs.sweep()
    expect(inputs.get(id)).toMatchObject({ itemCount: 1, bytes: 2_000 })
    await clock.advance(86_400_001)
    inputs.addNew({ kind: 'text', text: 'another' })
    expect(() => inputs.get(id)).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: 'These inputs are no longer kept.' })
    )
    expect(() => inputs.items(id)).toThrow(/no longer kept/)
  })
})
