/** Which element type the context cache of a model can have: quantised ones ask for flash attention, and for heads of whole blocks. Pure. */
import type { CacheType } from '../../../shared/need.ts'
import type { ModelMetadata } from '../provider.ts'

/** Elements of a quantised block. */
const blockElements = 32
const withoutFlashAttention = new Set(['gemma2', 'grok'])

/** `wanted`, or 16 bits where the engine would refuse to load the model with it. */
export function usableCacheType(metadata: ModelMetadata, wanted: CacheType): CacheType {
  if (wanted === 'f16' || wanted === 'f32' || wanted === 'bf16') return wanted
  const architecture = metadata.get('general.architecture')
  const number = (key: string): number | null => {
    const value = metadata.get(`${String(architecture)}.${key}`)
    const first: unknown = Array.isArray(value) ? value[0] : value
    return typeof first === 'number' && first > 0 ? first : null
  }
  const [embedding, heads] = [number('embedding_length'), number('attention.head_count')]
  const shared = embedding === null || heads === null ? null : Math.floor(embedding / heads)
  const keyLength = number('attention.key_length') ?? shared
  const valueLength = number('attention.value_length') ?? shared
  const isWhole = keyLength !== null && keyLength === valueLength && keyLength % blockElements === 0
  return isWhole && !withoutFlashAttention.has(String(architecture)) ? wanted : 'f16'
}
