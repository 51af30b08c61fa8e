/** Which layers of a model look back only over a window, and how far: llama.cpp's `set_swa_pattern` per architecture. Pure. */
import type { ShapeKeys } from './modelShape.ts'

interface WindowRule {
  /** One layer in so many looks back to the start. */
  period: number
  /** The first of each group does; else the last. */
  isFullFirst?: boolean
  /** Where the file names no window (tokens). */
  defaultTokens?: number
  /** Whatever the file says (tokens). */
  fixedTokens?: number
  /** Only with exactly so many layers. */
  onlyWithLayers?: number
}

/**
 * From llama.cpp's `load_hparams`. An architecture that is not here gets a window only where its file has a pattern per layer: others
 * name a window in their file that the engine does not use.
 */
const rules: Record<string, WindowRule> = {
  afmoe: { period: 4 },
  cohere2: { period: 4 },
  exaone4: { period: 4, fixedTokens: 4_096, onlyWithLayers: 64 },
  'exaone-moe': { period: 4 },
  gemma2: { period: 2, defaultTokens: 4_096 },
  gemma3: { period: 6 },
  gemma3n: { period: 5 },
  'gemma-embedding': { period: 6 },
  'gpt-oss': { period: 2 },
  llama4: { period: 4, fixedTokens: 8_192 },
  'modern-bert': { period: 3, isFullFirst: true },
  olmo2: { period: 4 },
  plamo3: { period: 8 },
  smallthinker: { period: 4, isFullFirst: true, fixedTokens: 4_096 }
}

export interface SlidingWindow {
  /** Null when no layer slides. */
  tokens: number | null
  isSliding: readonly boolean[]
}

const none: SlidingWindow = { tokens: null, isSliding: [] }

/** Null when the file says something that makes no sense. */
export function slidingWindow(keys: ShapeKeys, layers: number): SlidingWindow | null {
  const rule = rules[keys.architecture]
  const named = keys.count('attention.sliding_window')
  const pattern = keys.raw('attention.sliding_window_pattern')
  if (named === 0 || (rule?.onlyWithLayers ?? layers) !== layers) return none
  const tokens = rule?.fixedTokens ?? named ?? rule?.defaultTokens ?? null
  if (tokens === null) return none
  if (Array.isArray(pattern)) {
    const flags: readonly unknown[] = pattern
    if (flags.length < layers) return null
    return { tokens, isSliding: flags.slice(0, layers).map((flag) => flag === true || flag === 1) }
  }
  if (!rule) return none
  const period = keys.count('attention.sliding_window_pattern') ?? rule.period
  const isFull = (index: number): boolean => period > 0 && index % period === (rule.isFullFirst ? 0 : period - 1)
  return { tokens, isSliding: Array.from({ length: layers }, (_, index) => !isFull(index)) }
}
