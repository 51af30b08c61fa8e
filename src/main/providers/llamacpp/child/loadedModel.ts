/** One model in this process: the engine library is loaded here and nowhere else. */
import type { ChatWrapper, LlamaContextSequence, LlamaModel } from 'node-llama-cpp'
import type { EngineBuffer, LoadMessage } from '../engineProtocol.ts'
import { createAnswerGrammars, type AnswerGrammars } from './answerGrammar.ts'
import { createEngineLog, type EngineLog } from './engineLog.ts'
import { cacheElementTypes, mapsFile, startEngine, type Library } from './engineOptions.ts'
import { asLoadError } from './loadError.ts'
import { createPromptPacer, type PromptPacer } from './promptPacer.ts'

export interface LoadedModel {
  model: LlamaModel
  sequence: LlamaContextSequence
  chatWrapper: ChatWrapper | null
  grammars: AnswerGrammars
  contextLength: number
  pacer: PromptPacer
  dispose(): Promise<void>
}

interface LoadOptions extends LoadMessage {
  onDevice: (device: string) => void
  onProgress: (fraction: number) => void
  onBuffers: (buffers: EngineBuffer[]) => void
}

export async function loadModel(options: LoadOptions): Promise<LoadedModel> {
  const log = createEngineLog(options.onBuffers)
  const library = await import('node-llama-cpp')
  try {
    return await loadWith(library, options, log)
  } catch (error) {
    throw await asLoadError(library, error, log)
  }
}

async function loadWith(library: Library, options: LoadOptions, log: EngineLog): Promise<LoadedModel> {
  const llama = await startEngine(library, options.threads, log)
  options.onDevice(deviceName(llama.gpu))
  const cacheType = cacheElementTypes[options.cacheType]
  const model = await llama.loadModel({
    modelPath: options.path,
    gpuLayers: { fitContext: { contextSize: options.contextLength } },
    useMmap: options.useMmap ?? mapsFile(llama, options.hasRepackedWeights),
    experimentalDefaultContextKvCacheKeyType: cacheType,
    experimentalDefaultContextKvCacheValueType: cacheType,
    onLoadProgress: options.onProgress
  })
  // The engine takes any context length and pays for it in memory, also where the model cannot use it.
  const contextSize = Math.min(
    options.contextLength,
    model.trainContextSize > 0 ? model.trainContextSize : options.contextLength
  )
  const context = await model.createContext({
    contextSize,
    sequences: 1,
    threads: options.threads,
    failedCreationRemedy: false
  })
  const hasTemplate = typeof model.fileInfo.metadata.tokenizer?.chat_template === 'string'
  return {
    model,
    sequence: context.getSequence(),
    chatWrapper: hasTemplate ? library.resolveChatWrapper(model, { warningLogs: false }) : null,
    grammars: createAnswerGrammars(library, llama, model),
    contextLength: context.contextSize,
    pacer: createPromptPacer(),
    async dispose() {
      await context.dispose()
      await model.dispose()
      await llama.dispose()
    }
  }
}

function deviceName(gpu: string | false): string {
  const names: Record<string, string> = { metal: 'Metal', cuda: 'CUDA', vulkan: 'Vulkan' }
  return gpu === false ? 'CPU' : (names[gpu] ?? gpu)
}
