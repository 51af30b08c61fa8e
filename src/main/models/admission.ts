/**
 * Who is let into memory, and who has to go for it, by number and by bytes: decided for one model at a time, or two would count on the
 * same room. Whoever fits right now passes the one whose turn it is while that only waits, if the room it waits for stays enough.
 */
import PQueue from 'p-queue'
import { StokerError, toErrorInfo } from '../../shared/errors.ts'
import type { MemorySample } from '../../shared/memory.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Need } from '../../shared/need.ts'
import { abortable } from '../lib/abortable.ts'
import { createAdmissionLook, type Look } from './admissionLook.ts'
import { countReason, doesNotFit, limitReached, roomReason } from './admissionWords.ts'
import type { ModelContext, Request } from './modelContext.ts'
import type { ModelRecord, SharedLoad } from './modelRecord.ts'
import type { Resident } from './resident.ts'
import { isIdleSoon, newcomerOf } from './residents.ts'
import { calmerOf } from './room.ts'

export interface Admission {
  /**
   * Before a loaded model goes because it is loaded anew: rejects with `does_not_fit` where that is sure to be refused. Changes nothing
   * and waits for nobody.
   */
  foresee(record: ModelRecord, load: SharedLoad): Promise<void>
  /**
   * Resolves when the model may load; from then on it counts. Rejects with `limit_reached` or `does_not_fit`, or as soon as the load's
   * signal aborts.
   */
  admit(record: ModelRecord, load: SharedLoad): Promise<void>
}

type Evict = (record: ModelRecord, request: Request) => Promise<unknown>

/** One model at the door. */
interface Asking {
  record: ModelRecord
  load: SharedLoad
  need: Need | null
  /** Could not be unloaded though it was tried, and why: by modelKey. They count as busy from then on. */
  stuck: Map<string, StokerError>
  /** Whoever was let in past it, and must not be in its way: by modelKey. */
  passers: Set<string>
  isLetIn: boolean
  letIn: () => void
}

