/** How the engine is started and what it is told, once for loads and for estimates: where they differ, the estimate is wrong. */
import type * as EngineLibrary from 'node-llama-cpp'
import type { Llama } from 'node-llama-cpp'
import type { CacheType } from '../../../../shared/need.ts'
import type { EngineLog } from './engineLog.ts'

export type Library = typeof EngineLibrary

export function startEngine({ getLlama, LlamaLogLevel }: Library, threads: number, log: EngineLog): Promise<Llama> {
  return getLlama({
    gpu: 'auto',
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: threads,
    logLevel: LlamaLogLevel.info,
    logger: (_level, text) => log.add(text)
  })
}

/** Weights that are held in another order than the file's would be in memory twice if the file were mapped (gguf/repackedTypes.ts). */
export function mapsFile(llama: Llama, hasRepackedWeights: boolean): boolean | 'auto' {
  return llama.gpu === false && hasRepackedWeights ? false : 'auto'
}

export const cacheElementTypes = {
  f32: 'F32',
  f16: 'F16',
  bf16: 'BF16',
  q8_0: 'Q8_0',
  q5_1: 'Q5_1',
  q5_0: 'Q5_0',
  q4_1: 'Q4_1',
  q4_0: 'Q4_0',
  iq4_nl: 'IQ4_NL'
} as const satisfies Record<CacheType, keyof typeof EngineLibrary.GgmlType>
