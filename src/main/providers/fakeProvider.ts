/** A Provider for tests whose every load, unload and answer ends when the test says so. */
import { StokerError } from '../../shared/errors.ts'
import type { GenerateResult } from '../../shared/model.ts'
import { abortReason } from '../lib/abortReason.ts'
import type { GenerateRequest, InstalledModel, LoadedModel, LoadRequest, NeedFacts, Provider } from './provider.ts'

export interface Step<T> {
  name: string
  request: T
  finish(): void
  fail(error: Error): void
}

export interface FakeProvider extends Provider {
  installed: InstalledModel[]
  loaded: Map<string, LoadedModel>
  /** What has been asked for and not yet ended, oldest first. */
  loads: Step<LoadRequest>[]
  unloads: Step<null>[]
  answers: Step<GenerateRequest>[]
  /** Everything that was asked, in order: "load a", "unload b". */
  calls: string[]
  lose(name: string): void
}

export function installedModel(name: string): InstalledModel {
  return {
    name,
    sizeBytes: 1_000,
    maxContextLength: 4096,
    parameters: '1B',
    quantization: 'Q8_0',
    architecture: 'llama',
    capabilities: null,
    digest: null,
    isSample: false,
    problem: null
  }
}

export function loadedModel(name: string, change: Partial<LoadedModel> = {}): LoadedModel {
  return {
    name,
    heldBytes: 1_100,
    gpuBytes: 0,
    countedBytes: 100,
    heldQuality: 'measured',
    heldSource: 'test',
    contextLength: 2048,
    unloadsAt: null,
    isStopping: false,
    pid: null,
    weightsPath: null,
    allocated: null,
    ...change
  }
}

export function needFacts(name: string, change: Partial<NeedFacts> = {}): NeedFacts {
  return {
    fingerprint: `weights of ${name}`,
    path: null,
    weightsBytes: 1_000,
    projectorBytes: 0,
    metadata: null,
    tensors: null,
    defaultContextLength: 2048,
    maxContextLength: 4096,
    parallel: 1,
    cacheType: 'f16',
    engineVersion: '1 CPU',
    ...change
  }
}

const answer: GenerateResult = {
  text: 'hi',
  promptTokens: 1,
  outputTokens: 1,
  firstTokenMs: 1,
  tokensPerSecond: 10,
  doneReason: 'stop'
}

export function createFakeProvider(names: string[], keepsTime = false): FakeProvider {
  const lostListeners = new Set<Parameters<Provider['onLost']>[0]>()

  /** Puts a step in `list` and resolves, rejects or aborts with it. */
  function step<Wish, Result>(
    list: Step<Wish>[],
    name: string,
    request: Wish,
    signal: AbortSignal,
    result: () => Result
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      const end = (run: () => void): void => {
        const index = list.indexOf(entry)
        if (index < 0) return
        list.splice(index, 1)
        run()
      }
      const entry: Step<Wish> = {
        name,
        request,
        finish: () => end(() => resolve(result())),
        fail: (error) => end(() => reject(error))
      }
      list.push(entry)
      signal.addEventListener('abort', () => end(() => reject(abortReason(signal))), { once: true })
    })
  }

  const fake: FakeProvider = {
    kind: keepsTime ? 'ollama' : 'llamacpp',
    capabilities: { pull: false, copy: false, remove: false, createSample: false },
    keepsTime,
    loadsWhenAsked: keepsTime,
    answersAtOnce: null,
    installed: names.map(installedModel),
    loaded: new Map(),
    loads: [],
    unloads: [],
    answers: [],
    calls: [],
    health: async () => ({ version: '1', device: 'CPU' }),
    list: async () => fake.installed,
    inspect: async () => {
      throw new StokerError('not_supported', 'not in this fake')
    },
    describeNeed: async (name) => needFacts(name),
    listLoaded: async () => [...fake.loaded.values()],
    load(name, request, signal) {
      fake.calls.push(`load ${name}`)
      return step(fake.loads, name, request, signal, () => {
        const model = loadedModel(name, { contextLength: request.contextLength ?? 2048 })
        fake.loaded.set(name, model)
        return model
      })
    },
    unload(name, _limitMs, signal) {
      fake.calls.push(`unload ${name}`)
      return step(fake.unloads, name, null, signal, () => void fake.loaded.delete(name))
    },
    generate(name, request, signal) {
      fake.calls.push(`generate ${name}`)
      return step(fake.answers, name, request, signal, () => answer)
    },
    ...(keepsTime && { isLoading: async (name: string) => !fake.loaded.has(name) }),
    async setKeepAlive(name, seconds) {
      fake.calls.push(`keep ${name} ${seconds}`)
    },
    onLost(listener) {
      lostListeners.add(listener)
      return () => lostListeners.delete(listener)
    },
    lose(name) {
      fake.loaded.delete(name)
      for (const listener of lostListeners)
        listener(name, { code: 'engine_crashed', message: 'The engine died.', hint: null })
    },
    dispose: async () => {}
  }
  return fake
}
