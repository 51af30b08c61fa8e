/** A host's health in words. Pure. */
import type { Host } from '../../../../shared/model.ts'
import type { Tone } from '../../components/StatusWord.tsx'
import { formatClock } from '../../lib/format.ts'

export interface HostWords {
  tone: Tone
  /** Always said to a screen reader; shown only where something is wrong. */
  word: string
  /** Stands beside the name; an engine without an address says it in its line instead. */
  version: string | null
  /** Address, or engine and device; the reason where the host is ill. */
  line: string
  /** "next try 0:24" */
  next: string | null
}

const wordOf = { ok: 'answers', slow: 'slow', down: 'down', checking: 'checking' } as const
const toneOf = { ok: 'ok', slow: 'warn', down: 'bad', checking: 'quiet' } as const

function placeOf(host: Host): string {
  if (host.url === null) return ['llama.cpp', host.device].filter(Boolean).join(', ')
  return host.url.replace(/^https?:\/\//, '').replace(/\/$/, '')
}

export function hostWords(host: Host, now: number): HostWords {
  const isIll = host.status === 'down' || host.status === 'slow'
  const waitMs = host.nextCheckAt === null ? null : host.nextCheckAt - now
  return {
    tone: toneOf[host.status],
    word: wordOf[host.status],
    version: host.url === null ? null : host.version,
    line: isIll && host.error !== null ? host.error.message : placeOf(host),
    next: !isIll || waitMs === null ? null : waitMs <= 0 ? 'trying now' : `next try ${formatClock(waitMs + 999)}`
  }
}
