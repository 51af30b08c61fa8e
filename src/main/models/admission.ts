/**
 * Who is let into memory, and who has to go for it, by number and by bytes: decided for one model at a time, or two would count on the
 * same room.
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
import { isIdleSoon } from './residents.ts'
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
}

export function createAdmission(context: ModelContext, evict: Evict): Admission {
  const { deps } = context
  const turns = new PQueue({ concurrency: 1 })
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
      const look = lookAt(record, need, calm, asking.stuck)
      const next = decide(asking, look)
      if (next === 'admit') break
      if (next === 'wait') await abortable(context.nextMove(), signal)
      else await abortable(makeGo(next, asking, look), signal)
    }
    record.isAdmitted = true
    record.needBytes = need?.bytes ?? null
    context.changed(record)
  }

  /** What to do next: let it in, wait, or unload somebody. Throws what refuses it. */
  function decide(
    { record, load, need, stuck }: Asking,
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
      const makingRoom = turns.add(() => makeRoom({ record, load, need, stuck: new Map() }))
      await abortable(makingRoom, load.controller.signal)
    }
  }
}
