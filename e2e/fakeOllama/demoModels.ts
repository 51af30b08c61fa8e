/** Four models as the public library has them, in their real shapes: what fits beside what can be shown without a download. */
import type { FakeModelSpec } from './fakeModel.ts'
import { weightsBytes, type FakeShape } from './modelShape.ts'

const llama3b: FakeShape = {
  layers: 28,
  embedding: 3_072,
  feedForward: 8_192,
  heads: 24,
  keyValueHeads: 8,
  headLength: 128,
  vocabulary: 128_256,
  isTied: true,
  hasBias: false,
  ropeBase: 500_000
}

const qwen7b: FakeShape = {
  layers: 28,
  embedding: 3_584,
  feedForward: 18_944,
  heads: 28,
  keyValueHeads: 4,
  headLength: 128,
  vocabulary: 152_064,
  isTied: false,
  hasBias: true,
  ropeBase: 1_000_000
}

const qwen14b: FakeShape = {
  ...qwen7b,
  layers: 48,
  embedding: 5_120,
  feedForward: 13_824,
  heads: 40,
  keyValueHeads: 8
}

const llama70b: FakeShape = {
  ...llama3b,
  layers: 80,
  embedding: 8_192,
  feedForward: 28_672,
  heads: 64,
  isTied: false
}

/** Beside its tensors a file holds its vocabulary, and some padding. */
const headerBytes = 7_000_000

function demo(family: string, parameterSize: string, contextLength: number, shape: FakeShape): FakeModelSpec {
  return {
    family,
    parameterSize,
    contextLength,
    shape,
    quantization: 'Q4_K_M',
    sizeBytes: Math.round(weightsBytes(shape)) + headerBytes,
    capabilities: ['completion', 'tools']
  }
}

export const demoModels: Record<'llama3.2:3b' | 'qwen2.5:7b' | 'qwen2.5:14b' | 'llama3.3:70b', FakeModelSpec> = {
  'llama3.2:3b': demo('llama', '3.2B', 131_072, llama3b),
  'qwen2.5:7b': demo('qwen2', '7.6B', 32_768, qwen7b),
  'qwen2.5:14b': demo('qwen2', '14.8B', 32_768, qwen14b),
  'llama3.3:70b': demo('llama', '70.6B', 131_072, llama70b)
}
