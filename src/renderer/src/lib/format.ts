/** Numbers as people read them: decimal units with one decimal, clock-like durations, dates as words. Pure; unknown is said. */
import { formatBytes, formatBytesFine, formatBytesOf, formatNeed, suretyWord } from '../../../shared/byteWords.ts'
import { formatSpan, formatTaken } from '../../../shared/span.ts'

export { formatBytes, formatBytesFine, formatBytesOf, formatNeed, formatSpan, suretyWord }

const unknown = 'unknown'

/** "12 MB/s". */
export function formatBytesPerSecond(bytesPerSecond: number | null, whenUnknown = unknown): string {
  return bytesPerSecond === null ? whenUnknown : `${formatBytes(Math.max(0, bytesPerSecond))}/s`
}

/** A running or remaining time: "0:12", "4:12", "1:02:03". Whole seconds, rounded down; never negative. */
export function formatClock(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000))
  const two = (value: number): string => value.toString().padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}

/** What something took: "0.41 s", "6.2 s", "44 s", "3 min 10 s", "2 h 5 min". */
export function formatDuration(durationMs: number | null, whenUnknown = unknown): string {
  return durationMs === null ? whenUnknown : formatTaken(durationMs)
}

/** A limit as it was set: "1.5 s", "500 ms", "5 min". */
export function formatLimit(limitMs: number): string {
  if (limitMs < 1_000) return `${Math.round(limitMs)} ms`
  const tenths = Math.round(limitMs / 100)
  return limitMs < 60_000 && tenths % 10 !== 0 ? `${(tenths / 10).toFixed(1)} s` : formatSpan(limitMs / 1_000)
}

const ordinalEnds: Record<string, string> = { one: 'st', two: 'nd', few: 'rd', other: 'th' }
const ordinals = new Intl.PluralRules('en-US', { type: 'ordinal' })

/** "1st", "2nd", "13th". */
export function formatOrdinal(place: number): string {
  return `${formatCount(place)}${ordinalEnds[ordinals.select(place)] ?? 'th'}`
}

/** What something usually takes, in round numbers: "6 s", "1 min 12 s", "under 1 s". */
export function formatRounded(durationMs: number): string {
  return durationMs < 1_000 ? 'under 1 s' : formatSpan(Math.round(durationMs / 1000))
}

/** "about 6 s", "under 1 s". */
export function formatAbout(durationMs: number): string {
  return durationMs < 1_000 ? formatRounded(durationMs) : `about ${formatRounded(durationMs)}`
}

/** "31.4 tok/s", "112 tok/s". */
export function formatTokenRate(tokensPerSecond: number | null, whenUnknown = unknown): string {
  if (tokensPerSecond === null) return whenUnknown
  return `${tokensPerSecond >= 99.95 ? Math.round(tokensPerSecond) : tokensPerSecond.toFixed(1)} tok/s`
}

const counts = new Intl.NumberFormat('en-US')

/** "16,384". */
export function formatCount(count: number | null, whenUnknown = unknown): string {
  return count === null ? whenUnknown : counts.format(count)
}

/** "74 %". */
export function formatPercent(percent: number | null, whenUnknown = unknown): string {
  return percent === null ? whenUnknown : `${Math.round(percent)} %`
}

/** Small shares with one decimal: "0.4 %", "12 %". */
export function formatPercentFine(percent: number): string {
  return Math.abs(percent) < 9.95 ? `${percent.toFixed(1)} %` : formatPercent(percent)
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** "14:02". */
export function formatTime(at: number): string {
  return clock.format(at)
}

function daysBetween(at: number, now: number): number {
  const midnight = (epochMs: number): number => new Date(epochMs).setHours(0, 0, 0, 0)
  return Math.round((midnight(now) - midnight(at)) / 86_400_000)
}

/** "today", "yesterday", "3 days ago", "12 Mar", "12 Mar 2024". */
export function formatDay(at: number, now: number): string {
  const days = daysBetween(at, now)
  if (days <= 0) return 'today'
  if (days === 1) return 'yesterday'
  if (days < 7) return `${days} days ago`
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? day.format(at) : dayOfYear.format(at)
}

/** When something last happened: "just now", "4 min ago", "14:02", "yesterday", "3 days ago". */
export function formatAgo(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  return daysBetween(at, now) <= 0 ? formatTime(at) : formatDay(at, now)
}

/** One word or its plural: plural(3, 'model') is "3 models". */
export function plural(count: number, word: string, words = `${word}s`): string {
  return `${formatCount(count)} ${count === 1 ? word : words}`
}
