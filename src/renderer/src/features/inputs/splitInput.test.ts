import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
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
