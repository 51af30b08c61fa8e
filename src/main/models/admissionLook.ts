/** What an admission sees at one moment: who is in memory, what the newcomer needs, and how the two go together. */
import { toErrorInfo } from '../../shared/errors.ts'
import type { MemorySample } from '../../shared/memory.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Need } from '../../shared/need.ts'
import { abortable } from '../lib/abortable.ts'
import { judgeLoad, type FitInput, type Judgement } from './fit.ts'
import type { ModelContext } from './modelContext.ts'
import type { ModelRecord, SharedLoad } from './modelRecord.ts'
import type { Resident } from './resident.ts'
import { replacedBy, residentsOf } from './residents.ts'

/** Never kept across an await: everything may have changed. */
export interface Look {
  judgement: Judgement
  /** In memory and not on the way out. */
  staying: Resident[]
  /** What is on the way out must be gone first. */
  mustWait: boolean
}

/** A sampler that hangs must not hold back loads: without a sample only the number counts. */
const sampleLimitMs = 3_000

export function createAdmissionLook(context: ModelContext) {
  const { deps } = context
  const needs = new WeakMap<SharedLoad, Need | null>()

  function judge(
    record: ModelRecord,
    input: Pick<FitInput, 'need' | 'residents' | 'replaced' | 'sample' | 'countToFree'>
  ) {
    const { id, installed } = record
    return judgeLoad({
      ...input,
      needAt: (contextLength) => deps.needNow(id, contextLength),
      maxContextLength: installed?.maxContextLength ?? null,
      usesCards: deps.usesCards(id.hostId)
    })
  }

  function placeOf({ id }: ModelRecord, sample: MemorySample | null): ReturnType<typeof replacedBy> {
    return replacedBy(modelKey(id), deps.engineOf(id), residentsOf(context, sample))
  }

  /** `seen`: the others as this newcomer has to take them. */
  function lookAt(
    record: ModelRecord,
    need: Need | null,
    sample: MemorySample | null,
    seen: (others: Resident[]) => Resident[]
  ): Look {
    const limit = deps.maxLoadedModels()
    const { replaced, others } = placeOf(record, sample)
    const residents = seen(others)
    const staying = residents.filter(({ isLeaving }) => !isLeaving)
    const over = ({ fit }: Judgement): number => fit.sum.overBytes ?? 0
    const judgeWith = (all: Resident[]): Judgement =>
      judge(record, { need, sample, residents: all, replaced, countToFree: all.length + 1 - limit })
    const judgement = judgeWith(staying)
    const untilTheyAreGone = judgeWith(residents.map((resident) => ({ ...resident, isLeaving: false })))
    const hasLeaving = staying.length < residents.length
    const mustWait = hasLeaving && (residents.length >= limit || over(untilTheyAreGone) > over(judgement))
    return { judgement, staying, mustWait }
  }

  /** A loaded model as if it were loaded anew; null without a sample. */
  async function judgeAnew(record: ModelRecord, need: Need, signal: AbortSignal): Promise<Look | null> {
    const sample = await sampleNow(signal)
    if (sample === null) return null
    const { replaced, others } = placeOf(record, sample)
    const staying = others.filter(({ isLeaving }) => !isLeaving)
    const judgement = judge(record, { need, sample, residents: staying, replaced, countToFree: 0 })
    return { judgement, staying, mustWait: false }
  }

  /** Asked once for each load. Null when unknown, and for models of other machines: what those need is not of this memory. */
  async function needOf(record: ModelRecord, load: SharedLoad): Promise<Need | null> {
    const known = needs.get(load)
    if (known !== undefined) return known
    const need = await askNeed(record, load)
    needs.set(load, need)
    return need
  }

  async function askNeed(record: ModelRecord, { contextLength, controller }: SharedLoad): Promise<Need | null> {
    const { signal } = controller
    const { id } = record
    if (!deps.isLocal(id.hostId)) return null
    const quick = deps.needNow(id, contextLength)
    if (quick !== null && (await hasPlentyOfRoom(record, quick, signal))) return quick
    try {
      return await abortable(deps.predictNeed(id, contextLength, signal), signal)
    } catch (error) {
      signal.throwIfAborted()
      deps.logger.warn(`what ${id.name} needs could not be predicted`, toErrorInfo(error))
      return quick
    }
  }

  /** Even at its worst it fits beside everyone: a better estimate is not worth waiting for. */
  async function hasPlentyOfRoom(record: ModelRecord, quick: Need, signal: AbortSignal): Promise<boolean> {
    const worst = { ...quick, bytes: quick.bytes + quick.plusMinusBytes }
    const look = await judgeAnew(record, worst, signal)
    return look === null || look.judgement.fit.verdict === 'fits' || look.judgement.fit.verdict === 'unknown'
  }

  async function sampleNow(signal: AbortSignal): Promise<MemorySample | null> {
    const late = Promise.withResolvers<null>()
    const cancel = deps.clock.after(sampleLimitMs, () => late.resolve(null))
    try {
      return await abortable(Promise.race([deps.memory(), late.promise]), signal)
    } catch (error) {
      signal.throwIfAborted()
      deps.logger.warn('memory could not be looked at before a load', toErrorInfo(error))
      return null
    } finally {
      cancel()
    }
  }

  return { lookAt, judgeAnew, needOf, sampleNow }
}
