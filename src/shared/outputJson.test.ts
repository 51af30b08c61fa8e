/** Models put words and fences around JSON; what is taken for it must be what they meant, and no digit of it changed. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readOutputJson, valueText } from './outputJson.ts'

const sourceOf = (text: string) => {
  const json = readOutputJson(text)
  return json.ok ? json.source : null
}

describe('the JSON of an answer', () => {
  it.each([
    ['{"a":1}', '{"a":1}'],
    [' [1, 2]\n', '[1, 2]'],
    ['42', '42'],
    ['"text"', '"text"'],
    ['true', 'true'],
    ['```json\n{"a": 1}\n```', '{"a": 1}'],
    ['Here it is:\n```\n[1]\n```\nDone.', '[1]'],
    ['```python\nprint({})\n```\nand\n```json\n{"a":"```"}\n```', '{}'],
    ['Sure! {"a": "}"} Anything else?', '{"a": "}"}'],
    ['I [sic] said {"a": [1]} and {"b": 2}', '{"a": [1]}'],
    ['A "quote" and {"a\\"}": 1}', '{"a\\"}": 1}'],
    // Not the inner one: the model meant the whole, and wrote it wrong.
    ['{"a": {"b": 1},} or {"c": 2}', '{"c": 2}'],
    [':[ {"a":1}', '{"a":1}']
  ])('%j', (text, source) => {
    expect(sourceOf(text)).toBe(source)
  })

  it.each(['', 'no JSON here', '{"a": 1', '{note: {"a": 1}}', '```json\n{\n```', 'undefined', '[[[[', "{'a': 1}"])(
    '%j has none',
    (text) => {
      expect(sourceOf(text)).toBeNull()
    }
  )

  it('keeps long numbers to the last digit, and none becomes null', () => {
    const json = readOutputJson(
      '{"id": 12345678901234567890, "far": 1e999, "pi": 3.14159265358979323846, "p": 9007199254740.993, "n": 5, "s": "a"}'
    )
    expect(json.ok && valueText(json.value)).toBe(
      '{"id":12345678901234567890,"far":1e999,"pi":3.14159265358979323846,"p":9007199254740.993,"n":5,"s":"a"}'
    )
  })

  it('is what was written, however it is wrapped', () => {
    // Words of people, before and after; a bracket in them would begin another JSON.
    const words = fc.string({ unit: 'grapheme' }).filter((text) => !/[[\]{}"`]/.test(text))
    fc.assert(
      fc.property(
        fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())),
        words,
        words,
        (value, before, after) => {
          const source = JSON.stringify(value)
          expect(sourceOf(`${before}\n${source}\n${after}`)).toBe(source)
          if (!source.includes('```'))
            expect(sourceOf(`${before}\n\`\`\`json\n${source}\n\`\`\`\n${after}`)).toBe(source)
        }
      )
    )
  })

  it('never throws, and is a part of the answer', () => {
    const letters = fc.constantFrom('{', '}', '[', ']', '"', '\\', '```', '\n', ':', ',', '1', 'a', ' ')
    const text = fc.oneof(
      fc.array(letters, { maxLength: 30 }).map((pieces) => pieces.join('')),
      fc.array(fc.nat({ max: 0xffff })).map((units) => String.fromCharCode(...units))
    )
    fc.assert(
      fc.property(text, (answer) => {
        const json = readOutputJson(answer)
        if (json.ok) expect(answer).toContain(json.source)
      }),
      { numRuns: 1_000 }
    )
  })

  it.each(['[', '{"', '[]x', '{x}', '```', '"'])('is looked for in 1,000,000 letters of %j in one go', (piece) => {
    const json = readOutputJson(`:${piece.repeat(1_000_000 / piece.length)}`)
    expect(json.ok).toBe(piece === '[]x')
  })
})
