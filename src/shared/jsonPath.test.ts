/** Paths and JSON both come from outside: a reader that throws ends a run, one that finds inherited fields makes answers up. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJsonPath, readJsonPath, writeJsonPath } from './jsonPath.ts'

const hardText = fc
  .array(fc.constantFrom('.', '[', ']', '"', "'", '\\', 'u', '0', '1', 'a', ' ', '\n', 'é', '😀', '\ud800', '$'), {
    maxLength: 20
  })
  .map((letters) => letters.join(''))
const anyPath = fc.array(fc.oneof(hardText, fc.string(), fc.nat()), { maxLength: 6 })

describe('a path into JSON', () => {
  it.each<[string, (string | number)[]]>([
    ['', []],
    [' ', []],
    ['a', ['a']],
    ["a.b[0]['c d'].e", ['a', 'b', 0, 'c d', 'e']],
    ['[0].a', [0, 'a']],
    ['.a', ['a']],
    [' a . b [ 0 ] ', ['a', 'b', 0]],
    ['["a\\"b\\u00e9"]', ['a"bé']],
    ['größe.0', ['größe', '0']]
  ])('%j is read', (text, path) => {
    expect(parseJsonPath(text)).toEqual({ ok: true, path })
  })

  it.each([
    ['a..b', 2, 'A key is missing after “.”.'],
    ['a.', 2, 'A key is missing'],
    ['a b', 2, '“b” cannot stand here.'],
    ['$.a', 0, 'without “$”'],
    ['a[-1]', 2, 'a number from 0'],
    ['a[99999999999999999999]', 2, 'a number from 0'],
    ['a[', 2, 'a number from 0'],
    ['a["b', 2, 'A closing quote is missing.'],
    ['a["b"', 5, 'A closing “]” is missing.'],
    ['a["\\q"]', 3, 'written twice']
  ])('%j is refused at letter %i', (text, at, message) => {
    const read = parseJsonPath(text)
    expect(read).toMatchObject({ ok: false, at })
    expect(read.ok ? '' : read.message).toContain(message)
  })

  it('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          hardText,
          fc.array(fc.nat({ max: 0xffff })).map((units) => String.fromCharCode(...units))
        ),
        (text) => {
          const read = parseJsonPath(text)
          if (!read.ok) expect(read.at).toBeLessThanOrEqual(text.length)
        }
      )
    )
  })

  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        expect(parseJsonPath(writeJsonPath(path))).toEqual({ ok: true, path })
      })
    )
  })
})

describe('what a path leads to', () => {
  const json: unknown = JSON.parse('{"a":{"b":[{"c d":null}],"":1},"0":"zero","__proto__":5,"n":[1,2]}')

  it.each<[(string | number)[], unknown]>([
    [[], json],
    [['a', 'b', 0, 'c d'], null],
    [['a', 'b', '0', 'c d'], null],
    [['a', ''], 1],
    [[0], 'zero'],
    [['__proto__'], 5]
  ])('%j is there', (path, value) => {
    expect(readJsonPath(json, path)).toEqual({ found: true, value })
  })

  it.each<[(string | number)[]]>([
    [['constructor']],
    [['a', '__proto__']],
    [['a', 'b', 'length']],
    [['n', 'map']],
    [['n', 2]],
    [['n', '01']],
    [['n', '']],
    [['0', 'length']],
    [['a', 'b', 0, 'c d', 'e']]
  ])('%j is not', (path) => {
    expect(readJsonPath(json, path)).toEqual({ found: false })
  })

  it('is a part of the JSON, or nothing', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.array(fc.oneof(fc.constantFrom('a', 'b', 'length', '__proto__', 'toString'), fc.nat({ max: 3 }))),
        (value, path) => {
          const found = readJsonPath(value, path)
          if (found.found) expect(JSON.stringify(value)).toContain(JSON.stringify(found.value))
        }
      )
    )
  })
})
