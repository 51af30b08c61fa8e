/** A wrong place sends somebody to look at a line that is right. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findJsonMistake } from './jsonMistake.ts'

describe('a mistake of JSON', () => {
  it.each([
    ['{"a": 1\n "b": 2}', 2, 2, 'a comma is missing'],
    ['{"a": 1,}', 1, 9, 'there is a comma too many before the }'],
    ['[1,\r\n]', 2, 1, 'there is a comma too many before the ]'],
    ['{a: 1}', 1, 2, 'a name in double quotes is missing'],
    ['{"a" 1}', 1, 6, 'a colon is missing'],
    ['{"a": yes}', 1, 7, 'a value is missing, or is not in quotes'],
    ['{"a": \'b\'}', 1, 7, 'texts stand in double quotes, not in single ones'],
    ['{"a": "x\ny"}', 1, 9, 'a text goes over the end of its line; a new line within it is written \\n'],
    [
      '{"a": "C:\\Dir"}',
      1,
      10,
      'a backslash stands before a letter that has no meaning after it; a plain one is written \\\\'
    ],
    ['{"a": "b', 1, 7, 'the quotes of this text are never closed'],
    ['{"a": [1}', 1, 9, 'there is a } instead of a ]'],
    ['{"a": [1', 1, 9, 'the text ends before its ]'],
    ['{} {}', 1, 4, 'there is more after the end'],
    ['// a chain\n{}', 1, 1, 'JSON knows no comments'],
    [' \n', 2, 1, 'there is nothing'],
    ['['.repeat(200_000), 1, 101, 'more than 100 lists and objects lie within each other']
  ])('%j is at %i:%i: %s', (text, line, column, words) => {
    expect(findJsonMistake(text)).toEqual({ line, column, words })
  })

  const parses = (text: string): boolean => {
    try {
      JSON.parse(text)
      return true
    } catch {
      return false
    }
  }

  it('is found exactly where JSON.parse refuses', () => {
    const pieces = fc.string({
      unit: fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '"a"',
        '1',
        '-',
        '.5',
        'e1',
        'true',
        'null',
        ' ',
        '\n',
        '\\',
        '\\u00e9',
        '\t',
        'é'
      )
    })
    fc.assert(
      fc.property(fc.oneof(pieces, fc.string(), fc.json()), (text) => {
        const mistake = findJsonMistake(text)
        expect(mistake === null).toBe(parses(text))
        if (mistake) expect(mistake.line * mistake.column).toBeGreaterThan(0)
      }),
      { numRuns: 500 }
    )
  })

  it('is found in what is left of a document when a letter is taken out', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, at) => {
        const text = json.slice(0, at % json.length) + json.slice((at % json.length) + 1)
        expect(findJsonMistake(text) === null).toBe(parses(text))
      }),
      { numRuns: 500 }
    )
  })
})
