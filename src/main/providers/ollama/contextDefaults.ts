/** What an Ollama server does when it is not told: context length, requests side by side, type of the cache. Pure. */
import { cacheTypes, type CacheType } from '../../../shared/need.ts'
import { isBefore } from './serverVersion.ts'

export interface ServerTraits {
  /** As Stoker itself was started with; empty for a server elsewhere, which has another. */
  environment: Record<string, string | undefined>
  version: string | null
  /** Of all graphics cards, or the part of a Mac's memory that its GPU may use; null without one, and where it is not known. */
  gpuMemoryBytes: number | null
  /** What a load without a wish was seen to get; null before the first. */
  seenContextLength: number | null
}

const usual = 4_096
const gibibyte = 2 ** 30

export function defaultContextLength(
  model: { contextParameter: number | null; maxContextLength: number | null },
  server: ServerTraits
): number {
  const wished =
    model.contextParameter ??
    server.seenContextLength ??
    positive(server.environment['OLLAMA_CONTEXT_LENGTH']) ??
    byGpuMemory(server)
  return Math.min(wished, model.maxContextLength ?? Infinity)
}

/** Servers from 0.15.5 on give more where there is more. */
function byGpuMemory({ version, gpuMemoryBytes }: ServerTraits): number {
  if (gpuMemoryBytes === null || (version !== null && isBefore(version, 0, 15, 5))) return usual
  return gpuMemoryBytes >= 47 * gibibyte ? 262_144 : gpuMemoryBytes >= 23 * gibibyte ? 32_768 : usual
}

/** Kinds of models that the server gives one request at a time, whatever its settings. */
const alwaysAlone = /^(mllama|qwen3vl|qwen35|qwen3next|lfm2|nemotron_h)/

export function parallelRequests(
  model: { architecture: string | null; capabilities: readonly string[] | null },
  { environment }: ServerTraits
): number {
  const isEmbedder = model.capabilities?.includes('embedding') ?? false
  if (isEmbedder || alwaysAlone.test(model.architecture ?? '')) return 1
  return positive(environment['OLLAMA_NUM_PARALLEL']) ?? 1
}

/** Servers before 0.30 use it only when told to. */
export function usesFlashAttention({ environment, version }: ServerTraits): boolean {
  const told = environment['OLLAMA_FLASH_ATTENTION']?.trim().toLowerCase() ?? ''
  if (told !== '') return told !== '0' && told !== 'false'
  return version === null || !isBefore(version, 0, 30)
}

export function cacheTypeInForce(server: ServerTraits): CacheType {
  const wished = server.environment['OLLAMA_KV_CACHE_TYPE']?.trim().toLowerCase()
  const type = cacheTypes.find((known) => known === wished) ?? 'f16'
  // The server falls back by itself where the engine could not use a smaller one.
  return /^(f32|bf16)$/.test(type) || usesFlashAttention(server) ? type : 'f16'
}

function positive(text: string | undefined): number | null {
  const number = /^\s*\d{1,9}\s*$/.test(text ?? '') ? Number(text) : 0
  return number > 0 ? number : null
}
