import { describe, expect, it } from 'vitest'
import { cellsOf, inputSetWords, problemLines, reachWords, runLabel, sendingWords } from './inputWords.ts'

describe('inputs in words', () => {
  it('say how many of what, and what the button will run', () => {
    expect(inputSetWords({ kind: 'files', itemCount: 40, bytes: 312_000 })).toBe('40 files, 312 kB')
    expect(runLabel({ kind: 'csv', itemCount: 1 })).toBe('Run 1 row')
    expect(runLabel({ kind: 'text', itemCount: 1 })).toBe('Run')
    expect(runLabel(null)).toBe('Run')
  })

  it('tell how a template reaches a column', () => {
    expect(reachWords('csv', ['title'])).toContain('a column as {{input.title}}.')
    expect(reachWords('jsonl', ['first name'])).toContain('a column as {{input["first name"]}}.')
    expect(reachWords('csv', [])).toContain('a column by its name')
    expect(reachWords('lines', [])).toBe('Templates reach each one as {{input}}.')
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

  it('tell how far the reading is, and count what is many', () => {
    expect(sendingWords('files', { done: 0, total: 0 })).toBe('Looking for files')
    expect(sendingWords('files', { done: 1_200, total: 40_000 })).toBe('Reading 1,200 of 40,000 files')
    expect(sendingWords('csv', { done: 1, total: 3 })).toBe('Reading CSV, part 2 of 3')
    expect(sendingWords('text', { done: 0, total: 1 })).toBe('Reading')
  })
})
