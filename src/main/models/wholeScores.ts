/** Attention without "flash": the scores of a whole batch with the whole context lie in memory at once. Pure. */
import type { Need, NeedPart } from '../../shared/need.ts'
import type { NeedFacts } from '../providers/provider.ts'
import { defaultBatchTokens } from './computeBuffer.ts'
import type { ModelShape } from './modelShape.ts'
import { paddedContextLength } from './need.ts'

/**
 * Estimate and formula are of an engine with flash attention. Seen in the log of Ollama 0.11.4, whose engine has none: 8 heads at 4096
 * tokens 76.01 MiB of compute, 16 heads 144.01, 8 heads at 1024 22.01, each exactly this; and never less than with it (16 heads at 1024).
 */
export function withWholeScores(need: Need, { parallel }: NeedFacts, shape: ModelShape | null): Need {
  const compute = need.parts.find(({ kind }) => kind === 'compute')
  if (!shape?.heads || !compute) return need
  const cells = paddedContextLength(need.contextLength) * parallel
  const tokens = Math.min(defaultBatchTokens, cells)
  // Scores of every head and one mask for all of them, beside four rows of the embedding's width.
  const bytes = Math.max(compute.bytes, tokens * 4 * (cells * (shape.heads + 1) + 4 * shape.embedding))
  const parts = need.parts
    .map((part): NeedPart => (part === compute ? { kind: 'compute', bytes } : part))
    .sort((a, b) => b.bytes - a.bytes)
  const more = bytes - compute.bytes
  // Some of the models run with it all the same.
  return { ...need, bytes: need.bytes + more, plusMinusBytes: need.plusMinusBytes + Math.round(more / 4), parts }
}
