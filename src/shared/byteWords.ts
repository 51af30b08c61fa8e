/** Bytes as people read them, in decimal units; said on the page and in the event log alike. */
import type { NeedSource } from './need.ts'

const unknown = 'unknown'
const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

function scaleOf(bytes: number): number {
  let scale = 0
  // 999.5 MB would be written "1000 MB": the next unit starts a rounding step earlier.
  while (scale < byteUnits.length - 1 && bytes >= 999.5 * 1000 ** scale) scale += 1
  return scale
}

function inUnit(bytes: number, scale: number): string {
  const value = bytes / 1000 ** scale
  if (scale <= 1) return Math.round(value).toString()
  return value >= 99.95 || (scale === 2 && value >= 9.95) ? Math.round(value).toString() : value.toFixed(1)
}

/** "7.9 GB", "274 MB", "0 B". */
export function formatBytes(bytes: number | null, whenUnknown = unknown): string {
  if (bytes === null) return whenUnknown
  const scale = scaleOf(bytes)
  return `${inUnit(bytes, scale)} ${byteUnits[scale] ?? 'B'}`
}

const surety: Record<NeedSource, string> = { learned: '', engine: '', formula: 'about ', file_size: 'roughly ' }

/** What stands before a need, by how surely it is known: "about ". Null: it was not predicted. */
export function suretyWord(source: NeedSource | null): string {
  return source === null ? '' : surety[source]
}

/** "14.2 GB", "about 5.8 GB", "roughly 12.9 GB". */
export function formatNeed(bytes: number | null, source: NeedSource | null): string {
  return bytes === null ? formatBytes(bytes) : `${suretyWord(source)}${formatBytes(bytes)}`
}

/** With two decimals from 1 GB on, where parts are set beside their sum: "5.18 GB". */
export function formatBytesFine(bytes: number | null, whenUnknown = unknown): string {
  if (bytes === null || scaleOf(bytes) < 3) return formatBytes(bytes, whenUnknown)
  return `${(bytes / 1000 ** scaleOf(bytes)).toFixed(2)} ${byteUnits[scaleOf(bytes)] ?? 'B'}`
}

/** "1.4 of 2.9 GB": both in the unit of the whole. */
export function formatBytesOf(bytes: number, wholeBytes: number): string {
  const scale = scaleOf(wholeBytes)
  return `${inUnit(bytes, scale)} of ${formatBytes(wholeBytes)}`
}
