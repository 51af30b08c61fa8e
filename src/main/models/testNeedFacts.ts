/** Facts of models for tests: metadata as GGUF and /api/show have them. */
import type { ModelMetadata, NeedFacts } from '../providers/provider.ts'

type MetadataValue = NonNullable<ReturnType<ModelMetadata['get']>>

/** Keys without the architecture before them; undefined ones are left out. */
export function metadataOf(architecture: string, keys: Record<string, MetadataValue | undefined>): ModelMetadata {
  const entries = Object.entries(keys).flatMap(([key, value]): [string, MetadataValue][] =>
    value === undefined ? [] : [[`${architecture}.${key}`, value]]
  )
  return new Map<string, MetadataValue>([['general.architecture', architecture], ...entries])
}

export function factsOf(overrides: Partial<NeedFacts> = {}): NeedFacts {
  return {
    fingerprint: 'a',
    path: null,
    weightsBytes: null,
    projectorBytes: 0,
    metadata: null,
    tensors: null,
    defaultContextLength: 4_096,
    maxContextLength: null,
    parallel: 1,
    cacheType: 'f16',
    engineVersion: 'engine 1',
    ...overrides
  }
}
