/** Why a model has to go, and why one may not load: sentences for the event log and for whoever asked. Pure. */
import { formatBytes } from '../../shared/byteWords.ts'
import { StokerError } from '../../shared/errors.ts'
import type { Fit } from '../../shared/fit.ts'
import type { Need } from '../../shared/need.ts'
import type { BlockedBy } from './evictionPolicy.ts'
import type { Judgement } from './fit.ts'
import type { Resident } from './resident.ts'

/** "to make room for llama3.1:8b: it needs 6.0 GB, and 2.1 GB of the budget was left" */
export function roomReason(name: string, need: Need | null, { sum }: Fit): string {
  const left = formatBytes(sum.roomBytes)
  const what = sum.limitedBy === 'other_programs' ? `other programs left ${left}` : `${left} of the budget was left`
  return `to make room for ${name}: it needs ${formatBytes(need?.bytes ?? null)}, and ${what}`
}

export function countReason(limit: number): string {
  return `to stay within ${limit} loaded ${limit === 1 ? 'model' : 'models'}`
}

export function limitReached(staying: readonly Resident[]): StokerError {
  const loaded = staying.length === 1 ? 'One model is' : `${staying.length} models are`
  // What is pinned does not go, busy or not.
  const canEnd = staying.some(({ isPinned, isBusy }) => isBusy && !isPinned)
  const hasPinned = staying.some(({ isPinned }) => isPinned)
  const hint = canEnd ? 'Try again when an answer has ended' : 'Unpin one'
  return new StokerError(
    'limit_reached',
    `${loaded} loaded, and none can go: each is ${canEnd ? (hasPinned ? 'busy or pinned' : 'busy') : 'pinned'}.`,
    `${hint}, or raise the limit in Settings.`
  )
}

export function doesNotFit(
  name: string,
  need: Need,
  { fit, memoryBlockedBy, budgetBytes, budgetLeftBytes }: Judgement,
  staying: readonly Resident[]
): StokerError {
  const needs = `${name} needs ${formatBytes(need.bytes)}`
  const isTooBig = memoryBlockedBy === 'too_big' || budgetLeftBytes === budgetBytes
  const message = isTooBig
    ? `${needs}, and models may hold ${formatBytes(budgetBytes)} here.`
    : `${needs}, and ${formatBytes(Math.max(0, budgetLeftBytes ?? 0))} of ${formatBytes(budgetBytes)} for models are left.`
  const shorter = fit.fittingContextLength?.toLocaleString('en-US')
  const steps = [
    ...(shorter === undefined ? [] : [`load it with a context of ${shorter} tokens`]),
    ...inTheWay(memoryBlockedBy, staying, shorter === undefined),
    'choose Load anyway'
  ]
  return new StokerError('does_not_fit', message, asSentence(steps))
}

function inTheWay(blockedBy: BlockedBy | null, staying: readonly Resident[], hasNoOther: boolean): string[] {
  const names = (who: (resident: Resident) => boolean): string =>
    staying
      .filter((resident) => resident.isLocal && who(resident))
      .map(({ id }) => id.name)
      .join(' and ')
  if (blockedBy === 'busy') return [`wait until ${names(({ isBusy, isPinned }) => isBusy && !isPinned)} has answered`]
  if (blockedBy === 'pinned') return [`unpin ${names(({ isPinned }) => isPinned)}`]
  return hasNoOther ? ['take a smaller model'] : []
}

/** "Unpin a, or choose Load anyway." */
function asSentence(steps: readonly string[]): string {
  const [first = '', ...rest] = steps
  const last = rest.pop()
  const words = [first, ...rest, ...(last === undefined ? [] : [`or ${last}`])].join(', ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}
