/** What a schema refuses, for somebody who wrote the document by hand: "steps 3, prompt: must be text". Pure. */
import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/** Each place once, in the order of the document. */
export function issueWords(error: z.ZodError, document: unknown): string[] {
  const places = new Map<string, string>()
  for (const issue of error.issues) {
    const place = placeWords(issue.path)
    if (!places.has(place)) places.set(place, wordsOf(issue, valueAt(document, issue.path)))
  }
  return [...places].map(([place, words]) => (place === '' ? words : `${place}: ${words}`))
}

/** Lists are counted from 1: "steps 3, prompt". */
function placeWords(path: readonly PropertyKey[]): string {
  return path.reduce<string>((words, key) => {
    if (typeof key === 'number') return `${words} ${key + 1}`
    return words === '' ? String(key) : `${words}, ${String(key)}`
  }, '')
}

function wordsOf(issue: Issue, value: unknown): string {
  if (value === undefined && issue.code !== 'unrecognized_keys') return 'is missing'
  if (issue.code === 'invalid_type') return `must be ${kinds[issue.expected] ?? issue.expected}`
  if (issue.code === 'invalid_value') return `must be ${inWords(issue.values.map((one) => JSON.stringify(one)))}`
  if (issue.code === 'invalid_union')
    return 'options' in issue && Array.isArray(issue.options)
      ? `must be ${inWords(issue.options.map((one) => JSON.stringify(one)))}`
      : 'is none of those that there are'
  if (issue.code === 'too_big') return `must be at most ${sizeWords(issue.origin, Number(issue.maximum))}`
  if (issue.code === 'too_small') {
    return Number(issue.minimum) === 1 && issue.origin === 'string'
      ? 'must not be empty'
      : `must be at least ${sizeWords(issue.origin, Number(issue.minimum))}`
  }
  if (issue.code === 'invalid_format') return 'may only have letters, digits, _ and -'
  return issue.message
}

const kinds: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object'
}

function sizeWords(origin: string, size: number): string {
  const number = size.toLocaleString('en-US')
  if (origin === 'string') return `${number} letters long`
  return origin === 'array' ? `${number} long` : number
}

function inWords(choices: readonly string[]): string {
  const last = choices.at(-1) ?? 'nothing'
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
      ? (value as Record<PropertyKey, unknown>)[key]
      : undefined
  }, document)
}
