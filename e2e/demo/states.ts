/** The states the screens are looked at in. */
import type { MemorySample } from '../../src/shared/memory.ts'
import type { Model } from '../../src/shared/model.ts'
import {
  activity,
  card,
  engineHost,
  gb,
  history,
  loadedModel,
  memoryPool,
  minute,
  model,
  ollamaHost,
  sample,
  settings
} from './parts.ts'
import type { DemoState } from './state.ts'

function stateOf(models: Model[], changes: Partial<DemoState> = {}): DemoState {
  return {
    info: {
      version: '0.1.0',
      platform: 'darwin',
      dataDirectory: '/Users/ada/Library/Application Support/Stoker',
      modelsDirectory: '/Users/ada/Library/Application Support/Stoker/models',
      startedAt: Date.now() - 3 * 60 * minute,
      problems: []
    },
    hosts: [ollamaHost(), engineHost()],
    models,
    sample: sample(models),
    points: history(models),
    events: activity(models),
    settings: settings(),
    operations: [],
    details: {},
    needSource: null,
    isRefusing: false,
    isUnloadSeen: true,
    isLive: false,
    isSilent: false,
    loadMs: 3_000,
    ...changes
  }
}

function everyday(): Model[] {
  const day = 24 * 60 * minute
  return [
    loadedModel('qwen3:8b', 7.91 * gb, {
      contextLength: 16_384,
      loadedBy: 'a script',
      loadedAt: Date.now() - 31 * minute,
      unloadsAt: Date.now() + 1_452_500
    }),
    loadedModel('llama3.2:3b', 3.1 * gb, {
      isPinned: true,
      activeRequests: 1,
      tokensPerSecond: 31.4,
      parameters: '3.2B',
      sizeBytes: 2 * gb,
      architecture: 'llama',
      loadedAt: Date.now() - 75 * minute,
      keepAliveSeconds: -1
    }),
    loadedModel('gemma3:1b', 1.2 * gb, {
      parameters: '1.0B',
      contextLength: 4_096,
      sizeBytes: 0.8 * gb,
      loadedAt: Date.now() - 12 * minute,
      unloadsAt: Date.now() + 252_500
    }),
    model('mistral-small:22b', {
      parameters: '22.2B',
      sizeBytes: 12.9 * gb,
      lastUsedAt: Date.now() - day,
      lastLoadMs: 14_100
    }),
    model('deepseek-r1:8b', { lastUsedAt: Date.now() - 3 * day, lastLoadMs: 4_100 }),
    model('phi4-mini:3.8b', {
      parameters: '3.8B',
      sizeBytes: 2.9 * gb,
      heldBytes: 1.4 * gb,
      state: 'loading',
      stateSinceAt: Date.now() - 3_400,
      lastLoadMs: 6_000,
      operationId: 'load-phi4'
    }),
    model('llama3.3:70b', { parameters: '70.6B', sizeBytes: 42.5 * gb }),
    model('nomic-embed-text', {
      parameters: '137M',
      quantization: 'F16',
      sizeBytes: 0.274 * gb,
      capabilities: ['embedding']
    })
  ]
}

const details: DemoState['details'] = {
  'ollama/qwen3:8b': {
    id: { hostId: 'ollama', name: 'qwen3:8b' },
    template:
      '{{- if .System }}<|im_start|>system\n{{ .System }}<|im_end|>\n{{ end }}<|im_start|>user\n{{ .Prompt }}<|im_end|>',
    system: null,
    license: null,
    parametersText: 'temperature 0.6\ntop_k 20\ntop_p 0.95',
    metadata: [
      { key: 'general.architecture', value: 'qwen3' },
      { key: 'qwen3.block_count', value: 36 },
      { key: 'qwen3.context_length', value: 40_960 },
      { key: 'qwen3.embedding_length', value: 4_096 }
    ],
    path: null,
    memoryParts: [
      { label: 'Weights', bytes: 5.18 * gb },
      { label: 'Context, 16,384 tokens', bytes: 2.42 * gb },
      { label: 'Compute', bytes: 0.31 * gb }
    ],
    predicted: {
      bytes: 7.88 * gb,
      plusMinusBytes: 0.16 * gb,
      source: 'engine',
      contextLength: 16_384,
      parts: [
        { kind: 'weights', bytes: 5.18 * gb },
        { kind: 'context', bytes: 2.42 * gb },
        { kind: 'compute', bytes: 0.28 * gb }
      ]
    }
  }
}

