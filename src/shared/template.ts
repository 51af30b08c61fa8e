/**
 * Templates of chains: `{{input}}`, `{{input.column}}`, `{{steps.NAME}}`, `{{steps.NAME.json}}`, `{{steps.NAME.json.path[0].field}}`;
 * `\{{` is a plain `{{`. Pure; the page's editor and the runner read them with the same eyes.
 *
 * Of more than two open braces the last two open a reference, so that JSON can be written around it: `{"a": {{{input}}}}`. Backslashes
 * count only where they stand before two open braces: two of them are one backslash, a last single one makes the braces plain.
 */
import { scanReference, writeReference, type Reference } from './templateReference.ts'

/** `start` and `end` (excluded) in letters as JavaScript counts them. */
export interface Span {
  start: number
  end: number
}

/** Keys and indices from the outside in. */
export type JsonPath = readonly (string | number)[]

export type TemplatePart =
  | ({ kind: 'text'; text: string } & Span)
  /** `column` null: the whole input. */
  | ({ kind: 'input'; column: string | null } & Span)
  /** `path` null: the output as it is; empty: the output as JSON. */
  | ({ kind: 'step'; name: string; path: JsonPath | null } & Span)

export interface TemplateMistake extends Span {
  /** 1-based. */
  line: number
  column: number
  /** `placedMessage` puts "Line 2, letter 14: ..." before it where the place is not seen. */
  message: string
}

export interface Template {
  parts: readonly TemplatePart[]
  /** What is mistaken stays in `parts` as text. */
  mistakes: readonly TemplateMistake[]
}

/** What a template is written from: its parts, places left out. */
export type WrittenPart = { kind: 'text'; text: string } | Reference

export { writeReference, type Reference } from './templateReference.ts'

/** A longer one is mistaken: so a text full of open braces is read in linear time. */
export const maxReferenceLetters = 4_000

/** Never throws; `parts` cover the text from the first letter to the last, and no two parts of text follow each other. */
export function parseTemplate(text: string): Template {
  const parts: TemplatePart[] = []
  const mistakes: TemplateMistake[] = []
  const nextOpening = nextOf(text, '{{')
  const mistakeEnd = mistakeEnds(text)
  const placeOf = placesIn(text)
  let plain = ''
  let plainStart = 0
  let at = 0
  while (at < text.length) {
    const opening = nextOpening(at)
    const run = bracesAt(text, opening, at)
    plain += text.slice(at, run.start) + '\\'.repeat(run.backslashes >> 1)
    if (opening === text.length) break
    if (run.backslashes % 2 === 1) {
      plain += '{{'
      at = opening + 2
      continue
    }
    const start = run.end - 2
    plain += text.slice(opening, start)
    const scanned = scanReference(text.slice(start, start + maxReferenceLetters), 2)
    if (scanned.ok) {
      at = start + scanned.end
      if (start > plainStart) parts.push({ kind: 'text', text: plain, start: plainStart, end: start })
      parts.push({ ...scanned.value, start, end: at })
      plain = ''
      plainStart = at
      continue
    }
    at = mistakeEnd(start, start + scanned.at)
    plain += text.slice(start, at)
    mistakes.push({ start, end: at, ...placeOf(start + scanned.at), message: scanned.message })
  }
  if (text.length > plainStart) parts.push({ kind: 'text', text: plain, start: plainStart, end: text.length })
  return { parts, mistakes }
}

/** Any parts as a template that is read as the same parts: the way to write one by program. */
export function templateText(parts: readonly WrittenPart[]): string {
  let text = ''
  let plain = ''
  for (const part of parts) {
    if (part.kind === 'text') {
      plain += part.text
      continue
    }
    text += escapeText(plain, true) + writeReference(part)
    plain = ''
  }
  return text + escapeText(plain, false)
}

/** "Line 2, letter 14: ...". */
export function placedMessage({ line, column, message }: TemplateMistake): string {
  return `Line ${line}, letter ${column}: ${message}`
}

interface Braces {
  /** Of the backslashes before them. */
  start: number
  backslashes: number
  end: number
}

/** The run of braces that begins at `opening`, with the backslashes right before it, but none from before `from`. */
function bracesAt(text: string, opening: number, from: number): Braces {
  if (opening === text.length) return { start: opening, backslashes: 0, end: opening }
  let end = opening
  while (text[end] === '{') end += 1
  const backslashes = countBack(text, opening, from, '\\')
  return { start: opening - backslashes, backslashes, end }
}

/**
 * Where a mistaken reference ends: behind its closing braces, if these come on the same line and before other opening ones; else behind the
 * word that could not be read.
 */
function mistakeEnds(text: string): (start: number, noticedAt: number) => number {
  const nextOpening = nextOf(text, '{{')
  const nextClosing = nextOf(text, '}}')
  const nextLine = nextOf(text, '\n')
  const word = /[^\s{}\\]*/y
  return (start, noticedAt) => {
    const opening = nextOpening(start + 2)
    const limit = Math.min(opening - countBack(text, opening, start + 2, '\\'), nextLine(start + 2))
    const closing = nextClosing(start + 2)
    if (closing < limit) return closing + 2
    word.lastIndex = Math.min(noticedAt, limit)
    word.test(text)
    return Math.max(start + 2, Math.min(word.lastIndex, limit))
  }
}

/** Each place is looked for once, as long as `from` only grows; the text's end where there is none. */
function nextOf(text: string, wanted: string): (from: number) => number {
  let found = -1
  return (from) => {
    if (found < from) found = text.indexOf(wanted, from)
    if (found === -1) found = text.length
    return found
  }
}

/** Both 1-based; asked in ascending order. */
export function placesIn(text: string): (at: number) => { line: number; column: number } {
  let line = 1
  let lineStart = 0
  const nextLine = nextOf(text, '\n')
  return (at) => {
    for (let end = nextLine(lineStart); end < at; end = nextLine(lineStart)) {
      line += 1
      lineStart = end + 1
    }
    return { line, column: at - lineStart + 1 }
  }
}

function countBack(text: string, before: number, from: number, letter: string): number {
  let count = 0
  while (before - count > from && text[before - count - 1] === letter) count += 1
  return count
}

/** Braces that would open a reference are made plain, and backslashes before them, or before the reference that follows, doubled. */
function escapeText(text: string, isBeforeReference: boolean): string {
  let escaped = ''
  let at = 0
  for (const { index, 0: run } of text.matchAll(/\{{2,}/g)) {
    const backslashes = countBack(text, index, at, '\\')
    escaped +=
      text.slice(at, index) + '\\'.repeat(backslashes) + '\\{{'.repeat(run.length >> 1) + '{'.repeat(run.length % 2)
    at = index + run.length
  }
  escaped += text.slice(at)
  if (!isBeforeReference) return escaped
  const brace = text.endsWith('{') && at < text.length ? 1 : 0
  const backslashes = countBack(text, text.length - brace, at, '\\')
  return escaped.slice(0, escaped.length - brace) + '\\'.repeat(backslashes) + '{'.repeat(brace)
}
