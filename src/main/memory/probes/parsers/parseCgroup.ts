/** Files of a memory control group, versions 1 and 2: limits, use, and which group this process is in. */
import { parseWhole } from './parseWhole.ts'

/** The memory group's path and version, from /proc/self/cgroup; null where memory is in no group. */
export function parseCgroupPath(text: string): { version: 1 | 2; path: string } | null {
  const first = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(\/.*)$/m.exec(text)?.[1]
  if (first !== undefined) return { version: 1, path: first }
  const second = /^0::(\/.*)$/m.exec(text)?.[1]
  return second === undefined ? null : { version: 2, path: second }
}

/** memory.max or memory.limit_in_bytes. "max", and version 1's huge number for the same, are null: no limit. */
export function parseCgroupLimit(text: string): number | null {
  const value = parseWhole(text.trim())
  return value === 0 ? null : value
}

/** memory.current or memory.usage_in_bytes. */
export function parseCgroupUsage(text: string): number | null {
  return parseWhole(text.trim())
}

/** The part of the usage that is file cache, from memory.stat; the system gives it back when asked. */
export function parseCgroupCache(text: string, version: 1 | 2): number | null {
  const prefix = version === 1 ? 'total_' : ''
  const active = parseWhole(new RegExp(`^${prefix}active_file (\\d+)$`, 'm').exec(text)?.[1])
  const inactive = parseWhole(new RegExp(`^${prefix}inactive_file (\\d+)$`, 'm').exec(text)?.[1])
  return active === null || inactive === null ? null : active + inactive
}