function many(count: number): Model[] {
  const names = [
    'qwen3-coder-next-instruct',
    'hf.co/bartowski/Meta-Llama-3.1-Nemotron-70B-Instruct-HF-GGUF',
    'mistral-small3.2'
  ]
  return Array.from({ length: count }, (_, index) => {
    const name = `${names[index % names.length] ?? ''}:${index + 1}b-q4_K_M`
    const sizeBytes = (0.4 + ((index * 37) % 90) / 7) * gb
    const isLoaded = index % 40 === 7
    return isLoaded
      ? loadedModel(name, sizeBytes, { sizeBytes })
      : model(name, { sizeBytes, parameters: `${index + 1}B` })
  })
}

function smallFive(): Model[] {
  return [
    loadedModel('llama3.2:3b', 2.9 * gb, { parameters: '3.2B', sizeBytes: 2 * gb, unloadsAt: Date.now() + 540_500 }),
    model('qwen3:8b', { lastLoadMs: 6_200 }),
    model('gemma3:1b', { parameters: '1.0B', sizeBytes: 0.8 * gb }),
    model('mistral:7b', { parameters: '7.2B', sizeBytes: 4.1 * gb }),
    model('stoker-sample-medium', {
      id: { hostId: 'builtin', name: 'stoker-sample-medium' },
      providerKind: 'llamacpp',
      parameters: '151M',
      quantization: 'F16',
      sizeBytes: 0.302 * gb,
      isSample: true
    })
  ]
}

function failed(): Model[] {
  const error = {
    code: 'unknown_architecture' as const,
    message: 'This engine does not know the architecture “glm5”.',
    hint: 'Update the engine, or take another build of the model.'
  }
  const models = smallFive()
  models.splice(1, 1, model('glm5:9b', { state: 'failed', stateSinceAt: Date.now() - minute, error }))
  return models
}

function withCards(models: Model[], cards: ReturnType<typeof card>[]): MemorySample {
  const pools = cards.map(({ pool }) => pool)
  const sum = (part: 'limitBytes' | 'reserveBytes' | 'budgetBytes') =>
    pools.reduce((total, pool) => total + pool[part], 0)
  return sample(models, {
    gpus: cards.map(({ gpu }) => gpu),
    pools: [...pools, memoryPool(64 * gb, 4 * gb, { source: 'RAM' })],
    machine: 'Ryzen 9, 64 GB',
    totalBytes: 64 * gb,
    availableBytes: 51.2 * gb,
    limitBytes: sum('limitBytes'),
    reserveBytes: sum('reserveBytes'),
    budgetBytes: sum('budgetBytes')
  })
}

/** As STOKER_SIMULATE_MEMORY_GB=16 and STOKER_SIMULATE_CHIP="Apple M4" would show it. */
function simulatedSample(models: Model[]): MemorySample {
  const mib = 2 ** 20
  const pool = memoryPool(12_124 * mib, 4_096 * mib, { quality: 'estimated' })
  return sample(models, {
    machine: 'Apple M4, 16 GB',
    simulated: '16 GB, Apple M4',
    totalBytes: 16_384 * mib,
    otherBytes: 5.1 * gb,
    limitBytes: pool.limitBytes,
    reserveBytes: pool.reserveBytes,
    budgetBytes: pool.budgetBytes,
    budgetQuality: 'estimated',
    pools: [pool]
  })
}

