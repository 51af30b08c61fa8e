/** One entry of the list of models: every field looked at by itself, so that the mistake is named and not only the entry. Pure. */
import { isMap, isScalar, isSeq, type Node } from 'yaml'
import type { z } from 'zod'
import { generateOptionsSchema, type GenerateOptions } from '../../shared/model.ts'
import { fileModelSchema, type FileModel } from '../../shared/modelsFile.ts'
import { fieldsOf, type Field, type Mistake, type YamlDocument } from './yamlDocument.ts'

/** As the file names them, in the order in which they are written. */
export const optionKeys = {
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  repeat_penalty: 'repeatPenalty',
  max_tokens: 'maxTokens',
  seed: 'seed',
  stop: 'stop'
} as const satisfies Record<string, keyof GenerateOptions>

const entryKeys = ['name', 'path', 'loader', 'context_length', 'options']

interface ParsedEntry {
  /** Null where a field is wrong: half an entry would answer otherwise than its author meant. */
  model: (FileModel & { line: number }) | null
  problems: Mistake[]
}

export function parseFileModel(yaml: YamlDocument, item: Node): ParsedEntry {
  const line = yaml.lineOf(item)
  const node = yaml.resolve(item)
  if (!isMap(node))
    return { model: null, problems: [{ line, message: 'A model must be written as “name: …” and “path: …”.' }] }
  const all = fieldsOf(yaml, node)
  const fields = new Map<string, Field>()
  for (const field of all) if (!fields.has(field.key)) fields.set(field.key, field)
  const name = textOf(yaml, fields.get('name'))
  const entry = name === null ? 'A model' : `“${name.length > 80 ? `${name.slice(0, 79)}…` : name}”`
  const warnings: Mistake[] = []
  const wrongs: Mistake[] = []
  const lineOf = (field: Field | undefined): number => (field === undefined ? line : yaml.lineOf(field.keyNode))
  const warn = (field: Field, message: string): void =>
    void warnings.push({ line: lineOf(field), message: `${entry}: ${message}` })
  const refuse = (field: Field | undefined, message: string): void =>
    void wrongs.push({ line: lineOf(field), message: `${entry} is left out: ${message}` })

  sayUnknown(all, entryKeys, warn)
  const options = readOptions(yaml, fields.get('options'), warn, refuse)
  const contextLength = readContext(yaml, fields.get('context_length'), refuse)
  const path = readText(yaml, fields.get('path'), 'path', 4_096, refuse)
  readText(yaml, fields.get('name'), 'name', 256, refuse)
  const loader = fields.get('loader')
  const loaderName = isGiven(yaml, loader) ? textOf(yaml, loader) : 'llama.cpp'
  if (loaderName !== 'llama.cpp') refuse(loader, 'the only loader is llama.cpp.')
  const isRight = wrongs.length === 0 && name !== null && path !== null
  return {
    model: isRight ? { name, path, loader: 'llama.cpp', contextLength, options, line } : null,
    problems: [...warnings, ...wrongs]
  }
}

type Say<About> = (field: About, message: string) => void

function sayUnknown(fields: readonly Field[], known: readonly string[], warn: Say<Field>): void {
  const seen = new Set<string>()
  for (const field of fields) {
    const key = field.key.slice(0, 80)
    if (!known.includes(field.key)) warn(field, `“${key}” is not known and is ignored. Known are ${known.join(', ')}.`)
    else if (seen.has(key)) warn(field, `“${key}” is there twice. The first one counts.`)
    seen.add(key)
  }
}

function readText(
  yaml: YamlDocument,
  field: Field | undefined,
  key: string,
  maxLength: number,
  refuse: Say<Field | undefined>
): string | null {
  if (!isGiven(yaml, field)) return (refuse(field, `it has no ${key}.`), null)
  const text = textOf(yaml, field)
  if (text === null) return (refuse(field, `${key} must be text: write it in quotes.`), null)
  if (text.length > maxLength) return (refuse(field, `${key} is too long.`), null)
  return text
}

function readContext(yaml: YamlDocument, field: Field | undefined, refuse: Say<Field | undefined>): number | null {
  if (!isGiven(yaml, field)) return null
  const parsed = fileModelSchema.shape.contextLength.safeParse(valueOf(yaml, field.value))
  if (parsed.success) return parsed.data
  refuse(field, 'context_length must be a whole number of tokens from 4 to 16777216.')
  return null
}

function readOptions(
  yaml: YamlDocument,
  field: Field | undefined,
  warn: Say<Field>,
  refuse: Say<Field | undefined>
): GenerateOptions {
  if (!isGiven(yaml, field)) return {}
  const node = yaml.resolve(field.value)
  if (!isMap(node)) {
    refuse(field, 'options must be a group such as { temperature: 0.7 }.')
    return {}
  }
  const options: Record<string, unknown> = {}
  const fields = fieldsOf(yaml, node)
  sayUnknown(fields, Object.keys(optionKeys), warn)
  for (const [key, name] of Object.entries(optionKeys)) {
    const option = fields.find((each) => each.key === key)
    if (!isGiven(yaml, option)) continue
    const value = valueOf(yaml, option.value)
    const schema: z.ZodType = generateOptionsSchema.shape[name]
    const parsed = schema.safeParse(name === 'stop' && typeof value === 'string' ? [value] : value)
    if (parsed.success) options[name] = parsed.data
    else refuse(option, `${key} does not fit: ${wordsFor(parsed.error)}.`)
  }
  return options
}

function wordsFor(error: z.ZodError): string {
  return (error.issues[0]?.message ?? 'another kind of value is wanted').replace(/^Invalid input: /, '').slice(0, 160)
}

function isGiven(yaml: YamlDocument, field: Field | undefined): field is Field {
  const value = valueOf(yaml, field?.value ?? null)
  return value !== null && value !== undefined && value !== ''
}

function textOf(yaml: YamlDocument, field: Field | undefined): string | null {
  const value = valueOf(yaml, field?.value ?? null)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

/** Scalars and lists of them; anything deeper is no value that an entry can hold. */
function valueOf(yaml: YamlDocument, node: Node | null): unknown {
  const found = yaml.resolve(node)
  if (isScalar(found)) return found.value
  if (isSeq(found)) return found.items.slice(0, 100).map((item) => scalarOf(yaml.resolve(item)))
  return found === null ? null : {}
}

function scalarOf(node: Node | null): unknown {
  return isScalar(node) ? node.value : {}
}
