/** The sample models Stoker can write by itself, so that everything can be tried without a download. */
import type { SampleSize } from '../../../../shared/model.ts'
import type { GgufMetadataEntry } from './ggufEncode.ts'
import { planGguf, type GgufPlan } from './ggufWriter.ts'
import { llamaMetadata, llamaTensors, type LlamaShape } from './llamaLayout.ts'

/** A sample is known by this key in its header, not by its file name: a renamed one is still a sample. */
export const sampleKey = 'stoker.sample'
const sampleTitle = 'Stoker sample (random weights)'

/** `tiny` (about 1 MB) is for tests; the rest can be asked for. */
export const sampleShapes: Record<SampleSize | 'tiny', LlamaShape> = {
  tiny: {
    embedding: 128,
    layers: 2,
    heads: 4,
    kvHeads: 2,
    feedForward: 352,
    vocabulary: 512,
    contextLength: 2048,
    weights: 'f16'
  },
  small: {
    embedding: 512,
    layers: 6,
    heads: 8,
    kvHeads: 4,
    feedForward: 1408,
    vocabulary: 8000,
    contextLength: 4096,
    weights: 'f16'
  },
  medium: {
    embedding: 1024,
    layers: 19,
    heads: 16,
    kvHeads: 4,
    feedForward: 2816,
    vocabulary: 32_000,
    contextLength: 8192,
    weights: 'q8_0'
  },
  large: {
    embedding: 2048,
    layers: 18,
    heads: 32,
    kvHeads: 8,
    feedForward: 5632,
    vocabulary: 32_000,
    contextLength: 32_768,
    weights: 'q8_0'
  }
}

export function sampleName(size: SampleSize | 'tiny'): string {
  return `stoker-sample-${size}`
}

export function planSample(size: SampleSize | 'tiny'): GgufPlan {
  const shape = sampleShapes[size]
  return planGguf(sampleMetadata(shape), llamaTensors(shape), shape.weights)
}

export function sampleMetadata(shape: LlamaShape): GgufMetadataEntry[] {
  return [...llamaMetadata(shape, sampleTitle), { key: sampleKey, value: { type: 'bool', value: true } }]
}
