/**
 * A way into JSON as people write it: `verdict.score`, `risks[0]["first name"].title`. Reads own fields only and never throws, since both
 * the path and the JSON come from outside.
 */
import type { JsonPath } from './template.ts'

export type ReadPath = { ok: true; path: JsonPath } | { ok: false; message: string; at: number }
export type FoundValue = { found: true; value: unknown } | { found: false }

/** What stands at a place of a longer text: where it ends, or where and why it could not be read. */
export type Scanned<T> = { ok: true; value: T; end: number } | { ok: false; message: string; at: number }

const space = /\s*/y
/** Keys and columns that need no quotes. */
const word = /[\p{L}\p{N}_-]+/uy
const index = /\d+/y
const plainEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t'
}

/** The whole text is one path; a text of spaces is the value itself. */
export function parseJsonPath(text: string): ReadPath {
  const start = skipSpace(text, 0)
  if (start === text.length) return { ok: true, path: [] }
  const first = scanWord(text, start)
  const begun = first === null ? [] : [first.value]
  const scanned = scanPath(text, first?.end ?? start, begun)
  if (!scanned.ok) return scanned
  if (scanned.end === text.length) return { ok: true, path: scanned.value }
  const stray = firstLetter(text, scanned.end)
  const hint =
    stray === '$' ? ' A path begins with the first key, without “$”.' : ' Keys of other letters are written ["a key"].'
  return { ok: false, message: `“${stray}” cannot stand here.${hint}`, at: scanned.end }
}

/** `.key`, `[0]` and `["a key"]`, any number of them; ends, after spaces, at the first letter that begins none of these. */
export function scanPath(text: string, from: number, begun: readonly string[] = []): Scanned<JsonPath> {
  const path: (string | number)[] = [...begun]
  let at = skipSpace(text, from)
  for (;;) {
    const next = text[at]
    if (next !== '.' && next !== '[') return { ok: true, value: path, end: at }
    const part = next === '.' ? scanField(text, at) : scanBracket(text, at)
    if (!part.ok) return part
    path.push(part.value)
    at = skipSpace(text, part.end)
  }
}

/** Of a path alone: `risks[0].title`. Reading it gives the same path again. */
export function writeJsonPath(path: JsonPath): string {
  const text = writePathAfter(path)
  return text.startsWith('.') ? text.slice(1) : text
}

/** Of a path that follows something: `.risks[0].title`. */
export function writePathAfter(path: JsonPath): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : isWord(part) ? `.${part}` : `[${quoted(part)}]`))
    .join('')
}

/** What is there. Fields that objects inherit (`constructor`, `__proto__`) and the length of a list are not. */
export function readJsonPath(value: unknown, path: JsonPath): FoundValue {
  let here = value
  for (const part of path) {
    if (typeof here !== 'object' || here === null) return { found: false }
    const key = String(part)
    if (Array.isArray(here) ? !/^\d+$/.test(key) : false) return { found: false }
    if (!Object.hasOwn(here, key)) return { found: false }
    here = (here as Record<string, unknown>)[key]
  }
  return { found: true, value: here }
}

export function isWord(text: string): boolean {
  word.lastIndex = 0
  return word.test(text) && word.lastIndex === text.length
}

/** In double quotes, as `scanQuoted` reads it. */
export function quoted(text: string): string {
  return JSON.stringify(text)
}

export function skipSpace(text: string, from: number): number {
  space.lastIndex = from
  space.test(text)
  return space.lastIndex
}

export function scanWord(text: string, from: number): { value: string; end: number } | null {
  word.lastIndex = from
  const value = word.exec(text)?.[0]
  return value === undefined ? null : { value, end: word.lastIndex }
}

/** `from`: the bracket of `["a key"]` or `['a key']`, or of `[0]`. */
export function scanBracket(text: string, from: number): Scanned<string | number> {
  const at = skipSpace(text, from + 1)
  const inside = text[at] === '"' || text[at] === "'" ? scanQuoted(text, at) : scanIndex(text, at)
  if (!inside.ok) return inside
  const end = skipSpace(text, inside.end)
  if (text[end] !== ']') return { ok: false, message: 'A closing “]” is missing.', at: end }
  return { ...inside, end: end + 1 }
}

function scanField(text: string, from: number): Scanned<string> {
  const at = skipSpace(text, from + 1)
  const key = scanWord(text, at)
  if (key !== null) return { ok: true, ...key }
  return { ok: false, message: 'A key is missing after “.”. Keys of other letters are written ["a key"].', at }
}

function scanIndex(text: string, from: number): Scanned<number> {
  index.lastIndex = from
  const value = Number(index.exec(text)?.[0] ?? Number.NaN)
  if (Number.isSafeInteger(value)) return { ok: true, value, end: index.lastIndex }
  return { ok: false, message: 'Between “[” and “]” stands a number from 0 or a key in quotes.', at: from }
}

/** Ends on its own line: one forgotten quote does not swallow the rest of a text. */
function scanQuoted(text: string, from: number): Scanned<string> {
  const quote = text[from]
  let value = ''
  let at = from + 1
  for (;;) {
    const letter = text[at]
    if (letter === quote) return { ok: true, value, end: at + 1 }
    if (letter === undefined || letter === '\n') return { ok: false, message: 'A closing quote is missing.', at: from }
    if (letter !== '\\') {
      value += letter
      at += 1
      continue
    }
    const escape = readEscape(text, at + 1)
    if (escape === null) return { ok: false, message: 'A backslash between quotes is written twice.', at }
    value += escape.letter
    at = escape.end
  }
}

function readEscape(text: string, at: number): { letter: string; end: number } | null {
  const next = text[at] ?? ''
  const digits = text.slice(at + 1, at + 5)
  if (next === 'u' && /^[\da-f]{4}$/i.test(digits))
    return { letter: String.fromCharCode(Number.parseInt(digits, 16)), end: at + 5 }
  const letter = Object.hasOwn(plainEscapes, next) ? plainEscapes[next] : undefined
  return letter === undefined ? null : { letter, end: at + 1 }
}

function firstLetter(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0x20)
}
