/** The models of the demonstration: an everyday machine, a small one, long lists, and one that fails. */
import type { Model, ModelDetails } from '../../src/shared/model.ts'
import { gb, loadedModel, minute, model } from './parts.ts'

export function everyday(): Model[] {
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

export const details: Readonly<Record<string, ModelDetails>> = {
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

export function many(count: number): Model[] {
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

export function smallFive(): Model[] {
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

export function failed(): Model[] {
  const error = {
    code: 'unknown_architecture' as const,
    message: 'This engine does not know the architecture “glm5”.',
    hint: 'Update the engine, or take another build of the model.'
  }
  const models = smallFive()
  models.splice(1, 1, model('glm5:9b', { state: 'failed', stateSinceAt: Date.now() - minute, error }))
  return models
}
