/** Keep-alives in force: told to servers that keep time themselves, and given back where what they were for has ended. */
import { toErrorInfo } from '../../shared/errors.ts'
import type { Keeper, Model } from '../../shared/model.ts'
import type { LoadedModel } from '../providers/provider.ts'
import { createKeepAliveOverrides } from './keepAliveOverrides.ts'
import { createKeepAlivePromises } from './keepAlivePromises.ts'
import { startWatch } from './keepAliveWatch.ts'
import type { ModelContext, Request } from './modelContext.ts'
import type { ModelRecord } from './modelRecord.ts'

export interface ModelKeepAlive {
  /** What its server is to hear with a load or an answer that begins now. */
  secondsToTell(record: ModelRecord): number
  /** Its server has taken `seconds`. `unloadsAt`: what it said itself right after a load. */
  told(record: ModelRecord, seconds: number, unloadsAt?: number | null): void
  /** A request that carried `seconds` failed: nobody knows whether it was taken. `before`: what the server was told before that. */
  doubted(record: ModelRecord, seconds: number, before: number | null): void
  /** Tells a server a time that changed since it was last told. */
  tell(record: ModelRecord): void
  /** Puts a time that somebody just chose in force. */
  apply(record: ModelRecord, request: Request): Promise<Model>
  /** A rule or a run keeps it from now on, or no longer. */
  keptChanged(record: ModelRecord, by: Keeper['kind']): void
  /** Before a host is asked what it holds: what of its answer will be current. */
  beginLook(hostId: string): (loaded: readonly LoadedModel[]) => void
  /**
   * A host has told what it holds. What is pinned or kept and was found loaded, by whomever, is to stay for ever, and its server does
   * not know; what an earlier Stoker kept for a rule or a run, and nobody keeps now, gets its own time back.
   */
  settle(hostId: string): void
  /** From now on the schedule says what it keeps; no run goes on by itself, so that is all that is kept. */
  scheduleStarted(): void
  /** Stoker ends: what only a rule or a run keeps would stay on its server for ever, with nobody there to release it. */
  leave(): Promise<void>
}

interface KeepAliveDeps {
  context: ModelContext
  unload: (record: ModelRecord, request: Request) => Promise<unknown>
  /** Starts the idle time anew where the manager keeps it. */
  restart: (record: ModelRecord) => void
  refreshLoaded: (hostId: string) => Promise<void>
}

const releaseBy: Record<Keeper['kind'], Request> = {
  rule: { actor: 'schedule', reason: 'because the schedule keeps it no longer' },
  run: { actor: 'chain', reason: 'because its run needs it no longer' }
}
const never = { signal: new AbortController().signal }

