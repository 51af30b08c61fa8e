/** Values of settings as a person writes them: "10 min", "4 GB", "Always"; and back, refusing what is not clear. */
import type { SettingName } from '../../../../shared/settings.ts'
import { formatBytes, formatCount, formatSpan } from '../../lib/format.ts'

export type SettingKind = 'seconds' | 'milliseconds' | 'bytes' | 'count' | 'fraction'

/** What some numbers mean, in words; the first word of each list is the one shown. */
export type Specials = Readonly<Record<number, readonly string[]>>

export type ReadText = { isClear: true; value: number } | { isClear: false; problem: string }

const bytesPer: Record<string, number> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40
}
const msPer: Record<string, number> = { ms: 1, s: 1e3, min: 60e3, h: 3_600e3, d: 86_400e3 }
const unitNames: Record<string, string> = {
  millisecond: 'ms',
  sec: 's',
  second: 's',
  m: 'min',
  minute: 'min',
  hr: 'h',
  hour: 'h',
  day: 'd'
}
const wanted: Record<SettingKind, string> = {
  seconds: 'Write a time, like “10 min” or “90 s”.',
  milliseconds: 'Write a time, like “30 s” or “500 ms”.',
  bytes: 'Write a size with its unit, like “4 GB”.',
  count: 'Write a whole number.',
  fraction: 'Write a number, like “0.7”.'
}

/** Numbers that are no counts: their names end with no unit. */
const fractions: ReadonlySet<SettingName> = new Set(['localTemperature', 'localTopP', 'localRepeatPenalty'])

/** What kind of value a setting has follows from the unit in its name. */
export function kindOf(name: SettingName): SettingKind {
  if (fractions.has(name)) return 'fraction'
  if (name.endsWith('Seconds')) return 'seconds'
  if (name.endsWith('Ms')) return 'milliseconds'
  return name.endsWith('Bytes') ? 'bytes' : 'count'
}

export function writeValue(value: number, kind: SettingKind, specials: Specials = {}): string {
  const special = specials[value]?.[0]
  if (special !== undefined) return special
  switch (kind) {
    case 'seconds':
      return writeTime(value * 1_000)
    case 'milliseconds':
      return writeTime(value)
    case 'bytes':
      return formatBytes(value)
    case 'count':
      return formatCount(value)
    case 'fraction':
      return String(value)
  }
}

/** Exact: what cannot be said in two whole units, or in tenths of a second, is said in seconds or milliseconds. */
function writeTime(ms: number): string {
  const text = ms < 60_000 && ms > 1_000 && ms % 100 === 0 ? `${ms / 1_000} s` : formatSpan(ms / 1_000)
  if (readTime(text) === ms) return text
  return ms % 1_000 === 0 ? `${formatCount(ms / 1_000)} s` : `${formatCount(ms)} ms`
}

export function readText(text: string, kind: SettingKind, specials: Specials = {}): ReadText {
  const written = text.trim().toLowerCase().replace(/\s+/g, ' ')
  const special = Object.entries(specials).find(([, words]) => words.some((word) => word.toLowerCase() === written))
  if (special !== undefined) return { isClear: true, value: Number(special[0]) }
  const value = readNumber(written, kind)
  return value === null ? { isClear: false, problem: wanted[kind] } : { isClear: true, value }
}

function readNumber(written: string, kind: SettingKind): number | null {
  switch (kind) {
    case 'count':
      return /^\d[\d,]*$/.test(written) ? Number(written.replaceAll(',', '')) : null
    case 'fraction':
      // A comma is no thousand here: "0,3" is asked about rather than taken for 3.
      return /^\d+(\.\d+)?$/.test(written) ? Number(written) : null
    case 'bytes':
      return readBytes(written)
    case 'milliseconds':
      return readTime(written)
    case 'seconds': {
      const ms = readTime(written)
      return ms === null ? null : ms / 1_000
    }
  }
}

function readBytes(written: string): number | null {
  const [, digits, unit] = /^(\d[\d,]*(?:\.\d+)?) ?([kmgt]?i?b)$/.exec(written) ?? []
  const factor = bytesPer[unit ?? '']
  return digits === undefined || factor === undefined ? null : Math.round(Number(digits.replaceAll(',', '')) * factor)
}

/** Milliseconds. Several units may follow each other; a bare number is seconds; anything left over makes it unclear. */
function readTime(written: string): number | null {
  if (/^\d+(\.\d+)?$/.test(written)) return Math.round(Number(written) * 1_000)
  const part = /(\d[\d,]*(?:\.\d+)?) ?([a-z]+)/g
  if (written === '' || written.replace(part, '').trim() !== '') return null
  let total = 0
  for (const [, digits = '', name = ''] of written.matchAll(part)) {
    const plain = name.length > 2 ? name.replace(/s$/, '') : name
    const factor = msPer[unitNames[plain] ?? plain]
    if (factor === undefined) return null
    total += Number(digits.replaceAll(',', '')) * factor
  }
  return Math.round(total)
}
