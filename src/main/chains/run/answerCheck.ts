/** A step's JSON schema as a check of its answers. Of some schemas none can be made: those are refused with what is wrong and where. */
import { z } from 'zod'
import { StokerError } from '../../../shared/errors.ts'
import { createTimeLimit, tookTooLong } from './timeLimit.ts'

type Schema = Record<string, unknown>

const limited = createTimeLimit(1_000)
/** zod throws for them. */
const refused = [
  'not',
  'if',
  'then',
  'else',
  'dependentSchemas',
  'dependentRequired',
  'unevaluatedItems',
  'unevaluatedProperties'
]
const types = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']
const partKeys = ['items', 'additionalItems', 'additionalProperties', 'contains', 'propertyNames']
const listKeys = ['allOf', 'anyOf', 'oneOf', 'items', 'prefixItems']
const mapKeys = ['$defs', 'definitions', 'properties', 'patternProperties']

/** Throws `invalid_input`, with the place. */
export function toCheck(schema: Schema): z.ZodType {
  try {
    return limited(() => {
      // With a registry of its own: the common one would keep every schema that has an id.
      const check = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0], { registry: z.registry() })
      // One that names nothing but itself is found only when it is used.
      check.safeParse(null)
      return check
    })
  } catch (cause) {
    throw unusable(schema, cause)
  }
}

export function unusable(schema: Schema, cause: unknown): StokerError {
  const message = `The schema of the answer${faultOf(schema, cause)}: no answer can be checked against that.`
  return new StokerError('invalid_input', message, 'Change the schema, or ask for any JSON.', { cause })
}

function faultOf(schema: Schema, cause: unknown): string {
  if (tookTooLong(cause)) return ' takes too long to read'
  if (cause instanceof RangeError) return ' refers to itself without an end'
  try {
    return faultIn(schema, '$', schema) ?? ` cannot be read (${String(cause)})`
  } catch {
    return ' is nested too deeply'
  }
}

/** The first that is found: ", at $.properties.a, uses "not"". */
function faultIn(part: unknown, place: string, root: Schema): string | null {
  if (typeof part === 'boolean') return null
  const own = isRecord(part) ? ownFault(part, root) : 'is no schema'
  if (own !== null) return `${place === '$' ? '' : `, at ${place},`} ${own}`
  for (const [name, inner] of partsOf(part as Schema)) {
    const found = faultIn(inner, `${place}.${name}`, root)
    if (found !== null) return found
  }
  return null
}

function ownFault(part: Schema, root: Schema): string | null {
  const { not, $ref: ref, type, required, pattern, patternProperties } = part
  const isNever = isRecord(not) && Object.keys(not).length === 0
  const keyword = refused.find((key) => part[key] !== undefined && !(key === 'not' && isNever))
  if (keyword !== undefined) return `uses "${keyword}"`
  if (ref !== undefined && !isOwn(ref, root)) return `refers to ${JSON.stringify(ref)}, none of its own "$defs"`
  const odd = [type].flat().find((name) => name !== undefined && !types.includes(String(name)))
  if (odd !== undefined) return `has the type ${JSON.stringify(odd)}, which JSON does not have`
  if (required !== undefined && !Array.isArray(required)) return 'has a "required" that is no list of names'
  const patterns = [pattern, ...Object.keys(patternProperties ?? {})]
  const unreadable = patterns.find((each) => typeof each === 'string' && !isPattern(each))
  return unreadable === undefined ? null : `has the pattern ${JSON.stringify(unreadable)}, which cannot be read`
}

/** Older drafts have another word for it. */
function isOwn(ref: unknown, root: Schema): boolean {
  const home = String(root['$schema']).includes('draft-0') ? 'definitions' : '$defs'
  const [, found, name = ''] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(String(ref)) ?? []
  return ref === '#' || (found === home && Object.hasOwn(root[home] ?? {}, name))
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}

function partsOf(part: Schema): [string, unknown][] {
  return Object.entries(part).flatMap(([key, value]): [string, unknown][] => {
    if (listKeys.includes(key) && Array.isArray(value)) return value.map((each, at) => [`${key}[${at}]`, each])
    if (mapKeys.includes(key)) return Object.entries(value ?? {}).map(([name, each]) => [`${key}.${name}`, each])
    return partKeys.includes(key) ? [[key, value]] : []
  })
}

function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
