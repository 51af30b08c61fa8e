/** Sampling options as fields and words. Pure. */
import type { GenerateOptions } from '../../../../../shared/model.ts'
import type { EffectiveOption, OptionSource } from '../../../../../shared/plan.ts'
import { formatCount } from '../../../lib/format.ts'

interface OptionField {
  name: Exclude<keyof GenerateOptions, 'stop'>
  label: string
  min: number
  max: number
  step: number
  isWhole: boolean
}

export const optionFields: readonly OptionField[] = [
  { name: 'temperature', label: 'Temperature', min: 0, max: 5, step: 0.1, isWhole: false },
  { name: 'maxTokens', label: 'New tokens', min: 1, max: 1_000_000, step: 256, isWhole: true },
  { name: 'topP', label: 'Top P', min: 0, max: 1, step: 0.05, isWhole: false },
  { name: 'topK', label: 'Top K', min: 0, max: 100_000, step: 10, isWhole: true },
  { name: 'repeatPenalty', label: 'Repeat penalty', min: 0, max: 5, step: 0.05, isWhole: false },
  { name: 'seed', label: 'Seed', min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, step: 1, isWhole: true }
]

const sources: Record<OptionSource, string> = {
  step: 'set here',
  chain: 'the chain',
  model: 'the model',
  local: 'local defaults',
  server: 'the server'
}

export function valueWords(value: EffectiveOption['value']): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isInteger(value) && value >= 10_000 ? formatCount(value) : String(value)
  return value.map(escaped).join(', ')
}

/** "0.3 from local defaults": what is in force and why. */
export function sourceWords(option: EffectiveOption | undefined, isOfChain: boolean): string {
  if (isOfChain || option === undefined) return ''
  const note = option.note === null ? '' : `, ${option.note}`
  if (option.source === 'step') return option.note ?? 'set here'
  if (option.value !== null) return `${valueWords(option.value)} from ${sources[option.source]}${note}`
  // Of a model that says so itself, though no number can be sent for it.
  return option.note === null ? 'left to the server' : `${option.note}, says ${sources[option.source]}`
}

export function withOption<Name extends keyof GenerateOptions>(
  options: GenerateOptions,
  name: Name,
  value: GenerateOptions[Name] | undefined
): GenerateOptions {
  const next = { ...options }
  if (value === undefined) delete next[name]
  else next[name] = value
  return next
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}

export function writeStops(stops: readonly string[] | undefined): string[] {
  return (stops ?? []).map(escaped)
}

/** undefined: none. As many as a request can carry. */
export function readStops(lines: readonly string[]): string[] | undefined {
  const letters: Record<string, string> = { n: '\n', t: '\t', '\\': '\\' }
  const stops = lines.map((line) => line.replaceAll(/\\([nt\\])/g, (_, letter: string) => letters[letter] ?? ''))
  return stops.length === 0 ? undefined : stops.slice(0, 16).map((stop) => stop.slice(0, 256))
}
