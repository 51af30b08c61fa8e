import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testChain, testStep } from '../../../../shared/chainRig.ts'
import type { InputSet } from '../../../../shared/run.ts'
import { blockedWords } from './blockedWords.ts'
import { decodeText, readFileText } from './fileText.ts'
import { cellsOf, columnReference, inputSetWords, problemLines, runLabel } from './inputWords.ts'
import { groupFiles, splitCsv, splitLines } from './splitInput.ts'

describe('long inputs in pieces', () => {
  it('lose and change no letter, and are cut only behind a line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'bc', '\n', '"', '\r\n')),
        fc.integer({ min: 1, max: 20 }),
        (parts, most) => {
          const text = parts.join('')
          const pieces = splitLines(text, most)
          expect(pieces.join('')).toBe(text)
          expect(pieces.slice(0, -1).every((piece) => piece.endsWith('\n'))).toBe(true)
        }
      )
    )
  })

  it('begin with the names of the columns, each piece of a table, and no record is torn', () => {
    const rows = Array.from({ length: 50 }, (_, row) => `${row},"a line\nand another, ""quoted"""\n`)
    const pieces = splitCsv(`id,text\n${rows.join('')}`, 100)
    expect(pieces.length).toBeGreaterThan(10)
    expect(pieces.every((piece) => piece.startsWith('id,text\n'))).toBe(true)
    expect(pieces.map((piece) => piece.slice('id,text\n'.length)).join('')).toBe(rows.join(''))
    expect(pieces.every((piece) => (piece.split('"').length - 1) % 2 === 0)).toBe(true)
  })

  it('of files keep their order and their measure', () => {
    const files = [3, 3, 9, 1, 1].map((length, index) => ({ name: `${index}`, text: 'x'.repeat(length) }))
    const groups = groupFiles(files, 8, 2)
    expect(groups.map((group) => group.map(({ name }) => name).join(''))).toEqual(['01', '2', '34'])
  })
})

describe('files as text', () => {
  it('take UTF-8 and UTF-16 with its mark, and nothing binary', () => {
    expect(decodeText(new TextEncoder().encode('Grüße'))).toBe('Grüße')
    expect(decodeText(new Uint8Array([0xff, 0xfe, 0x47, 0x00]))).toBe('G')
    expect(decodeText(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1]))).toBeNull()
    expect(decodeText(new Uint8Array([0xc3, 0x28]))).toBeNull()
  })

  it('name what is left out and why', async () => {
    expect(await readFileText('a.png', new Blob([new Uint8Array([0, 1])]))).toEqual({ problem: 'a.png is not text' })
    expect(await readFileText('b.txt', new Blob([' \n']))).toEqual({ problem: 'b.txt is empty' })
    expect(await readFileText('c.txt', new Blob(['12345']), 4)).toEqual({ problem: 'c.txt is larger than 8 MB: divide it' })
    expect(await readFileText('d.txt', new Blob(['fine']))).toEqual({ text: 'fine' })
  })
})

describe('inputs in words', () => {
  it('say how many of what, and what the button will run', () => {
    expect(inputSetWords({ kind: 'files', itemCount: 40, bytes: 312_000 })).toBe('40 files, 312 kB')
    expect(runLabel({ kind: 'csv', itemCount: 1 })).toBe('Run 1 row')
    expect(runLabel({ kind: 'text', itemCount: 1 })).toBe('Run')
    expect(runLabel(null)).toBe('Run')
  })

  it('tell how a template reaches a column', () => {
    expect(columnReference('title')).toBe('{{input.title}}')
    expect(columnReference('first name')).toBe('{{input["first name"]}}')
  })

  it('show the cells of a table and of JSON, as far as the beginning of a row goes', () => {
    expect(cellsOf('title: One\nbody: two: three\nfour', ['title', 'body'])).toEqual(['One', 'two: three\nfour'])
    expect(cellsOf('title: One', ['title', 'body'])).toEqual(['One', ''])
    expect(cellsOf('{"title":"One","count":2}', ['title', 'count', 'none'])).toEqual(['One', '2', ''])
    expect(cellsOf('{"title":"cut off', ['title'])).toBeNull()
    expect(cellsOf('text', [])).toBeNull()
  })

  it('list few problems whole and many with a count', () => {
    expect(problemLines(['a', 'b'], 2)).toEqual(['a', 'b'])
    // The core tells the first few hundred of five thousand.
    expect(problemLines(['a', 'b', 'c', 'd', 'e'], 5_000)).toEqual(['a', 'b', 'c', 'and 4,997 more'])
  })

  it('give one reason why a run cannot begin, the most telling first', () => {
    const draft = { input: null, sending: null, failure: null }
    const begin = { chain: { steps: [] }, draft, problems: [], isConnected: true }
    expect(blockedWords({ ...begin, isConnected: false })).toBe('Not connected.')
    expect(blockedWords(begin)).toBe('The chain has no step yet.')
    // An empty table has no columns either: that is not what to mend.
    const empty = { kind: 'csv', itemCount: 0 } as InputSet
    const problem = {
      stepId: null,
      field: 'input',
      message: 'No columns.',
      start: null,
      end: null,
      isBlocking: true
    } as const
    const steps = testChain([testStep('One', '{{input.a}}')]).steps
    const blocked = { ...begin, chain: { steps }, problems: [problem] }
    expect(blockedWords({ ...blocked, draft: { ...draft, input: empty } })).toBe('There is no item in this input.')
    expect(blockedWords(blocked)).toBe('No columns.')
  })
})
