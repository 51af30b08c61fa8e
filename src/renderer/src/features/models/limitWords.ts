/** The time limits of one model in words, where they differ from what is set for all. Pure. */
import type { TimeoutPhase } from '../../../../shared/errors.ts'
import type { TimeLimit } from '../../../../shared/model.ts'
import { formatLimit } from '../../lib/format.ts'

const phaseWords: Record<TimeoutPhase, string> = {
  connect: 'Connection within',
  api: 'Server answers within',
  download: 'Download moves within',
  load: 'Load is late after',
  queue: 'Turn comes within',
  first_token: 'First token within',
  token_gap: 'Next token within',
  total: 'Whole answer within'
}

export interface LimitGroup {
  reason: string | null
  /** "First token within 5 min, next token within 5 min". */
  words: string
}

/** Limits with one reason stand in one sentence; what is as set for all is left out. */
export function limitGroups(limits: readonly TimeLimit[]): LimitGroup[] {
  const byReason = new Map<string | null, string[]>()
  for (const { phase, limitMs, settingMs, reason } of limits) {
    if (limitMs === settingMs) continue
    const known = byReason.get(reason) ?? []
    const label = phaseWords[phase]
    const start = known.length === 0 ? label : label.charAt(0).toLowerCase() + label.slice(1)
    byReason.set(reason, [...known, `${start} ${formatLimit(limitMs)}`])
  }
  return [...byReason].map(([reason, lines]) => ({ reason, words: lines.join(', ') }))
}

/** Said of a load that takes longer than its limit. */
export function lateWords(limits: readonly TimeLimit[]): string {
  const limit = limits.find(({ phase }) => phase === 'load')
  const longer =
    limit === undefined ? 'Longer than its limit.' : `Longer than its limit of ${formatLimit(limit.limitMs)}.`
  return `${longer} Nothing is cut off: it goes on until it is done or you cancel it.`
}
