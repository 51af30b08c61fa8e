/** What is wrong with the JSON schema that a step's output is to fit: as far as it can be told without a validator. Pure. */
import type { FoundProblem } from './chainProblems.ts'
import type { Step } from './chain.ts'
import { didYouMean } from './nearestName.ts'
import { readOutputJson } from './outputJson.ts'

const types = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']
/** One of these says something of the value; without any, a schema is most likely an example that was taken for one. */
const telling = ['type', 'properties', 'items', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', '$ref']

export function formatProblems({ output, onError }: Step, words: string): FoundProblem[] {
  if (output.format !== 'json') return []
  const problems: FoundProblem[] = []
  const message = output.schema === null ? null : schemaProblem(output.schema)
  if (message !== null) problems.push(problem(`The schema of ${words} ${message}`, true))
  else if (output.schema !== null && !isObjectSchema(output.schema)) {
    problems.push(problem(`The schema of ${words} is not of an object, which some servers do not take.`, false))
  }
  const isMistakenDefault =
    onError.then === 'default' && onError.defaultText !== '' && !isWholeJson(onError.defaultText)
  if (isMistakenDefault) {
    problems.push({
      field: 'error',
      message: `The default of ${words} is no JSON, as its output is to be.`,
      isBlocking: false
    })
  }
  return problems
}

/** The end of a sentence that begins with the schema; null where nothing is wrong. */
function schemaProblem(schema: Record<string, unknown>): string | null {
  const keys = Object.keys(schema)
  if (!telling.some((key) => keys.includes(key))) {
    return 'says nothing of the output. Write {"type": "object", "properties": {"title": {"type": "string"}}}.'
  }
  const { type, properties, required } = schema
  const wrong =
    type === undefined ? undefined : [type].flat().find((name) => typeof name !== 'string' || !types.includes(name))
  if (wrong !== undefined)
    return `has the type “${String(wrong)}”, which JSON does not have.${didYouMean(String(wrong), types)}`
  if (properties !== undefined && !isRecord(properties)) return 'has “properties” that are no object.'
  for (const [name, property] of Object.entries(isRecord(properties) ? properties : {})) {
    if (!isRecord(property) && typeof property !== 'boolean')
      return `has a property “${name}” that is no schema. Write {"type": "string"}.`
  }
  if (required === undefined) return null
  if (!Array.isArray(required) || required.some((name) => typeof name !== 'string'))
    return 'has “required” that is no list of names.'
  const missing = isRecord(properties)
    ? (required as string[]).find((name) => !Object.hasOwn(properties, name))
    : undefined
  return missing === undefined
    ? null
    : `requires “${missing}”, which is not among its properties.${didYouMean(missing, Object.keys(properties as object))}`
}

function isObjectSchema({ type, properties }: Record<string, unknown>): boolean {
  return type === 'object' || (type === undefined && properties !== undefined)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isWholeJson(text: string): boolean {
  const json = readOutputJson(text)
  return json.ok && json.source === text.trim()
}

function problem(message: string, isBlocking: boolean): FoundProblem {
  return { field: 'output', message, isBlocking }
}
