/** A template with the values of one item put in. Pure; what cannot be put in is an error that names the reference and what there is instead. */
import { StokerError } from './errors.ts'
import { readJsonPath, writeJsonPath } from './jsonPath.ts'
import { didYouMean } from './nearestName.ts'
import { readOutputJson, valueText, type OutputJson } from './outputJson.ts'
import { listWords } from './ruleWords.ts'
import { placedMessage, type JsonPath, type Span, type Template } from './template.ts'
import { writeReference, type Reference } from './templateReference.ts'

export interface TemplateValues {
  /** `columns` null: the input is no table. */
  input: { text: string; columns: Readonly<Record<string, string>> | null }
  /** Null: no such step, or it has not ended. */
  outputOf: (name: string) => string | null
}

/** What was put in: where in the filled text, and from where. */
export interface FilledPiece extends Span {
  source: Reference
}

export interface FilledTemplate {
  text: string
  /** Ascending, not overlapping; empty values too. */
  pieces: readonly FilledPiece[]
}

const mostBeginning = 80
const mostColumns = 12

/** Throws `invalid_input` for what the template or the input lacks, `bad_answer` for an output that is no JSON or has no such field. */
export function fillTemplate(template: Template, values: TemplateValues): FilledTemplate {
  const [mistake] = template.mistakes
  if (mistake !== undefined) throw new StokerError('invalid_input', `A template is mistaken. ${placedMessage(mistake)}`)
  const jsonOf = onceEach((name) => readOutputJson(outputOf(name, values)))
  const pieces: FilledPiece[] = []
  let text = ''
  for (const part of template.parts) {
    if (part.kind === 'text') {
      text += part.text
      continue
    }
    const start = text.length
    text += part.kind === 'input' ? inputText(part.column, values) : stepText(part, values, jsonOf)
    pieces.push({ start, end: text.length, source: referenceOf(part) })
  }
  return { text, pieces }
}

function referenceOf(part: Reference): Reference {
  return part.kind === 'input'
    ? { kind: 'input', column: part.column }
    : { kind: 'step', name: part.name, path: part.path }
}

function inputText(column: string | null, { input }: TemplateValues): string {
  if (column === null) return input.text
  const reference = writeReference({ kind: 'input', column })
  if (input.columns === null) {
    throw new StokerError(
      'invalid_input',
      `“${reference}” asks for a column, and the input has none.`,
      'Give a table (CSV or JSONL), or write {{input}}.'
    )
  }
  const value = Object.hasOwn(input.columns, column) ? input.columns[column] : undefined
  if (value !== undefined) return value
  const there = Object.keys(input.columns)
  throw new StokerError(
    'invalid_input',
    `“${reference}” asks for a column that the input does not have. It has ${columnWords(there)}.${didYouMean(column, there)}`,
    'Change the template or the input.'
  )
}

function stepText(
  { name, path }: { name: string; path: JsonPath | null },
  values: TemplateValues,
  jsonOf: (name: string) => OutputJson
): string {
  if (path === null) return outputOf(name, values)
  const json = jsonOf(name)
  const reference = writeReference({ kind: 'step', name, path })
  if (!json.ok) {
    throw new StokerError(
      'bad_answer',
      `“${reference}” needs JSON, and the output of “${name}” is none: ${beginning(outputOf(name, values))}`,
      `Set the output of “${name}” to JSON.`
    )
  }
  if (path.length === 0) return json.source
  const found = readJsonPath(json.value, path)
  if (found.found) return valueText(found.value)
  throw new StokerError(
    'bad_answer',
    `The output of “${name}” has no “${writeJsonPath(path)}”, which “${reference}” asks for: ${beginning(json.source)}`,
    `Give the output of “${name}” a schema that has it.`
  )
}

function outputOf(name: string, values: TemplateValues): string {
  const output = values.outputOf(name)
  if (output !== null) return output
  const reference = writeReference({ kind: 'step', name, path: null })
  throw new StokerError('invalid_input', `“${reference}” asks for an output that is not there.`)
}

/** "“name”, “city” and 3 more". */
function columnWords(columns: readonly string[]): string {
  if (columns.length === 0) return 'no columns'
  const shown = columns.slice(0, mostColumns).map((column) => `“${column}”`)
  return listWords(columns.length > mostColumns ? [...shown, `${columns.length - mostColumns} more`] : shown)
}

function beginning(output: string): string {
  const line = output
    .slice(0, 10 * mostBeginning)
    .trim()
    .replace(/\s+/g, ' ')
  if (line === '') return 'it is empty.'
  const letters = [...line]
  return `“${letters.slice(0, mostBeginning).join('')}${letters.length > mostBeginning ? '…' : ''}”.`
}

function onceEach<T>(read: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>()
  return (name) => {
    const value = known.get(name) ?? read(name)
    known.set(name, value)
    return value
  }
}
