/** A schema that a person wrote must neither stop the whole core nor end in an error that nobody understands. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StokerError } from '../../../shared/errors.ts'
import { checkAnswer, cutNote } from './answerFormat.ts'

const said = (text: string, doneReason = 'stop') => ({ text, doneReason, outputTokens: 1_024 })
const check = (text: string, schema: Record<string, unknown> | null) =>
  checkAnswer(said(text), { format: 'json', schema })

describe('an answer', () => {
  it('as text is taken as it is', () => {
    expect(checkAnswer(said(' {a '), { format: 'text' })).toBe(' {a ')
  })

  it('as JSON is freed of what stands around it, and fits its schema or says where not', () => {
    const schema = { type: 'object', properties: { score: { type: 'number' } }, required: ['score'] }
    expect(check('```json\n{"score": 7}\n```', schema)).toBe('{"score": 7}')
    expect(() => check('{"score": "high"}', schema)).toThrow(/does not fit the schema: score: .*[^.]\.$/)
    expect(() => check('none', schema)).toThrow('The answer is not JSON: “none”.')
    expect(check('[1]', null)).toBe('[1]')
  })

  it('that reached its token limit says so, and is not blamed for JSON that is not whole', () => {
    expect(cutNote(said('half', 'length'))).toBe('answer cut at its limit of 1,024 tokens')
    expect(cutNote({ ...said('half', 'length'), outputTokens: null })).toBe('answer cut at its token limit')
    expect(cutNote(said('whole'))).toBeNull()
    expect(() => checkAnswer(said('{"a": ', 'length'), { format: 'json', schema: null })).toThrow(
      expect.objectContaining({
        code: 'bad_answer',
        message: 'The answer reached its token limit before its JSON was whole: “{"a":”.',
        hint: 'Allow a longer answer.'
      })
    )
  })

  it('may be a tree: a schema may name itself', () => {
    const tree = { type: 'object', properties: { kids: { type: 'array', items: { $ref: '#' } } } }
    expect(check('{"kids":[{"kids":[]}]}', tree)).toBe('{"kids":[{"kids":[]}]}')
  })

  it.each([
    ['names nothing but itself', { $ref: '#' }, /refers to itself without an end/],
    [
      'goes in a circle',
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
      /without an end/
    ],
    ['lies elsewhere', { $ref: 'https://example.com/schema' }, /no answer can be checked against that\.$/],
    // Without an end this takes longer than anybody lives; the test would hang.
    ['has a pattern that never ends', { type: 'string', pattern: '^(a+)+$' }, /took longer than 1000 ms/]
  ])('to a schema that %s is an error in words', (_, schema, words) => {
    const refused = expect.objectContaining({ code: 'invalid_input', message: expect.stringMatching(words) })
    expect(() => check(JSON.stringify(`${'a'.repeat(5_000)}!`), schema)).toThrow(refused)
  })

  it('of any text to any schema is JSON that stood in it, or an error made for people', () => {
    const part = fc.constantFrom(
      'object',
      'array',
      'nothing',
      { a: { type: 'number' } },
      { type: 'string' },
      ['a', 1],
      '#',
      7,
      null
    )
    const keys = fc.constantFrom('type', 'properties', 'items', 'enum', '$ref', 'anyOf', '__proto__')
    const schema = fc.option(fc.dictionary(keys, part, { maxKeys: 3 }))
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json({ maxDepth: 2 })), schema, (text, of) => {
        try {
          const output = check(text, of)
          expect(text).toContain(output)
          JSON.parse(output)
        } catch (error) {
          expect(error).toBeInstanceOf(StokerError)
        }
      })
    )
  })
})
