/**
 * A JSON schema as the engine's grammar takes it. The library passes over what it does not know and then writes something else, so all
 * that shapes a value is put into its words here, or refused by name and place. What only bounds a value (minimum, pattern, uniqueItems)
 * no grammar of it can keep to: the answer has the shape, and its values are the model's. Pure.
 */
import { StokerError } from '../../../shared/errors.ts'

/** What the library understands; it takes every property as required. */
export type GrammarSchema = Record<string, unknown>

type Schema = Record<string, unknown>

const deepest = 64
const plainTypes = ['string', 'number', 'integer', 'boolean', 'null'] as const
const allTypes = [...plainTypes, 'array', 'object'] as const
const formats = ['date-time', 'time', 'date']
/** They change which values are right in a way that the engine cannot follow. */
const refused = [
  'allOf',
  'not',
  'if',
  'then',
  'else',
  'patternProperties',
  'propertyNames',
  'dependentRequired',
  'dependentSchemas',
  'contains',
  '$dynamicRef'
]

/** Throws `invalid_input`, with the place. */
export function toGrammarSchema(schema: Schema): GrammarSchema {
  const defs = { ...record(schema['definitions']), ...record(schema['$defs']) }
  const converted = convert(schema, '$', 0)
  if (Object.keys(defs).length === 0) return converted
  const converts = Object.entries(defs).map(([name, def]) => [name, convert(def, `$.$defs.${name}`, 0)])
  return { ...converted, $defs: Object.fromEntries(converts) }
}

function convert(schema: unknown, place: string, depth: number): GrammarSchema {
  if (schema === true) return anything()
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    throw cannot(place, schema === false ? 'allows nothing' : 'is no schema')
  }
  if (depth > deepest) throw cannot(place, `is nested deeper than ${deepest} levels`)
  const given = schema as Schema
  const unknown = refused.find((keyword) => given[keyword] !== undefined)
  if (unknown !== undefined) throw cannot(place, `uses "${unknown}"`)
  return (
    reference(given, place) ?? alternatives(given, place, depth) ?? literals(given, place) ?? typed(given, place, depth)
  )
}

function reference({ $ref: ref }: Schema, place: string): GrammarSchema | null {
  if (ref === undefined) return null
  const name = typeof ref === 'string' ? /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(ref)?.[1] : undefined
  if (name === undefined) throw cannot(place, 'refers to something outside its own "$defs"')
  return { $ref: `#/$defs/${name}` }
}

function alternatives(schema: Schema, place: string, depth: number): GrammarSchema | null {
  const key = schema['oneOf'] !== undefined ? 'oneOf' : schema['anyOf'] !== undefined ? 'anyOf' : null
  if (key === null) return null
  if (schema['oneOf'] !== undefined && schema['anyOf'] !== undefined)
    throw cannot(place, 'uses "oneOf" and "anyOf" at once')
  if (schema['properties'] !== undefined || schema['items'] !== undefined)
    throw cannot(place, `uses "${key}" beside other rules`)
  const list = schema[key]
  if (!Array.isArray(list) || list.length === 0) throw cannot(place, `has an empty "${key}"`)
  return { oneOf: list.map((one, at) => convert(one, `${place}.${key}[${at}]`, depth + 1)) }
}

function literals(schema: Schema, place: string): GrammarSchema | null {
  if (schema['const'] !== undefined) return { enum: [scalar(schema['const'], place)] }
  const list = schema['enum']
  if (list === undefined) return null
  if (!Array.isArray(list) || list.length === 0) throw cannot(place, 'has an empty "enum"')
  return { enum: list.map((value) => scalar(value, place)) }
}

function scalar(value: unknown, place: string): string | number | boolean | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    return value
  throw cannot(place, 'lists an object or an array as a value')
}