export const demoStates: Record<string, () => DemoState> = {
  everyday: () => stateOf(everyday(), { details }),
  empty: () =>
    stateOf([], {
      hosts: [
        ollamaHost({ status: 'down', version: null, error: noAnswer, nextCheckAt: Date.now() + 24_500 }),
        engineHost()
      ]
    }),
  five: () => stateOf(smallFive()),
  failed: () => stateOf(failed()),
  forty: () => stateOf(many(40)),
  twoHundred: () => stateOf(many(200), { isLive: true }),
  hostDown: () =>
    stateOf(
      everyday().map((each) =>
        each.state === 'unloaded' ? each : { ...each, state: 'unloaded', heldBytes: null, activeRequests: 0 }
      ),
      {
        hosts: [ollamaHost({ status: 'down', error: noAnswer, nextCheckAt: Date.now() + 24_500 }), engineHost()],
        sample: sample([], { pressure: 'warn' })
      }
    ),
  stale: () => {
    const models = everyday()
    return stateOf(models, {
      sample: sample(models, { isStale: true, sampledAt: Date.now() - 12_500, pressure: null })
    })
  },
  unknown: () => {
    const models = everyday()
    const unknown = { otherBytes: null, availableBytes: null, usedBytes: null, budgetBytes: null, pressure: null }
    return stateOf(models, { sample: sample(models, unknown) })
  },
  transfers: () => {
    const id = { hostId: 'ollama', name: 'qwen3-coder:30b' }
    const progress = {
      kind: 'transfer' as const,
      status: 'pulling 1194192cf2a1',
      completedBytes: 8.1 * gb,
      totalBytes: 18.6 * gb,
      bytesPerSecond: 41_000_000,
      remainingMs: 256_000
    }
    const startedAt = Date.now() - 200_000
    return stateOf(smallFive(), {
      operations: [{ id: 'pull-00000001', kind: 'pull', modelId: id, startedAt, progress }]
    })
  },
  card: () => {
    const models = everyday().map((each) => (each.id.name === 'gemma3:1b' ? { ...each, gpuBytes: 0 } : each))
    return stateOf(models, { sample: withCards(models, [card('0', 'RTX 4090', 13.9 * gb)]) })
  },
  cards: () => {
    const models = everyday()
    const two = [card('0', 'RTX 3090', 15.1 * gb), card('1', 'RTX 3090', 3.2 * gb)]
    return stateOf(models, { sample: withCards(models, two) })
  },
  pressure: () => {
    const models = everyday()
    return stateOf(models, { sample: sample(models, { pressure: 'warn', otherBytes: 14.9 * gb }), isUnloadSeen: false })
  },
  simulated: () => {
    const models = smallFive()
    models.push(model('phi4:14b', { parameters: '14.7B', sizeBytes: 9.1 * gb }))
    models.push(model('llama3.3:70b', { parameters: '70.6B', sizeBytes: 42.5 * gb }))
    return stateOf(models, { sample: simulatedSample(models) })
  },
  refusing: () => stateOf(smallFive(), { isRefusing: true }),
  rough: () => stateOf(everyday(), { needSource: 'file_size' }),
  /** Other programs leave little, the numbers do not add up, and one context is long. */
  tight: () => {
    const models = everyday().filter(({ state }) => state !== 'loading')
    const warning = 'Models and other programs together are 1.2 GB more than is used in all.'
    return stateOf(models, { sample: sample(models, { otherBytes: 18.4 * gb, warning }) })
  },
  firstMoment: () => stateOf([], { isSilent: true }),
  working: () => stateOf(smallFive(), { isLive: true })
}

const noAnswer = {
  code: 'server_down' as const,
  message: 'Ollama does not answer at 127.0.0.1:11434.',
  hint: 'Start Ollama, or install it from ollama.com.'
}
