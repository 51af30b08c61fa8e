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

/** Let it in, wait, or unload this one. */
type Step = 'admit' | 'wait' | ModelRecord

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
    const passed: Asking[] = []
    for (const asking of line) {
      if (asking === first || asking.isLetIn || asking.load.controller.signal.aborted) continue
      if (mayPass(asking, first, passed, sample)) {
        for (const one of [first, ...passed]) one.passers.add(modelKey(asking.record.id))
        letIn(asking)
      } else passed.push(asking)
    }
  }

  /** Nobody has to go for it; the first one would still find its room, and nobody else whom it passes would be refused for it. */
  function mayPass(asking: Asking, first: Asking, passed: readonly Asking[], sample: MemorySample | null): boolean {
    const { record, need } = asking
    const isMeasured = need === null ? !deps.isLocal(record.id.hostId) : sample !== null
    if (!isMeasured || !fitsNow(asking, sample)) return false
    const newcomer = newcomerOf(context, record, need)
    if (outlook(first, [newcomer], sample) !== 'wait') return false
    return passed.every((one) => outlook(one, [newcomer], sample) !== null || outlook(one, [], sample) === null)
  }

  function fitsNow({ record, load, need }: Asking, sample: MemorySample | null): boolean {
    try {
      const now = lookAt(record, need, need && sample, (others) => others)
      return decide({ record, load, need, stuck: new Map() }, now) === 'admit'
    } catch {
      return false
    }
  }

  /** What it would have to do beside these newcomers if all who passed it stayed for ever; null: there would be no room for it. */
  function outlook(one: Asking, newcomers: readonly Resident[], sample: MemorySample | null): Step | null {
    const stays = (other: Resident): Resident => (one.passers.has(other.key) ? { ...other, isPinned: true } : other)
    // A load is refused only beyond its margin; here it is to fit within.
    const claim = one.need && { ...one.need, bytes: one.need.bytes + one.need.plusMinusBytes }
    try {
      const look = lookAt(one.record, claim, claim && sample, (others) => [
        ...others.map(stuckAsBusy(one)).map(stays),
        ...newcomers
      ])
      const { memoryBlockedBy } = look.judgement
      return memoryBlockedBy === null || memoryBlockedBy === 'busy' ? decide(one, look) : null
    } catch {
      return null
    }
  }

  /** What to do next: let it in, wait, or unload somebody. Throws what refuses it. */
  function decide(
    { record, load, need, stuck }: Pick<Asking, 'record' | 'load' | 'need' | 'stuck'>,
    { judgement, staying, mustWait }: Look
  ): Step {
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
