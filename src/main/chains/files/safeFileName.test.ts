/** A name that leaves its folder, hides, or takes another's place is a file lost or a file written over. */
import { basename, normalize, win32 } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createUniqueNames, safeFileName } from './safeFileName.ts'

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom('.', '/', '\\', ' ', '\0', 'a', 'A', ':', '-', '\u202e', '\ud800', '👍'),
    maxLength: 300
  }),
  fc.constantFrom(
    '../../etc/passwd',
    'C:\\Windows\\x.txt',
    'con',
    'NUL.txt',
    'LPT1',
    '..',
    '.',
    '',
    '.bashrc',
    'a. ',
    'straße',
    'STRASSE'
  )
)

describe('a file name', () => {
  it('of any text is one plain name that every system takes', () => {
    fc.assert(
      fc.property(nasty, (wanted) => {
        const name = safeFileName(wanted, 'item 1', '.txt')
        expect(name).toMatch(/^[^.\s].*\.txt$/su)
        expect([basename(name), win32.basename(name), normalize(name)]).toEqual([name, name, name])
        // eslint-disable-next-line no-control-regex
        expect(name).not.toMatch(/[\u0000-\u001f<>:"/\\|?*]|[. ]\.txt$|^(con|nul|lpt1)\./i)
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255)
        expect(name.isWellFormed()).toBe(true)
      })
    )
  })

  it('keeps what a person can read', () => {
    expect(safeFileName('Résumé: draft/2 – “final”', 'x', '.md')).toBe('Résumé- draft-2 – “final”.md')
    expect(safeFileName('../..', 'chain', '.json')).toBe('chain.json')
    expect(safeFileName('con', 'chain', '.json')).toBe('_con.json')
  })

  it('is never given twice, capitals or not, a thousand of one name soon', () => {
    const unique = createUniqueNames()
    expect(['A.txt', 'a.txt', 'a (2).txt'].map((name) => unique(name.replace('.txt', ''), 'x', '.txt'))).toEqual([
      'A.txt',
      'a (2).txt',
      'a (2) (2).txt'
    ])
    fc.assert(
      fc.property(fc.array(nasty, { maxLength: 40 }), (wanted) => {
        const names = createUniqueNames()
        const given = wanted.map((name) => names(name, 'x', '.txt').toLowerCase())
        expect(new Set(given).size).toBe(given.length)
      })
    )
    const many = Array.from({ length: 20_000 }, () => unique('same', 'x', '.txt'))
    expect(many.at(-1)).toBe('same (20000).txt')
  })
})
