/** Would catch: a schema that is refused only once its model is loaded, and words that name no place. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { StokerError } from '../../../shared/errors.ts'
import { toCheck } from './answerCheck.ts'

const inA = (schema: unknown) => ({ type: 'object', properties: { a: schema } })
const at = 'The schema of the answer, at $.properties.a,'

it.each<[Record<string, unknown>, string]>([
  [{ type: 'object', if: {}, then: {} }, 'The schema of the answer uses "if":'],
  [inA({ not: { type: 'null' } }), `${at} uses "not":`],
  [inA({ dependentSchemas: {} }), `${at} uses "dependentSchemas":`],
  [inA({ type: 'array', items: { unevaluatedItems: false } }), 'at $.properties.a.items, uses "unevaluatedItems":'],
  [{ anyOf: [{ type: 'null' }, { else: {} }] }, 'at $.anyOf[1], uses "else":'],
  [{ $ref: '#/$defs/b', $defs: { b: { then: {} } } }, 'at $.$defs.b, uses "then":'],
  [
    inA({ $ref: 'https://example.com/a.json' }),
    `${at} refers to "https://example.com/a.json", none of its own "$defs":`
  ],
  [inA({ $ref: '#/$defs/gone' }), `${at} refers to "#/$defs/gone", none of its own "$defs":`],
  [{ ...inA({ $ref: '#/definitions/b' }), definitions: { b: {} } }, `${at} refers to "#/definitions/b"`],
  [inA({ type: 'text' }), `${at} has the type "text", which JSON does not have:`],
  [inA({ type: 'string', pattern: '(' }), `${at} has the pattern "(", which cannot be read:`],
  [inA({ type: 'object', required: 3 }), `${at} has a "required" that is no list of names:`],
  [inA(null), `${at} is no schema:`],
  [{ type: 'array', prefixItems: [{}, 7] }, 'at $.prefixItems[1], is no schema:'],
  [{ $ref: '#' }, 'The schema of the answer refers to itself without an end:'],
  [nested(20_000), 'The schema of the answer is nested too deeply:']
])('%.100j is refused with its place', (schema, words) => {
  const error = errorOf(schema)
  expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining(words) })
})

it.each<Record<string, unknown>>([
  inA({ not: {} }),
  inA({ $ref: '#' }),
  { ...inA({ $ref: '#/$defs/b' }), $defs: { b: { type: 'string' } } },
  {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...inA({ $ref: '#/definitions/b' }),
    definitions: { b: { type: 'string' } }
  },
  // What is never followed does no harm.
  { type: 'string', $defs: { b: { if: {} } }, properties: { a: { not: { type: 'null' } } } }
])('%j is a check', (schema) => {
  expect(errorOf(schema)).toBeNull()
})

it('of any JSON is a check, or an error made for people', () => {
  const keys = [
    'type',
    'properties',
    'items',
    '$ref',
    '$defs',
    'not',
    'if',
    'anyOf',
    'enum',
    'required',
    'pattern',
    'id'
  ]
  const part = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>('object', 'array', '#', '#/$defs/type', 'nothing', '(', 3, null, true, false),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie('node'), { maxKeys: 4 })
    )
  })).node
  const near = fc.dictionary(fc.constantFrom(...keys), part, { maxKeys: 4 })
  fc.assert(
    fc.property(fc.oneof(near, fc.dictionary(fc.string(), fc.jsonValue())), (schema) => {
      const error = errorOf(schema)
      expect(error === null || (error instanceof StokerError && error.code === 'invalid_input')).toBe(true)
    }),
    { numRuns: 500 }
  )
})

function nested(depth: number): Record<string, unknown> {
  let schema: Record<string, unknown> = {}
  for (let level = 0; level < depth; level += 1) schema = { type: 'array', items: schema }
  return schema
}

function errorOf(schema: Record<string, unknown>): unknown {
  try {
    toCheck(schema)
    return null
  } catch (error) {
    return error
  }
}