export function createModelKeepAlive({ context, unload, restart, refreshLoaded }: KeepAliveDeps): ModelKeepAlive {
  const { deps } = context
  const promises = createKeepAlivePromises(context)
  const overrides = createKeepAliveOverrides({ context, tellNow, refreshLoaded })
  let hasSchedule = false
  const warn = (words: string) => (error: unknown) => deps.logger.warn(words, toErrorInfo(error))

  function told(record: ModelRecord, seconds: number, unloadsAt: number | null = null): void {
    if (!record.serverKeepsTime) return
    for (const other of context.alike(record)) if (other !== record) overrides.forget(other)
    record.sentKeepAliveSeconds = seconds
    promises.said(record, seconds)
    record.uses += 1
    const { keepAliveWatch: before } = record
    record.keepAliveWatch = seconds === 0 ? null : startWatch(seconds, deps.clock.now(), before, unloadsAt)
    overrides.end(record)
  }

  function secondsToTell(record: ModelRecord): number {
    const seconds = context.keepAliveSeconds(record)
    promises.saying(record, seconds)
    return seconds
  }

  function doubted(record: ModelRecord, seconds: number, before: number | null): void {
    if (!record.serverKeepsTime) return
    // What is owed to it is told again, whatever it was told before, unless the next list shows that it has it.
    const isOwed = seconds >= 0 && promises.isOwed(record)
    if (record.sentKeepAliveSeconds === seconds) record.sentKeepAliveSeconds = isOwed ? null : before
    const { keepAliveWatch: watch } = record
    if (watch?.toldSeconds !== seconds) return overrides.forget(record)
    record.keepAliveWatch = { ...watch, isDoubted: true }
  }

  /**
   * It is not told what it was never told: the model may be another program's. 0 it hears with the next answer; alone it would be an
   * unload.
   */
  function tell(record: ModelRecord): void {
    const seconds = context.keepAliveSeconds(record)
    const { serverKeepsTime, sentKeepAliveSeconds, state } = record
    if (!serverKeepsTime || state !== 'ready' || record.isDropped || seconds === 0) return
    if (sentKeepAliveSeconds === null || sentKeepAliveSeconds === seconds) return
    send(record, seconds).catch(warn('a keep-alive could not be told'))
  }

  async function send(record: ModelRecord, seconds: number): Promise<void> {
    await tellNow(record, seconds)
    await refreshLoaded(record.id.hostId)
  }

  async function tellNow(record: ModelRecord, seconds: number): Promise<void> {
    const before = record.sentKeepAliveSeconds
    record.sentKeepAliveSeconds = seconds
    promises.saying(record, seconds)
    record.uses += 1
    const { hostId, name } = record.id
    try {
      await deps.provider(hostId).setKeepAlive?.(name, seconds, never.signal)
    } catch (error) {
      doubted(record, seconds, before)
      throw error
    }
    // It may have gone meanwhile, or have been told something newer.
    if (record.state === 'ready' && record.sentKeepAliveSeconds === seconds) told(record, seconds)
  }

  async function apply(record: ModelRecord, request: Request): Promise<Model> {
    const seconds = context.keepAliveSeconds(record)
    try {
      if (record.state === 'ready' && seconds === 0 && record.activeRequests.size === 0) {
        await unload(record, { ...request, reason: 'because it is not kept any longer' })
      } else if (record.state === 'ready' && record.serverKeepsTime) await send(record, seconds)
      else restart(record)
    } finally {
      context.changed(record)
    }
    return context.view(record)
  }

  function keptChanged(record: ModelRecord, by: Keeper['kind']): void {
    const isKept = deps.keptBy(record.id) !== null
    const seconds = context.keepAliveSeconds(record)
    context.changed(record)
    if (record.state !== 'ready') return
    if (seconds === 0) return release(record, by)
    if (!record.serverKeepsTime) return restart(record)
    // What is kept is told that, whoever loaded it; what is released hears its own time only where it was told another.
    const { sentKeepAliveSeconds: sent } = record
    const isTold = sent === seconds && (seconds < 0 || !promises.isOwed(record))
    if (isTold || (sent === null && !isKept)) return
    send(record, seconds).catch(warn('a keep-alive could not be told'))
  }

  /** Not to be kept after its last use: it goes as soon as nothing of ours runs on it. */
  function release(record: ModelRecord, by: Keeper['kind']): void {
    if (record.activeRequests.size > 0) {
      record.onIdle.add(() => keptChanged(record, by))
      return
    }
    unload(record, releaseBy[by]).catch(warn('a model that is kept no longer could not be unloaded'))
  }

  function settle(hostId: string): void {
    for (const record of context.records.values()) {
      if (record.id.hostId !== hostId || !record.serverKeepsTime) continue
      claim(record)
      giveBack(record)
    }
  }

  function claim(record: ModelRecord): void {
    if (record.state !== 'ready') return
    if (record.sentKeepAliveSeconds !== null || record.isInHand || record.activeRequests.size > 0) return
    if (!deps.facts.get(record.id).isPinned && deps.keptBy(record.id) === null) return
    send(record, -1).catch(warn('a keep-alive could not be told'))
  }

  function giveBack(record: ModelRecord): void {
    const keeper = hasSchedule ? promises.overdue(record) : null
    if (keeper === null) return
    const seconds = context.keepAliveSeconds(record)
    if (seconds === 0) {
      promises.forget(record)
      return release(record, keeper.kind)
    }
    send(record, seconds)
      .then(() => noteReleased(record, keeper))
      .catch(warn('a keep-alive could not be given back'))
  }

  /** Of the schedule it is news when it lets go; of a run only what it loads and unloads is. */
  function noteReleased(record: ModelRecord, { kind, name }: Keeper): void {
    if (kind === 'rule') context.log(record, { kind: 'released', actor: 'schedule', reason: name })
  }

  async function leave(): Promise<void> {
    const kept = [...context.records.values()].filter(
      (record) => record.serverKeepsTime && record.state === 'ready' && deps.keptBy(record.id) !== null
    )
    await Promise.allSettled(
      kept.map(async (record) => {
        const seconds = context.keepAliveSeconds(record, true)
        const { hostId, name } = record.id
        if (seconds < 0) return
        await deps.provider(hostId).setKeepAlive?.(name, seconds, never.signal)
        promises.said(record, seconds)
      })
    )
  }

  return {
    secondsToTell,
    told,
    doubted,
    tell,
    apply,
    keptChanged,
    beginLook: overrides.beginLook,
    settle,
    scheduleStarted: () => void (hasSchedule = true),
    leave
  }
}
