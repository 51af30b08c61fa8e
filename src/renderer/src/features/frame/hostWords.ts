/** A host's health in words. Pure. */
import type { HostRequests } from '../../../../shared/hostRequests.ts'
import type { Host } from '../../../../shared/model.ts'
import type { Tone } from '../../components/StatusWord.tsx'
import { formatClock, formatCount } from '../../lib/format.ts'

export interface HostWords {
  tone: Tone
  /** Always said to a screen reader; shown only where something is wrong. */
  word: string
  /** Stands beside the name; an engine without an address says it in its line instead. */
  version: string | null
  /** Address, or engine and device; the reason where the host is ill; the pause where it is left alone. */
  line: string
  /** "next try 0:24", where the host is ill. */
  next: string | null
  /** "3 waiting". */
  queue: string | null
}

const wordOf = { ok: 'answers', slow: 'slow', down: 'down', checking: 'checking' } as const
const toneOf = { ok: 'ok', slow: 'warn', down: 'bad', checking: 'quiet' } as const

export function placeOf(host: Host): string {
  if (host.url === null) return ['llama.cpp', host.device].filter(Boolean).join(', ')
  return host.url.replace(/^https?:\/\//, '').replace(/\/$/, '')
}

export function isIll({ status }: Host): boolean {
  return status === 'down' || status === 'slow'
}

/** "next try 0:24", "trying now"; null where no time is known. */
export function nextTryWords(at: number | null, now: number): string | null {
  if (at === null) return null
  return at <= now ? 'trying now' : `next try ${formatClock(at - now + 999)}`
}

/** The pause of a host that is there, but whose answers failed. */
function pauseWords(requests: HostRequests | null, now: number): string | null {
  if (requests === null || requests.breaker.state === 'closed') return null
  const { state, nextTryAt } = requests.breaker
  const next = state === 'half_open' ? 'trying now' : nextTryWords(nextTryAt, now)
  return ['left alone', next].filter(Boolean).join(', ')
}

export function hostWords(host: Host, requests: HostRequests | null, now: number): HostWords {
  const waitingCount = requests?.queue.waitingCount ?? 0
  const shared = {
    version: host.url === null ? null : host.version,
    queue: waitingCount > 0 ? `${formatCount(waitingCount)} waiting` : null
  }
  const tone = toneOf[host.status]
  const word = wordOf[host.status]
  // Why it is down says more than that it is left alone meanwhile.
  if (isIll(host)) {
    return {
      ...shared,
      tone,
      word,
      line: host.error?.message ?? placeOf(host),
      next: nextTryWords(host.nextCheckAt, now)
    }
  }
  const pause = pauseWords(requests, now)
  if (pause === null) return { ...shared, tone, word, line: placeOf(host), next: null }
  return { ...shared, tone: 'warn', word: 'left alone', line: pause, next: null }
}