export function createAdmission(context: ModelContext, evict: Evict): Admission {
  const { deps } = context
  const turns = new PQueue({ concurrency: 1 })
  /** In the order of their turns; the first one's is now. */
  const line = new Set<Asking>()
  const { lookAt, judgeAnew, needOf, sampleNow } = createAdmissionLook(context)

  /** Looks anew after every change: between two looks anything may have been used, pinned or unloaded. */
  async function makeRoom(asking: Asking): Promise<void> {
    const { record, load, need } = asking
    const { signal } = load.controller
    let calm: MemorySample | null = null
    for (;;) {
      signal.throwIfAborted()
      const sample = need === null ? null : await sampleNow(signal)
      // Memory that was just freed may still look used by others: that must not cost a further model.
      calm = sample && calmerOf(sample, calm)
      const look = lookAt(record, need, calm, (others) => others.map(stuckAsBusy(asking)))
      const next = decide(asking, look)
      if (next === 'admit') return letIn(asking)
      if (next === 'wait') {
        letPass(asking, sample)
        await abortable(context.nextMove(), signal)
      } else await abortable(makeGo(next, asking, look), signal)
    }
  }

  function letIn(asking: Asking): void {
    const { record, need } = asking
    asking.isLetIn = true
    record.isAdmitted = true
    record.needBytes = need?.bytes ?? null
    context.changed(record)
    asking.letIn()
  }

  /** All at one moment: nothing can come between a look and what follows from it. */
  function letPass(first: Asking, sample: MemorySample | null): void {
    for (const asking of line) {
      if (asking === first || asking.load.controller.signal.aborted || !mayPass(asking, first, sample)) continue
      first.passers.add(modelKey(asking.record.id))
      letIn(asking)
    }
  }

  /** Nobody has to go for it, and the first one would still find its room though all who passed it stay for ever. */
  function mayPass({ record, load, need }: Asking, first: Asking, sample: MemorySample | null): boolean {
    const isMeasured = need === null ? !deps.isLocal(record.id.hostId) : sample !== null
    if (!isMeasured) return false
    const stays = (one: Resident): Resident => (first.passers.has(one.key) ? { ...one, isPinned: true } : one)
    const beside = (others: Resident[]): Resident[] => [
      ...others.map(stuckAsBusy(first)).map(stays),
      newcomerOf(context, record, need)
    ]
    try {
      const now = lookAt(record, need, need && sample, (others) => others)
      if (decide({ record, load, need, stuck: new Map() }, now) !== 'admit') return false
      // A load is refused only beyond its margin; here it is to fit within.
      const claim = first.need && { ...first.need, bytes: first.need.bytes + first.need.plusMinusBytes }
      const then = lookAt(first.record, claim, claim && sample, beside)
      const { memoryBlockedBy } = then.judgement
      return decide(first, then) === 'wait' && (memoryBlockedBy === null || memoryBlockedBy === 'busy')
    } catch {
      // One of the two would be refused.
      return false
    }
  }

  /** What to do next: let it in, wait, or unload somebody. Throws what refuses it. */
  function decide(
    { record, load, need, stuck }: Pick<Asking, 'record' | 'load' | 'need' | 'stuck'>,
    { judgement, staying, mustWait }: Look
  ): 'admit' | 'wait' | ModelRecord {
    const { fit, countBlockedBy, memoryBlockedBy } = judgement
    // Who loads or unloads for somebody may go after it; and no question of the test bench is a reason to refuse a person.
    const mayHelp = staying.some((resident) => !resident.isPinned && endsSoon(resident))
    if (countBlockedBy !== null) {
      if (countBlockedBy === 'busy' && mayHelp) return 'wait'
      throw limitReached(staying)
    }
    if (!fit.isAllowed && !load.isInsisted && need !== null) {
      if (memoryBlockedBy === 'busy' && mayHelp) return 'wait'
      throw [...stuck.values()].at(-1) ?? doesNotFit(record.id.name, need, judgement, staying)
    }
    const [victim] = fit.unload
    if (victim) return recordOf(modelKey(victim))
    return mustWait ? 'wait' : 'admit'
  }

  function endsSoon({ key }: Resident): boolean {
    const record = context.records.get(key)
    return record !== undefined && isIdleSoon(record)
  }

  function recordOf(key: string): ModelRecord {
    const record = context.records.get(key)
    if (!record) throw new Error(`no record of ${key}`)
    return record
  }

  async function makeGo(victim: ModelRecord, { record, need, stuck }: Asking, { judgement }: Look): Promise<void> {
    const { fit, isByMemory } = judgement
    try {
      await evict(
        victim,
        isByMemory
          ? { actor: 'budget', reason: roomReason(record.id.name, need, fit), forLoadOf: record.id }
          : { actor: 'limit', reason: countReason(deps.maxLoadedModels()), forLoadOf: record.id }
      )
    } catch (cause) {
      const why = toErrorInfo(cause)
      const message = `${victim.id.name} could not make room: ${why.message}`
      if (!isByMemory) throw new StokerError('limit_reached', message, why.hint, { cause })
      // Another one may do, or the load be allowed all the same.
      stuck.set(modelKey(victim.id), new StokerError('does_not_fit', message, why.hint, { cause }))
    }
  }

  return {
    async foresee(record, load) {
      const need = await needOf(record, load)
      const look = need && (await judgeAnew(record, need, load.controller.signal))
      if (need === null || look === null || look.judgement.fit.isAllowed || load.isInsisted) return
      const { judgement, staying } = look
      // Nobody is waited for here: the load itself will.
      if (judgement.memoryBlockedBy === 'busy' && staying.some(endsSoon)) return
      throw doesNotFit(record.id.name, need, judgement, staying)
    },
    async admit(record, load) {
      const need = await needOf(record, load)
      const { promise: isLetIn, resolve: letIn } = Promise.withResolvers<void>()
      const asking: Asking = { record, load, need, stuck: new Map(), passers: new Set(), isLetIn: false, letIn }
      line.add(asking)
      const turn = turns.add(async () => (asking.isLetIn ? undefined : makeRoom(asking)))
      // Who waits in its turn may let it pass.
      context.wake()
      try {
        await abortable(Promise.race([turn, isLetIn]), load.controller.signal)
      } finally {
        line.delete(asking)
      }
    }
  }
}

function stuckAsBusy({ stuck }: Asking): (resident: Resident) => Resident {
  return (resident) => (stuck.has(resident.key) ? { ...resident, isBusy: true } : resident)
}
