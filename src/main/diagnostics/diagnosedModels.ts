/** The part of the model manager that diagnostics use, with an end to every call as soon as the run is cancelled. */
import { randomUUID } from 'node:crypto'
import type { Actor } from '../../shared/activity.ts'
import type { UnloadResult } from '../../shared/contract.ts'
import type { GenerateResult, Model, ModelId } from '../../shared/model.ts'
import { sameModel } from '../../shared/modelKey.ts'

interface Wish {
  actor: Actor
  reason: string | null
  operationId: string
}

/** As the model manager has it. */
export interface ManagedModels {
  list(): Model[]
  ensureLoaded(id: ModelId, wish: Wish & { contextLength?: number }): Promise<Model>
  /** `isWarmup`: nobody's own request, so it counts neither as use nor as time saved. */
  generate(
    id: ModelId,
    wish: Wish & { prompt: string; options: { temperature: number; maxTokens: number }; isWarmup: true }
  ): Promise<GenerateResult>
  unload(id: ModelId, wish: Wish): Promise<UnloadResult>
}

/** As the model library has it. */
export interface SampleLibrary {
  createSample(
    hostId: string,
    size: 'small',
    request: { actor: Actor; reason: string | null },
    operationId: string
  ): Promise<Model>
  copy(id: ModelId, newName: string, request: { actor: Actor; reason: string | null }): Promise<void>
  remove(id: ModelId, request: { actor: Actor; reason: string | null }): Promise<void>
}

interface DiagnosedModelDeps {
  models: ManagedModels
  library: SampleLibrary
  /** The host that writes sample models. */
  sampleHostId: string
  /** Ends the operation of that id. */
  cancel: (operationId: string) => void
}

export interface DiagnosedModels {
  list(): Model[]
  /** Undefined: its host does not list it. */
  find(id: ModelId): Model | undefined
  load(id: ModelId, reason: string, signal: AbortSignal, contextLength?: number | null): Promise<Model>
  /** One simple question, the same for all. */
  ask(id: ModelId, reason: string, signal: AbortSignal): Promise<GenerateResult>
  unload(id: ModelId, reason: string, signal: AbortSignal): Promise<UnloadResult>
  /** Null where no host here writes samples, or this one is there already. */
  createSample(reason: string, signal: AbortSignal): Promise<Model | null>
  /** A second one, from the sample that is there; null where there is none, or two already. */
  copySample(reason: string, signal: AbortSignal): Promise<Model | null>
  remove(id: ModelId, reason: string): Promise<void>
}

const sampleName = 'stoker-sample-small'
const secondSampleName = `${sampleName}-2`
const question = { prompt: 'Name three colours.', options: { temperature: 0, maxTokens: 32 } }

export function createDiagnosedModels(deps: DiagnosedModelDeps): DiagnosedModels {
  const { models, library, sampleHostId, cancel } = deps

  /** Runs one call under an operation of its own, which ends with the signal. */
  async function call<Result>(
    reason: string,
    signal: AbortSignal,
    work: (wish: Wish) => Promise<Result>
  ): Promise<Result> {
    signal.throwIfAborted()
    const operationId = randomUUID()
    const onAbort = (): void => cancel(operationId)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await work({ actor: 'diagnostics', reason, operationId })
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  const find = (id: ModelId): Model | undefined => models.list().find((model) => sameModel(model.id, id))
  const sample: ModelId = { hostId: sampleHostId, name: sampleName }
  const secondSample: ModelId = { hostId: sampleHostId, name: secondSampleName }

  return {
    list: () => models.list(),
    find,
    load: (id, reason, signal, contextLength = null) =>
      call(reason, signal, (wish) =>
        models.ensureLoaded(id, { ...wish, ...(contextLength === null ? {} : { contextLength }) })
      ),
    ask: (id, reason, signal) =>
      call(reason, signal, (wish) => models.generate(id, { ...wish, ...question, isWarmup: true })),
    unload: (id, reason, signal) => call(reason, signal, (wish) => models.unload(id, wish)),
    async createSample(reason, signal) {
      if (find(sample)) return null
      return call(reason, signal, ({ operationId, ...request }) =>
        library.createSample(sampleHostId, 'small', request, operationId)
      )
    },
    async copySample(reason, signal) {
      if (!find(sample) || find(secondSample)) return null
      signal.throwIfAborted()
      await library.copy(sample, secondSampleName, { actor: 'diagnostics', reason })
      return find(secondSample) ?? null
    },
    remove: (id, reason) => library.remove(id, { actor: 'diagnostics', reason })
  }
}

/** A model that turns text into vectors, and says nothing. Where its host does not tell, it is taken for one that speaks. */
export function isEmbeddingOnly({ capabilities }: Model): boolean {
  return capabilities !== null && capabilities.includes('embedding') && !capabilities.includes('completion')
}

/** Answers, or was asked since: not by diagnostics, which leave no trace of use. */
export function isUsedSince({ activeRequests, lastUsedAt }: Model, at: number): boolean {
  return activeRequests > 0 || (lastUsedAt !== null && lastUsedAt >= at)
}

/** In memory, or on the way there, by anybody's wish. */
export function isResident({ state }: Model): boolean {
  return state === 'ready' || state === 'loading'
}
