/** What a model of the fake says: its script's tokens, or what its script makes of what reached it; JSON where that is asked for. */
import { record } from './bodyFields.ts'
import type { FakeModel } from './fakeModel.ts'
import { HttpError } from './httpError.ts'
import { goJson } from './wire.ts'

/** A question as it reached the model. */
export interface FakeAsk {
  /** With its tag. */
  model: string
  /** After the server has cut it; of a conversation, its turns in one text. */
  prompt: string
  system: string | null
  options: Record<string, unknown>
  format: unknown
}

const echoedLetters = 200
const types = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']

/** Throws as the real server does where the format makes no sense. */
export function tokensFor({ script }: FakeModel, ask: FakeAsk): string[] {
  const schema = schemaOf(ask.format)
  const text =
    script.answer === null
      ? null
      : script.answer === 'echo'
        ? `[${ask.model}] ${ask.prompt.slice(0, echoedLetters)}`
        : script.answer(ask)
  if (schema === null) return text === null ? script.tokens : piecesOf(text)
  const said = text ?? script.tokens.join('')
  return piecesOf(isJson(said) ? said : JSON.stringify(valueFor(schema, said)))
}

function schemaOf(format: unknown): Record<string, unknown> | null {
  if (format === undefined || format === null || format === '') return null
  if (format === 'json') return { type: 'object' }
  if (typeof format !== 'object' || Array.isArray(format)) {
    throw new HttpError(
      500,
      `invalid format: ${JSON.stringify(goJson(format))}; expected "json" or a valid JSON Schema object`
    )
  }
  const schema = record(format)
  if (!isKnown(schema)) throw new HttpError(500, 'invalid JSON schema in format')
  return schema
}

function isKnown({ type, not }: Record<string, unknown>): boolean {
  const all = Array.isArray(type) ? type : [type]
  return not === undefined && all.every((one) => one === undefined || types.includes(String(one)))
}

/** The least that keeps to it, with the model's own words wherever there may be a text. */
function valueFor(schema: Record<string, unknown>, words: string): unknown {
  const { const: only, enum: some, oneOf, anyOf, type, properties, items, minItems } = schema
  if (only !== undefined) return only
  if (Array.isArray(some)) return some[0]
  const alternatives: unknown = oneOf ?? anyOf
  if (Array.isArray(alternatives)) return valueFor(record(alternatives[0]), words)
  const kind: unknown = Array.isArray(type) ? type[0] : (type ?? 'object')
  if (kind === 'string') return words
  if (kind === 'boolean') return true
  if (kind === 'integer') return 1
  if (kind === 'number') return 0.5
  if (kind === 'null') return null
  if (kind === 'array') {
    const count = typeof minItems === 'number' ? minItems : 1
    return Array.from({ length: count }, () => valueFor(record(items ?? { type: 'string' }), words))
  }
  if (properties === undefined) return { text: words }
  const entries = Object.entries(record(properties))
  return Object.fromEntries(entries.map(([key, property]) => [key, valueFor(record(property), words)]))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Word by word, none of it lost. */
function piecesOf(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? []
}
