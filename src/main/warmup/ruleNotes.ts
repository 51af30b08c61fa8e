/** What the schedule says in words: why a rule does nothing just now, what was skipped, what does not fit. Pure. */
import { formatBytes } from '../../shared/byteWords.ts'
import { parseModelKey } from '../../shared/modelKey.ts'
import { listWords } from '../../shared/ruleWords.ts'
import { formatSpan } from '../../shared/span.ts'
import type { Calendar } from './occurrences.ts'
import type { ClashAction, Wait } from './policyTypes.ts'

type NameOf = (ruleId: string) => string

export function waitWords(wait: Wait, calendar: Calendar, nameOf: NameOf): string {
  switch (wait.why) {
    case 'host':
      return `waits: ${wait.detail}`
    case 'cooling':
      return `tried again at ${calendar.clockWords(wait.untilAt)} after a failure`
    case 'failed':
      return `${bare(wait.wishKey)} is not tried again this time: ${wait.detail}`
    case 'absent':
      return `${bare(wait.wishKey)} is not on its host`
    case 'let_go':
      return `${bare(wait.key)} was unloaded by hand, and stays away until the next time`
    case 'no_room': {
      const beside = wait.withRuleIds.length === 0 ? '' : ` beside ${quoted(wait.withRuleIds, nameOf)}`
      return `no room for ${listWords(wait.keys.map(bare))}${beside}`
    }
    case 'busy':
      return 'waits until nothing runs'
    case 'short':
      return 'waits until memory is no longer short'
  }
}

/** Set behind "A warm-up was skipped: ". */
export function missWords(
  miss: { dueAt: number | null; count: number; detail: string | null },
  name: string,
  now: number,
  calendar: Calendar
): string {
  const { dueAt, count, detail } = miss
  const at = dueAt === null ? ' at app start' : ` at ${calendar.clockWords(dueAt)}`
  const times = count > 1 ? `, ${count} times, the last${at}` : at
  if (detail !== null) return `“${name}”${times}: ${detail}`
  const late = dueAt === null || now < dueAt ? '' : ` ${formatSpan((now - dueAt) / 1_000)} ago`
  return `“${name}”${times},${late === '' ? ' too long ago' : late}; the machine slept or Stoker did not run`
}

/** Set behind "The schedule does not fit: ". */
export function clashWords(clash: ClashAction, nameOf: NameOf): string {
  const { ruleId, overBytes, overModels, withRuleIds, left } = clash
  const models = listWords(left.map(({ key, wishKey }) => bare(key ?? wishKey)))
  const over = [
    ...(overBytes === null ? [] : [`${formatBytes(overBytes)} over the budget`]),
    ...(overModels === 0 ? [] : [`${overModels} ${overModels === 1 ? 'model' : 'models'} over the limit`])
  ].join(', ')
  const beside = withRuleIds.length === 0 ? '' : ` beside ${quoted(withRuleIds, nameOf)}`
  return `“${nameOf(ruleId)}” has no room for ${models}${beside}, ${over}`
}

function quoted(ruleIds: readonly string[], nameOf: NameOf): string {
  return listWords(ruleIds.map((ruleId) => `“${nameOf(ruleId)}”`))
}

function bare(key: string): string {
  return parseModelKey(key).name
}
