/** What stands between `{{` and `}}`: read with the place of the first thing that is wrong, and written so that it is read the same. */
import { isWord, quoted, scanBracket, scanPath, scanWord, skipSpace, writePathAfter, type Scanned } from './jsonPath.ts'
import { didYouMean } from './nearestName.ts'
import type { JsonPath } from './template.ts'

export type Reference = { kind: 'input'; column: string | null } | { kind: 'step'; name: string; path: JsonPath | null }

const plainName = /[\p{L}\p{M}\p{N} _-]+/uy
const anyWord = /[^\s{}.[\]]+/y
const howToWrite = 'Write {{input}}, {{steps.NAME}}, or \\{{ for plain braces.'

/** `{{input}}`, `{{input.city}}`, `{{input["first name"]}}`, `{{steps.Draft}}`, `{{steps.Draft.json.risks[0]}}`. */
export function writeReference(reference: Reference): string {
  if (reference.kind === 'input') {
    const { column } = reference
    return `{{input${column === null ? '' : isWord(column) ? `.${column}` : `[${quoted(column)}]`}}}`
  }
  return `{{steps${writeStepName(reference.name)}${reference.path === null ? '' : `.json${writePathAfter(reference.path)}`}}}`
}

/** `.First draft`, or `["a.b"]`. */
export function writeStepName(name: string): string {
  return isPlainName(name) ? `.${name}` : `[${quoted(name)}]`
}

/** `from`: behind the opening braces; the end is behind the closing ones. */
export function scanReference(text: string, from: number): Scanned<Reference> {
  const start = skipSpace(text, from)
  if (text.startsWith('}}', start)) return wrong(`Nothing stands between the braces. ${howToWrite}`, start)
  const first = scanWord(text, start)
  if (first?.value === 'input') return scanInput(text, first.end)
  if (first?.value === 'steps') return scanStep(text, first.end)
  anyWord.lastIndex = start
  const said = anyWord.exec(text)?.[0] ?? ''
  if (said === '')
    return start >= text.length ? unclosed(start) : wrong(`“input” or “steps” is missing. ${howToWrite}`, start)
  const shown = said.length > 40 ? `${said.slice(0, 40)}…` : said
  return wrong(`“${shown}” is neither “input” nor “steps”.${didYouMean(said, ['input', 'steps'])} ${howToWrite}`, start)
}

function scanInput(text: string, from: number): Scanned<Reference> {
  const name = scanName(text, from, 'column')
  if (!name.ok) return name
  return close(text, name.end, { kind: 'input', column: name.value })
}

function scanStep(text: string, from: number): Scanned<Reference> {
  const name = scanName(text, from, 'step')
  if (!name.ok) return name
  if (name.value === null) return wrong('The name of a step is missing: {{steps.NAME}}.', name.end)
  const at = skipSpace(text, name.end)
  if (text[at] !== '.') return close(text, at, { kind: 'step', name: name.value, path: null })
  const start = skipSpace(text, at + 1)
  const json = scanWord(text, start)
  if (json?.value !== 'json') {
    const inside = json === null ? 'field' : json.value
    return wrong(`After the name of a step only “.json” can stand: {{steps.${name.value}.json.${inside}}}.`, start)
  }
  const path = scanPath(text, json.end)
  if (!path.ok) return path
  return close(text, path.end, { kind: 'step', name: name.value, path: path.value })
}

/** `.NAME` or `["NAME"]`; null where neither follows. Names of steps may have spaces without quotes, columns need them. */
function scanName(text: string, from: number, of: 'column' | 'step'): Scanned<string | null> {
  const at = skipSpace(text, from)
  if (text[at] === '[') return scanQuotedName(text, at, of)
  if (text[at] !== '.') return { ok: true, value: null, end: at }
  const start = skipSpace(text, at + 1)
  if (of === 'column') {
    const column = scanWord(text, start)
    return column === null ? wrong('The name of a column is missing: {{input.NAME}}.', start) : { ok: true, ...column }
  }
  plainName.lastIndex = start
  const name = plainName.exec(text)?.[0].trimEnd() ?? ''
  if (name === '') return wrong('The name of a step is missing: {{steps.NAME}}.', start)
  return { ok: true, value: name, end: start + name.length }
}

function scanQuotedName(text: string, at: number, of: 'column' | 'step'): Scanned<string> {
  const scanned = scanBracket(text, at)
  if (!scanned.ok) return scanned
  if (typeof scanned.value === 'number') return wrong(`The name of a ${of} stands in quotes: ["${scanned.value}"].`, at)
  if (scanned.value === '') return wrong(`The name of a ${of} is empty.`, at)
  return { ...scanned, value: scanned.value }
}

function close(text: string, from: number, reference: Reference): Scanned<Reference> {
  const at = skipSpace(text, from)
  if (text.startsWith('}}', at)) return { ok: true, value: reference, end: at + 2 }
  anyWord.lastIndex = at
  const stray = anyWord.exec(text)?.[0] ?? text[at]
  if (stray === undefined) return unclosed(at)
  if (stray === '{' || stray === '}') return wrong('The closing “}}” is missing.', at)
  const shown = stray.length > 40 ? `${stray.slice(0, 40)}…` : stray
  if (reference.kind === 'input' && reference.column !== null && at > from && isWord(stray)) {
    const whole = writeReference({ kind: 'input', column: `${reference.column} ${stray}` })
    return wrong(`“${shown}” cannot stand here. A column of several words is written ${whole}.`, at)
  }
  return wrong(`“${shown}” cannot stand here: the reference ends with “}}” before it.`, at)
}

function isPlainName(name: string): boolean {
  plainName.lastIndex = 0
  return plainName.test(name) && plainName.lastIndex === name.length && name.trim() === name
}

function wrong(message: string, at: number): { ok: false; message: string; at: number } {
  return { ok: false, message, at }
}

function unclosed(at: number): { ok: false; message: string; at: number } {
  return wrong('The closing “}}” is missing.', at)
}
