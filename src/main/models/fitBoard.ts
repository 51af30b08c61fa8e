/** The verdict on every model of this machine, kept up to date as models, needs and memory change; and the answers to "what if". */
import { StokerError, toErrorInfo } from '../../shared/errors.ts'
import type { Prediction, Relief, WhatIf } from '../../shared/fit.ts'
import type { MemorySample } from '../../shared/memory.ts'
import type { Model, ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Need } from '../../shared/need.ts'
import { abortable } from '../lib/abortable.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { judgeFit, toPrediction } from './fit.ts'
import { areSameFits, isMuchTheSame, isSameRelief } from './fitChanges.ts'
import type { NeedBook } from './needBook.ts'
import type { Resident } from './resident.ts'
import { replacedBy } from './residents.ts'
import { judgeWhatIf, type Selected } from './whatIf.ts'

export interface FitBoardDeps {
  models: () => Model[]
  /** Throws `model_not_found` or `host_not_found`. */
  model: (id: ModelId) => Model
  residents: (sample: MemorySample | null) => Resident[]
  needs: Pick<NeedBook, 'now' | 'predict' | 'contextLengths' | 'engineOf'>
  isLocal: (hostId: string) => boolean
  usesCards: (hostId: string) => boolean
  maxLoadedModels: () => number
  /** A fresh sample. */
  memory: () => Promise<MemorySample | null>
  /** What could be unloaded under pressure now. */
  relief: () => Relief | null
  onChanged: (fits: Prediction[], relief: Relief | null) => void
  clock: Clock
  logger: Logger
}

export interface FitBoard {
  /** Of every model on this machine's hosts: with the context in force where it is loaded, else with its host's default. */
  list(): Prediction[]
  relief(): Relief | null
  /** Waits a moment for the engine's own estimate. Rejects with `model_not_found`, or when aborted. */
  predict(id: ModelId, contextLength: number | undefined, signal: AbortSignal): Promise<Prediction>
  whatIf(wishes: readonly Wish[], signal: AbortSignal): Promise<WhatIf>
  /** Models, needs, settings or the relief may have changed. Comes in bursts. */
  changed(): void
  sampled(sample: MemorySample): void
  dispose(): void
}

interface Wish {
  id: ModelId
  contextLength?: number | undefined
}

const burstMs = 50
/** While a window is open there is a sample every second. */
const freshForMs = 2_500

export function createFitBoard(deps: FitBoardDeps): FitBoard {
  const { needs, clock } = deps
  let newest: MemorySample | null = null
  /** The sample that the list was judged by. */
  let judgedBy: MemorySample | null = null
  let told: { fits: Prediction[]; relief: Relief | null } = { fits: [], relief: null }
  let cancelTimer: (() => void) | null = null
  let isDisposed = false

  function judge(
    { id, maxContextLength }: Model,
    need: Need | null,
    contextLength: number | null,
    residents: readonly Resident[],
    sample: MemorySample | null
  ): Prediction {
    const key = modelKey(id)
    const { replaced, others } = replacedBy(key, needs.engineOf(id), residents)
    const staying = others.filter(({ isLeaving }) => !isLeaving)
    const fit = judgeFit({
      need,
      needAt: (length) => needs.now(id, length),
      maxContextLength: needs.contextLengths(id).maxLength ?? maxContextLength,
      residents: others,
      replaced,
      sample: deps.isLocal(id.hostId) ? sample : null,
      usesCards: deps.usesCards(id.hostId),
      // One that is loaded already counts already.
      countToFree: residents.some((one) => one.key === key) ? 0 : staying.length + 1 - deps.maxLoadedModels()
    })
    return toPrediction(id, need, contextLength, fit)
  }

  function recompute(): void {
    cancelTimer?.()
    cancelTimer = null
    if (isDisposed) return
    judgedBy = newest
    const residents = deps.residents(newest)
    const fits = deps
      .models()
      .filter(({ id, state }) => state !== 'absent' && deps.isLocal(id.hostId))
      .map((model) => {
        const key = modelKey(model.id)
        // While it loads, only the resident knows what was asked for.
        const length = model.contextLength ?? residents.find((resident) => resident.key === key)?.contextLength ?? null
        const need = needs.now(model.id, length ?? undefined)
        return judge(model, need, length ?? defaultLength(model.id), residents, newest)
      })
    tell(fits)
  }

  /** Says nothing that nobody could see. */
  function tell(fits: Prediction[]): void {
    const relief = deps.relief()
    if (areSameFits(told.fits, fits) && isSameRelief(told.relief, relief)) return
    told = { fits, relief }
    deps.onChanged(fits, relief)
  }

  function defaultLength(id: ModelId): number | null {
    return needs.contextLengths(id).defaultLength
  }

  async function sampleNow(signal: AbortSignal): Promise<MemorySample | null> {
    if (newest !== null && clock.now() - newest.sampledAt < freshForMs) return newest
    try {
      return await abortable(deps.memory(), signal)
    } catch (error) {
      signal.throwIfAborted()
      deps.logger.warn('memory could not be looked at for a prediction', toErrorInfo(error))
      return newest
    }
  }

  async function select({ id, contextLength }: Wish, signal: AbortSignal): Promise<Selected> {
    const model = deps.model(id)
    if (!deps.isLocal(id.hostId)) {
      throw new StokerError('not_supported', `${id.name} is on another machine: it takes nothing of this one's memory.`)
    }
    const length = contextLength ?? model.contextLength ?? undefined
    const { defaultLength: usual, maxLength } = needs.contextLengths(id)
    return {
      id,
      key: modelKey(id),
      contextLength: length ?? usual,
      maxContextLength: maxLength ?? model.maxContextLength,
      // Sliders are dragged: what is known now is enough.
      need: needs.now(id, length) ?? (await needs.predict(id, length, signal)),
      needAt: (at) => needs.now(id, at),
      usesCards: deps.usesCards(id.hostId)
    }
  }

  return {
    list: () => told.fits,
    relief: () => told.relief,
    async predict(id, contextLength, signal) {
      const model = deps.model(id)
      const isLocal = deps.isLocal(id.hostId)
      const wished = contextLength ?? model.contextLength ?? undefined
      const need = isLocal ? await needs.predict(id, wished, signal) : null
      const sample = isLocal ? await sampleNow(signal) : null
      // Asked anew: it may have been loaded meanwhile.
      return judge(deps.model(id), need, wished ?? defaultLength(id), deps.residents(sample), sample)
    },
    async whatIf(wishes, signal) {
      const unique = [...new Map(wishes.map((wish) => [modelKey(wish.id), wish])).values()]
      const selection = await Promise.all(unique.map((wish) => select(wish, signal)))
      const sample = await sampleNow(signal)
      return judgeWhatIf(selection, deps.residents(sample), sample)
    },
    changed() {
      if (!isDisposed) cancelTimer ??= clock.after(burstMs, recompute)
    },
    sampled(sample) {
      newest = sample
      if (judgedBy === null || !isMuchTheSame(judgedBy, sample)) recompute()
      else tell(told.fits)
    },
    dispose() {
      isDisposed = true
      cancelTimer?.()
    }
  }
}
