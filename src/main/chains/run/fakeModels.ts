/** A model manager for tests of runs: loads evict the least recently used, answers keep a model busy, and everything is written down. */
import { abortedError, StokerError } from '../../../shared/errors.ts'
import type { GenerateResult, Model, ModelId } from '../../../shared/model.ts'
import { modelKey } from '../../../shared/modelKey.ts'
import type { FakeClock } from '../../lib/fakeClock.ts'
import type { Resident } from '../../models/resident.ts'
import type { GenerateWish } from '../../models/modelRequests.ts'
import type { ManagedModels } from './runModels.ts'

export interface FakeModel {
  name: string
  bytes: number
  state: 'unloaded' | 'loading' | 'ready'
  isPinned: boolean
  active: number
  usedAt: number
  loadedAt: number | null
  keepAliveSeconds: number
}

export interface FakeModels extends ManagedModels {
  all: Map<string, FakeModel>
  /** "load a", "unload a for b", "ask a: prompt". */
  calls: string[]
  kept: string[][]
  /** Bytes at any moment. */
  peak: number
  onMoved: () => void
  /** Answers the text, or throws; by default the name and the prompt. */
  answer: (name: string, wish: GenerateWish) => string | Promise<string>
  /** Of every answer. */
  doneReason: 'stop' | 'length'
  /** Before it is loaded; may throw. */
  loading: (name: string, signal: AbortSignal) => void | Promise<void>
  /** Of another program or a person. */
  take(name: string): void
  ready(): string[]
  loads(): number
}

interface FakeDeps {
  sizes: Record<string, number>
  budget: number
  answerMs: number
  clock: FakeClock
  keptBy: (id: ModelId) => Model['keptBy']
}

/** Names of models on another host begin with "far". */
export const idOf = (name: string): ModelId => ({ hostId: name.startsWith('far') ? 'g' : 'h', name })

