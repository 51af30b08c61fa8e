/** What the form of a model of the file makes of what was typed. Pure. */
import type { GenerateOptions } from '../../../../../shared/model.ts'
import type { FileModel } from '../../../../../shared/modelsFile.ts'
import { formatCount } from '../../../lib/format.ts'

type NumberOption = Exclude<keyof GenerateOptions, 'stop'>

interface OptionField {
  label: string
  /** Null: any. */
  range: { min: number; max: number } | null
  isWhole: boolean
}

/** Ranges as in the contract, whose validators stay out of the page; a test compares them. */
export const optionFields: Readonly<Record<NumberOption, OptionField>> = {
  temperature: { label: 'Temperature', range: { min: 0, max: 5 }, isWhole: false },
  topP: { label: 'Top p', range: { min: 0, max: 1 }, isWhole: false },
  topK: { label: 'Top k', range: { min: 0, max: 100_000 }, isWhole: true },
  repeatPenalty: { label: 'Repeat penalty', range: { min: 0, max: 5 }, isWhole: false },
  maxTokens: { label: 'Tokens at most', range: { min: 1, max: 1_000_000 }, isWhole: true },
  seed: { label: 'Seed', range: null, isWhole: true }
}
export const optionNames = Object.keys(optionFields) as NumberOption[]
export const contextRange = { min: 4, max: 16_777_216 }
export const mostStops = 16

export interface FileModelFields {
  name: string
  path: string
  /** Text, as typed; empty: the default. */
  contextLength: string
  options: Readonly<Record<NumberOption, string>>
  /** One a line. */
  stop: string
}

export type FileModelProblems = Partial<Record<'name' | 'path' | 'contextLength' | 'stop' | NumberOption, string>>

export function fieldsOfModel(model: FileModel | null): FileModelFields {
  const text = (value: number | null | undefined): string => (value == null ? '' : String(value))
  return {
    name: model?.name ?? '',
    path: model?.path ?? '',
    contextLength: text(model?.contextLength),
    options: Object.fromEntries(
      optionNames.map((name) => [name, text(model?.options[name])])
    ) as FileModelFields['options'],
    stop: (model?.options.stop ?? []).join('\n')
  }
}

/** A sentence per field that is wrong. `taken`: names of the file's other models and of its aliases. */
export function fileModelProblems(fields: FileModelFields, taken: readonly string[]): FileModelProblems {
  const name = fields.name.trim()
  const problems: FileModelProblems = {}
  if (name === '') problems.name = 'A model needs a name.'
  else if (name.length > 256) problems.name = 'A name has at most 256 letters.'
  else if (taken.includes(name)) problems.name = `“${name}” is in the file already.`
  if (fields.path.trim() === '') problems.path = 'Write the path of its GGUF file.'
  const wrongContext = numberProblem(fields.contextLength, contextRange, true)
  if (wrongContext !== null) problems.contextLength = wrongContext
  for (const option of optionNames) {
    const wrong = numberProblem(fields.options[option], optionFields[option].range, optionFields[option].isWhole)
    if (wrong !== null) problems[option] = wrong
  }
  const stops = stopsOf(fields.stop)
  if (stops.length > mostStops) problems.stop = `At most ${mostStops} of them.`
  else if (stops.some((stop) => stop.length > 256)) problems.stop = 'None may be longer than 256 letters.'
  return problems
}

/** Only called with fields that have no problem. */
export function fileModelOf(fields: FileModelFields): FileModel {
  const options: GenerateOptions = {}
  for (const name of optionNames) {
    const value = numberOf(fields.options[name])
    if (value !== null) options[name] = value
  }
  const stop = stopsOf(fields.stop)
  if (stop.length > 0) options.stop = stop
  return {
    name: fields.name.trim(),
    path: fields.path.trim(),
    loader: 'llama.cpp',
    contextLength: numberOf(fields.contextLength),
    options
  }
}

function numberOf(text: string): number | null {
  const plain = text.trim().replaceAll(',', '')
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null
}

function numberProblem(text: string, range: OptionField['range'], isWhole: boolean): string | null {
  if (text.trim() === '') return null
  const value = numberOf(text)
  if (value === null || (isWhole && !Number.isSafeInteger(value)))
    return isWhole ? 'Write a whole number.' : 'Write a number.'
  if (range === null || (value >= range.min && value <= range.max)) return null
  return `From ${formatCount(range.min)} to ${formatCount(range.max)}.`
}

function stopsOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}