function typed(schema: Schema, place: string, depth: number): GrammarSchema {
  const type = schema['type'] ?? impliedType(schema)
  if (type === undefined) return anything()
  const types = Array.isArray(type) ? type : [type]
  const alternatives = types.map((one) => ofType(one, schema, place, depth))
  if (alternatives.length === 0) throw cannot(place, 'has an empty "type"')
  return alternatives.length === 1 ? (alternatives[0] ?? anything()) : { oneOf: alternatives }
}

function impliedType(schema: Schema): string | undefined {
  if (schema['properties'] !== undefined || schema['additionalProperties'] !== undefined) return 'object'
  return schema['items'] !== undefined || schema['prefixItems'] !== undefined ? 'array' : undefined
}

function ofType(type: unknown, schema: Schema, place: string, depth: number): GrammarSchema {
  if (type === 'object') return objectOf(schema, place, depth)
  if (type === 'array') return arrayOf(schema, place, depth)
  if (!plainTypes.some((known) => known === type))
    throw cannot(place, `has the type ${JSON.stringify(type)}, which is none of ${allTypes.join(', ')}`)
  if (type !== 'string') return { type }
  const format = schema['format']
  if (typeof format === 'string' && formats.includes(format)) return { type, format }
  return { type, ...limits(schema, 'minLength', 'maxLength', place) }
}

function objectOf(schema: Schema, place: string, depth: number): GrammarSchema {
  const { properties, additionalProperties: others } = schema
  const entries = Object.entries(record(properties)).map(([name, property]) => [
    name,
    convert(property, `${place}.properties.${name}`, depth + 1)
  ])
  // Any object, where nothing is said of what is in it; of named ones only those, which is always right.
  const isOpen = properties === undefined && others === undefined
  const allowed =
    isOpen || others === true
      ? true
      : typeof others === 'object' && others !== null
        ? convert(others, `${place}.additionalProperties`, depth + 1)
        : undefined
  return {
    type: 'object',
    ...(entries.length === 0 ? {} : { properties: Object.fromEntries(entries) }),
    ...(allowed === undefined ? {} : { additionalProperties: allowed }),
    ...limits(schema, 'minProperties', 'maxProperties', place)
  }
}

function arrayOf(schema: Schema, place: string, depth: number): GrammarSchema {
  const { items, prefixItems: first } = schema
  if (Array.isArray(items)) throw cannot(place, 'has a list as "items"; "prefixItems" is the word for that')
  return {
    type: 'array',
    ...(items === undefined || items === true ? {} : { items: convert(items, `${place}.items`, depth + 1) }),
    ...(Array.isArray(first)
      ? { prefixItems: first.map((one, at) => convert(one, `${place}.prefixItems[${at}]`, depth + 1)) }
      : {}),
    ...limits(schema, 'minItems', 'maxItems', place)
  }
}

function limits(schema: Schema, leastKey: string, mostKey: string, place: string): GrammarSchema {
  const least = count(schema[leastKey], leastKey, place)
  const most = count(schema[mostKey], mostKey, place)
  if (least !== null && most !== null && least > most) throw cannot(place, `has "${leastKey}" above "${mostKey}"`)
  return { ...(least === null ? {} : { [leastKey]: least }), ...(most === null ? {} : { [mostKey]: most }) }
}

function count(value: unknown, key: string, place: string): number | null {
  if (value === undefined) return null
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  throw cannot(place, `has a "${key}" that is no whole number`)
}

function anything(): GrammarSchema {
  const plain = plainTypes.filter((type) => type !== 'integer').map((type) => ({ type }))
  return { oneOf: [...plain, { type: 'array' }, { type: 'object', additionalProperties: true }] }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function cannot(place: string, what: string): StokerError {
  const where = place === '$' ? 'The schema of the answer' : `The schema of the answer, at ${place},`
  return new StokerError(
    'invalid_input',
    `${where} ${what}: the built-in engine cannot keep to that.`,
    'Change the schema, or ask for any JSON.'
  )
}