export function createFakeModels({ sizes, budget, answerMs, clock, keptBy }: FakeDeps): FakeModels {
  const all = new Map<string, FakeModel>()
  for (const [name, bytes] of Object.entries(sizes)) {
    all.set(name, {
      name,
      bytes,
      state: 'unloaded',
      isPinned: false,
      active: 0,
      usedAt: 0,
      loadedAt: null,
      keepAliveSeconds: 600
    })
  }
  let ticks = 0
  const running = new Map<string, Promise<void>>()
  const require = ({ name }: ModelId): FakeModel => {
    const model = all.get(name)
    if (!model) throw new StokerError('model_not_found', `There is no model "${name}" on this host.`)
    return model
  }
  const held = (): number =>
    [...all.values()].reduce((sum, { state, bytes }) => sum + (state === 'unloaded' ? 0 : bytes), 0)

  function unload(model: FakeModel, why = ''): void {
    model.state = 'unloaded'
    model.loadedAt = null
    fake.calls.push(`unload ${model.name}${why}`)
    fake.onMoved()
  }

  function makeRoom(model: FakeModel): void {
    while (held() + model.bytes > budget) {
      const [victim] = [...all.values()]
        .filter((one) => one !== model && one.state === 'ready' && one.active === 0 && !one.isPinned)
        .sort(
          (a, b) => Number(keptBy(idOf(a.name)) !== null) - Number(keptBy(idOf(b.name)) !== null) || a.usedAt - b.usedAt
        )
      if (!victim) throw new StokerError('does_not_fit', `${model.name} does not fit.`)
      unload(victim, ` for ${model.name}`)
    }
  }

  async function load(model: FakeModel, signal: AbortSignal): Promise<void> {
    makeRoom(model)
    model.state = 'loading'
    fake.calls.push(`load ${model.name}`)
    fake.peak = Math.max(fake.peak, held())
    try {
      await fake.loading(model.name, signal)
      await clock.advance(answerMs)
      if (signal.aborted) throw abortedError()
      model.state = 'ready'
      model.loadedAt = ticks += 1
      model.usedAt = ticks
    } catch (error) {
      model.state = 'unloaded'
      throw error
    } finally {
      fake.onMoved()
    }
  }

  async function ensure(id: ModelId, wish: { signal?: AbortSignal | undefined; onLoad?: GenerateWish['onLoad'] }) {
    const model = require(id)
    wish.signal?.throwIfAborted()
    const others = running.get(id.name)
    if (model.state === 'ready') return
    const work =
      others ?? load(model, wish.signal ?? new AbortController().signal).finally(() => running.delete(id.name))
    running.set(id.name, work)
    await work
    wish.onLoad?.({ loadMs: answerMs, isShared: others !== undefined })
  }

  const fake: FakeModels = {
    all,
    calls: [],
    kept: [],
    peak: 0,
    doneReason: 'stop',
    onMoved: () => {},
    answer: (name, { prompt }) => `${name}(${prompt})`,
    loading: () => {},
    take: (name) => unload(require(idOf(name)), ' by others'),
    ready: () => [...all.values()].flatMap(({ name, state }) => (state === 'ready' ? [name] : [])),
    loads: () => fake.calls.filter((call) => call.startsWith('load ')).length,
    get: (id) => view(require(id), keptBy(id)),
    async ensureLoaded(id, wish) {
      await ensure(id, wish)
      return fake.get(id)
    },
    async generate(id, wish): Promise<GenerateResult> {
      const { signal } = wish
      signal?.throwIfAborted()
      const model = require(id)
      await ensure(id, wish)
      model.active += 1
      model.usedAt = ticks += 1
      fake.calls.push(`ask ${id.name}: ${wish.prompt}`)
      try {
        const answering = Promise.resolve(fake.answer(id.name, wish))
        const text = await Promise.race([answering, whenAborted(signal)])
        await clock.advance(answerMs)
        if (signal?.aborted) throw abortedError()
        wish.onText?.(text)
        return {
          text,
          promptTokens: 5,
          outputTokens: 3,
          firstTokenMs: 1,
          tokensPerSecond: 10,
          doneReason: fake.doneReason
        }
      } finally {
        model.active -= 1
        if (model.keepAliveSeconds === 0 && model.active === 0 && keptBy(id) === null && model.state === 'ready') {
          unload(model, ' by keep-alive')
        }
        fake.onMoved()
      }
    },
    async countTokens() {
      return null
    },
    async unloadIfIdle(id) {
      const model = require(id)
      if (model.state !== 'ready' || model.active > 0 || model.isPinned) return null
      unload(model)
      return { bytesReturned: model.bytes, durationMs: 1, verified: true, evidence: null }
    },
    keptChanged: (ids) => void fake.kept.push(ids.map(({ name }) => name)),
    residents: () =>
      [...all.values()].filter(({ state }) => state !== 'unloaded').map((model) => resident(model, keptBy))
  }
  return fake
}

function whenAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(abortedError()), { once: true }))
}

function resident({ name, bytes, state, active, isPinned, usedAt }: FakeModel, keptBy: FakeDeps['keptBy']): Resident {
  const id = idOf(name)
  return {
    id,
    key: modelKey(id),
    engine: modelKey(id),
    isLocal: true,
    usesCards: false,
    heldBytes: state === 'ready' ? bytes : null,
    gpuBytes: null,
    needBytes: bytes,
    contextLength: 2_048,
    isPinned,
    isKept: keptBy(id) !== null,
    isBusy: state === 'loading' || active > 0,
    isLoading: state === 'loading',
    isLeaving: false,
    lastUsedAt: usedAt,
    reloadMs: 1
  }
}

function view(
  { name, bytes, state, isPinned, loadedAt, keepAliveSeconds, active }: FakeModel,
  keptBy: Model['keptBy']
): Model {
  return {
    id: idOf(name),
    providerKind: 'llamacpp',
    state,
    stateSinceAt: 0,
    sizeBytes: bytes,
    heldBytes: state === 'ready' ? bytes : null,
    heldQuality: 'measured',
    gpuBytes: 0,
    contextLength: state === 'ready' ? 2_048 : null,
    maxContextLength: 4_096,
    parameters: '1B',
    quantization: null,
    architecture: null,
    capabilities: null,
    digest: null,
    isSample: false,
    isPinned,
    keepAliveSeconds,
    keptBy,
    keepAliveOverride: null,
    unloadsAt: null,
    activeRequests: active,
    tokensPerSecond: null,
    loadProgress: null,
    isLoadLate: false,
    loadedAt,
    loadedBy: null,
    lastLoadMs: null,
    lastUsedAt: null,
    operationId: null,
    error: null
  }
}
