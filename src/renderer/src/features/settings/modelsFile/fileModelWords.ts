/** A model of the file in a few words. Pure. */
import type { GenerateOptions } from '../../../../../shared/model.ts'
import { formatCount, plural } from '../../../lib/format.ts'
import { optionFields, optionNames } from './fileModelForm.ts'

export function contextWords(contextLength: number | null): string {
  return contextLength === null ? 'default context' : `${formatCount(contextLength)} tokens`
}

/** "temperature 0.2, top p 0.9, 2 stops"; null: none are set. */
export function optionWords(options: GenerateOptions): string | null {
  const words = optionNames.flatMap((name) => {
    const value = options[name]
    return value === undefined ? [] : [`${optionFields[name].label.toLowerCase()} ${value}`]
  })
  const stops = options.stop?.length ?? 0
  if (stops > 0) words.push(plural(stops, 'stop'))
  return words.length === 0 ? null : words.join(', ')
}

/** "2 mistakes, the first in line 7": said above the list of them. */
export function mistakeTitle(problems: readonly { line: number | null }[]): string {
  const first = problems.find(({ line }) => line !== null)?.line
  const where = first === undefined || first === null || problems.length === 1 ? '' : `, the first in line ${first}`
  return `${plural(problems.length, 'mistake')} in the file${where}`
}
