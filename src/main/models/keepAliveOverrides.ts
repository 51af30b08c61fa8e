/**
 * What other programs make of the keep-alives that Stoker told: seen in what a server says, said to the person, and put back where they
 * want that.
 */
import { toErrorInfo } from '../../shared/errors.ts'
import { formatSpan } from '../../shared/span.ts'
import { hasPassed } from '../lib/clock.ts'
import type { LoadedModel } from '../providers/provider.ts'
import { isAsTold, watchKeepAlive, type KeepAliveWatch } from './keepAliveWatch.ts'
import type { ModelContext } from './modelContext.ts'
import type { ModelRecord } from './modelRecord.ts'

/** Two programs that both insist must not fight over it all day. */
const betweenRestoresMs = 300_000

export interface KeepAliveOverrides {
  /** Before a host is asked what it holds: what of its answer will be current. */
  beginLook(hostId: string): (loaded: readonly LoadedModel[]) => void
  /** What Stoker told is in force again. */
  end(record: ModelRecord): void
  /** What is in force is not known any more. */
  forget(record: ModelRecord): void
}

interface OverrideDeps {
  context: ModelContext
  /** Resolves when its server has taken it. */
  tellNow: (record: ModelRecord, seconds: number) => Promise<void>
  refreshLoaded: (hostId: string) => Promise<void>
}

export function createKeepAliveOverrides({ context, tellNow, refreshLoaded }: OverrideDeps): KeepAliveOverrides {
  const { deps } = context

  function forget(record: ModelRecord): void {
    record.keepAliveWatch = null
    setOverride(record, null)
  }

  function setOverride(record: ModelRecord, override: ModelRecord['keepAliveOverride']): void {
    if (record.keepAliveOverride === override) return
    record.keepAliveOverride = override
    context.changed(record)
  }

  function beginLook(hostId: string): (loaded: readonly LoadedModel[]) => void {
    const watched = [...context.records.values()].filter(
      (record) => record.id.hostId === hostId && record.keepAliveWatch !== null
    )
    const asked = watched.map((record) => ({ record, generation: record.generation, uses: usesOf(record) }))
    return (loaded) => {
      for (const { record, generation, uses } of asked) {
        const model = loaded.find(({ name }) => name === record.id.name)
        if (model && !model.isStopping && record.generation === generation && usesOf(record) === uses) {
          look(record, model.unloadsAt)
        }
      }
    }
  }

  /** Of its engine, under whatever name. */
  function usesOf(record: ModelRecord): number {
    return context.alike(record).reduce((sum, { uses }) => sum + uses, 0)
  }

  function look(record: ModelRecord, unloadsAt: number | null): void {
    const isInUse = context.alike(record).some((one) => one.activeRequests.size > 0 || one.isInHand)
    if (record.keepAliveWatch === null || record.state !== 'ready' || isInUse) return
    const before = record.keepAliveWatch
    const seen = watchKeepAlive(before, { at: deps.clock.now(), unloadsAt }, deps.isLocal(record.id.hostId))
    record.keepAliveWatch = seen.watch
    if (seen.change !== null) noteChange(record, before, seen.watch)
    if (record.keepAliveOverride !== null) restore(record, record.keepAliveOverride.seconds)
  }

  function noteChange(record: ModelRecord, before: KeepAliveWatch, after: KeepAliveWatch): void {
    const override = isAsTold(after) ? null : { seconds: after.secondsNow, noticedAt: deps.clock.now() }
    // Back to what Stoker told it: by that itself, where an answer was cancelled that had carried it.
    const isOurs = override === null && (isAsTold(before) || before.isDoubted)
    setOverride(record, override)
    if (isOurs) return
    const reason = `now ${keepAliveWords(after.secondsNow)}, was ${keepAliveWords(before.secondsNow)}`
    context.log(record, { kind: 'keep_alive_changed', actor: 'other_program', reason })
  }

  function restore(record: ModelRecord, theirs: number | null): void {
    const { keepAliveRestoredAt: at } = record
    const seconds = context.keepAliveSeconds(record)
    if (deps.keepAliveReaction() !== 'restore' || seconds === 0) return
    if (at !== null && !hasPassed(deps.clock, at, betweenRestoresMs)) return
    record.keepAliveRestoredAt = deps.clock.now()
    const reason = `${keepAliveWords(seconds)} again; another program had set ${keepAliveWords(theirs)}`
    tellNow(record, seconds)
      .then(() => {
        context.log(record, { kind: 'keep_alive_restored', actor: 'stoker', reason })
        return refreshLoaded(record.id.hostId)
      })
      .catch((error: unknown) => deps.logger.warn('a keep-alive could not be put back', toErrorInfo(error)))
  }

  return { beginLook, end: (record) => setOverride(record, null), forget }
}

/** "5 min", "for ever"; what is not known is "another time". */
function keepAliveWords(seconds: number | null): string {
  if (seconds === null) return 'another time'
  return seconds < 0 ? 'for ever' : formatSpan(seconds)
}
