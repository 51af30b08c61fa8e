/** Would catch: a schema that the library quietly turns into another one, and one that ends the engine. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StokerError } from '../../../shared/errors.ts'
import { toGrammarSchema } from './grammarSchema.ts'

const any = {
  oneOf: [
    { type: 'string' },
    { type: 'number' },
    { type: 'boolean' },
    { type: 'null' },
    { type: 'array' },
    { type: 'object', additionalProperties: true }
  ]
}

test.each([
  ['an enum', { enum: ['a', 1, true, null] }, { enum: ['a', 1, true, null] }],
  ['a constant', { const: 7 }, { enum: [7] }],
  ['anyOf is oneOf to a grammar', { anyOf: [{ type: 'null' }] }, { oneOf: [{ type: 'null' }] }],
  ['no type at all is any JSON', { description: 'whatever' }, any],
  ['true is any JSON', { type: 'object', properties: { a: true } }, { type: 'object', properties: { a: any } }],
  [
    'several types, an array among them',
    { type: ['array', 'null'], items: { type: 'integer' }, maxItems: 2 },
    { oneOf: [{ type: 'array', items: { type: 'integer' }, maxItems: 2 }, { type: 'null' }] }
  ],
  [
    'an object of which nothing is said is any object',
    { type: 'object' },
    { type: 'object', additionalProperties: true }
  ],
  [
    'properties say that it is an object',
    { properties: { a: { type: 'null' } } },
    { type: 'object', properties: { a: { type: 'null' } } }
  ],
  [
    'old definitions',
    { $ref: '#/definitions/a', definitions: { a: { type: 'null' } } },
    { $ref: '#/$defs/a', $defs: { a: { type: 'null' } } }
  ],
  ['what bounds a value is left to the model', { type: 'number', minimum: 1, maximum: 5 }, { type: 'number' }],
  [
    'a format that it knows, and one that it does not',
    {
      oneOf: [
        { type: 'string', format: 'date' },
        { type: 'string', format: 'email' }
      ]
    },
    { oneOf: [{ type: 'string', format: 'date' }, { type: 'string' }] }
  ]
])('%s', (_, schema, grammar) => {
  expect(toGrammarSchema(schema)).toEqual(grammar)
})

test.each([
  [{ not: {} }, 'The schema of the answer uses "not"'],
  [{ type: 'object', properties: { a: { type: 'text' } } }, 'at $.properties.a, has the type "text"'],
  [{ items: [{ type: 'null' }] }, '"prefixItems" is the word for that'],
  [{ enum: [] }, 'has an empty "enum"'],
  [{ enum: [{}] }, 'lists an object'],
  [{ $ref: 'https://example.org/schema' }, 'outside its own "$defs"'],
  [{ oneOf: [{ type: 'null' }, false] }, 'at $.oneOf[1], allows nothing'],
  [{ type: 'string', minLength: 3, maxLength: 2 }, '"minLength" above "maxLength"'],
  [{ type: 'array', maxItems: -1 }, '"maxItems" that is no whole number']
])('%j is refused with its place', (schema, words) => {
  const error = errorOf(schema)
  expect(error).toMatchObject({ code: 'invalid_input' })
  expect(String(error)).toContain(words)
})

test('whatever comes, it is a schema of known words or refused in a sentence', () => {
  const keys = ['type', 'oneOf', 'anyOf', 'enum', 'const', 'items', 'properties', '$ref', '$defs', 'maxItems', 'not']
  const schema = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>('string', 'object', 'array', 'nonsense', 3, null, true, false, '#/$defs/a'),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie('node'), { maxKeys: 4 })
    )
  })).node
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), schema, { maxKeys: 4 }), (wish) => {
      const error = errorOf(wish)
      expect(error === null || (error instanceof StokerError && error.code === 'invalid_input')).toBe(true)
    })
  )
})

function errorOf(schema: Record<string, unknown>): unknown {
  try {
    toGrammarSchema(schema)
    return null
  } catch (error) {
    return error
  }
}
