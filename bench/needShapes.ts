/** The models that the need bench writes: every way in which a shape, its weights or its load can differ, one against the other. */
import type { LlamaShape } from '../src/main/providers/llamacpp/gguf/llamaLayout.ts'
import type { CacheType } from '../src/shared/need.ts'

export interface NeedCase {
  shape: LlamaShape
  contextLength: number
  cacheType: CacheType
  /** Left to the engine where it is null. */
  useMmap: boolean | null
}

type Row = [
  embedding: number,
  layers: number,
  heads: number,
  kvHeads: number,
  /** Elements of a head; 0: the embedding is shared out. */
  headLength: number,
  feedForward: number,
  vocabulary: number,
  weights: LlamaShape['weights'],
  tied: 'tied' | 'untied',
  contextLength: number,
  cacheType: CacheType,
  file: 'mapped' | 'read' | 'as usual'
]

const rows: Row[] = [
  [256, 4, 4, 4, 0, 704, 8_000, 'f16', 'untied', 512, 'f16', 'mapped'],
  [256, 12, 8, 1, 0, 704, 4_000, 'f16', 'tied', 32_768, 'f16', 'read'],
  [256, 2, 4, 2, 64, 1_024, 32_000, 'q8_0', 'untied', 2_048, 'q8_0', 'mapped'],
  [384, 8, 6, 6, 0, 1_024, 16_000, 'q4_0', 'untied', 4_096, 'f16', 'as usual'],
  [512, 6, 8, 4, 0, 1_408, 8_000, 'f16', 'untied', 4_096, 'f16', 'mapped'],
  [512, 6, 8, 8, 0, 1_408, 8_000, 'f16', 'untied', 16_384, 'q4_0', 'read'],
  [512, 16, 16, 2, 0, 1_536, 32_000, 'q8_0', 'tied', 8_192, 'q8_0', 'mapped'],
  [512, 8, 4, 1, 128, 2_048, 16_000, 'q4_0', 'tied', 32_768, 'f16', 'as usual'],
  [512, 10, 8, 2, 128, 1_408, 12_000, 'q8_0', 'untied', 16_384, 'f16', 'read'],
  [512, 24, 16, 16, 0, 1_376, 10_000, 'q8_0', 'untied', 1_024, 'f16', 'mapped'],
  [640, 10, 10, 5, 0, 1_792, 24_000, 'q4_0', 'untied', 16_384, 'q8_0', 'as usual'],
  [768, 12, 12, 12, 0, 2_048, 30_000, 'q8_0', 'untied', 1_024, 'f16', 'mapped'],
  [768, 12, 12, 4, 0, 3_072, 50_000, 'q4_0', 'tied', 8_192, 'f16', 'as usual'],
  [768, 6, 6, 2, 0, 2_048, 6_000, 'f16', 'untied', 32_768, 'q8_0', 'read'],
  [768, 16, 24, 3, 0, 2_304, 32_000, 'q4_0', 'untied', 2_048, 'q4_0', 'as usual'],
  [1_024, 8, 16, 16, 0, 2_816, 32_000, 'q8_0', 'untied', 4_096, 'f16', 'mapped'],
  [1_024, 8, 16, 4, 0, 2_816, 32_000, 'f16', 'tied', 16_384, 'f16', 'mapped'],
  [1_024, 10, 8, 1, 0, 4_096, 20_000, 'q4_0', 'untied', 32_768, 'q4_0', 'as usual'],
  [1_024, 6, 4, 1, 256, 3_584, 64_000, 'q8_0', 'tied', 8_192, 'f16', 'read'],
  [1_024, 14, 32, 8, 0, 2_048, 16_000, 'q8_0', 'untied', 512, 'q8_0', 'mapped'],
  [1_024, 12, 16, 8, 128, 3_072, 48_000, 'q4_0', 'tied', 4_096, 'f16', 'as usual'],
  [1_280, 8, 20, 4, 0, 3_456, 32_000, 'q8_0', 'untied', 32_768, 'q4_0', 'read'],
  [1_536, 10, 12, 2, 0, 4_096, 64_000, 'q4_0', 'tied', 16_384, 'f16', 'as usual'],
  [1_536, 6, 24, 24, 0, 4_096, 16_000, 'q8_0', 'untied', 8_192, 'f16', 'mapped'],
  [2_048, 6, 32, 8, 0, 5_632, 32_000, 'q4_0', 'untied', 4_096, 'f16', 'as usual'],
  [2_048, 4, 16, 2, 0, 8_192, 32_000, 'q8_0', 'untied', 32_768, 'q8_0', 'read'],
  [2_048, 4, 32, 4, 0, 5_632, 24_000, 'f16', 'tied', 2_048, 'f16', 'read'],
  [2_048, 8, 8, 4, 0, 5_504, 48_000, 'q4_0', 'tied', 8_192, 'q8_0', 'as usual']
]

export const needCases: readonly NeedCase[] = rows.map(
  ([
    embedding,
    layers,
    heads,
    kvHeads,
    headLength,
    feedForward,
    vocabulary,
    weights,
    tied,
    context,
    cacheType,
    file
  ]) => ({
    shape: {
      embedding,
      layers,
      heads,
      kvHeads,
      feedForward,
      vocabulary,
      weights,
      contextLength: 32_768,
      isTied: tied === 'tied',
      ...(headLength > 0 && { headLength })
    },
    contextLength: context,
    cacheType,
    useMmap: file === 'as usual' ? null : file === 'mapped'
  })
)
