/** The answers of the last minutes: how many came, how many failed, and how long they took. */
import type { HostRequests } from '../../shared/hostRequests.ts'

export const trafficWindowMs = 300_000
/** More than these are not needed for a median. */
const entriesKept = 1_000

interface Entry {
  at: number
  /** Null: it failed. */
  responseMs: number | null
  queueWaitMs: number | null
}

export interface HostTraffic {
  add(entry: Omit<Entry, 'at'>): void
  figures(): HostRequests['traffic']
}

export function createHostTraffic(now: () => number): HostTraffic {
  let entries: Entry[] = []

  function recent(): Entry[] {
    const end = now()
    // What is from the future is from before the clock was set back.
    return entries.filter(({ at }) => at <= end && end - at < trafficWindowMs)
  }

  return {
    add(entry) {
      entries.push({ ...entry, at: now() })
      if (entries.length > entriesKept * 2) entries = entries.slice(-entriesKept)
    },
    figures() {
      entries = recent()
      const answers = entries.filter(({ responseMs }) => responseMs !== null)
      return {
        windowMs: trafficWindowMs,
        answers: answers.length,
        errors: entries.length - answers.length,
        responseMs: median(answers.map(({ responseMs }) => responseMs)),
        queueWaitMs: median(entries.map(({ queueWaitMs }) => queueWaitMs))
      }
    }
  }
}

function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2
}
