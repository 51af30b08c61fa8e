/** One model in this process: the engine library is loaded here and nowhere else. */
import type * as EngineLibrary from 'node-llama-cpp'
import type { ChatWrapper, LlamaContextSequence, LlamaModel } from 'node-llama-cpp'
import type { EngineBuffer, EngineFailure } from '../engineProtocol.ts'
import { parseBufferLines } from '../parseBufferLines.ts'
import { createPromptPacer, type PromptPacer } from './promptPacer.ts'

export interface LoadedModel {
  model: LlamaModel
  sequence: LlamaContextSequence
  chatWrapper: ChatWrapper | null
  contextLength: number
  pacer: PromptPacer
  dispose(): Promise<void>
}

interface LoadOptions {
  path: string
  contextLength: number
  threads: number
  onDevice: (device: string) => void
  onProgress: (fraction: number) => void
  onBuffers: (buffers: EngineBuffer[]) => void
}

/** A load that failed, with the last lines of the engine's log: the reason is there and nowhere else. */
export class LoadError extends Error {
  readonly reason: EngineFailure
  readonly log: string

  constructor(reason: EngineFailure, message: string, log: string) {
    super(message)
    this.reason = reason
    this.log = log
  }
}

/** The reason comes through the logger a little after the error itself. */
const logDelayMs = 120
const keptLogCharacters = 4096

export async function loadModel(options: LoadOptions): Promise<LoadedModel> {
  const log = createEngineLog(options.onBuffers)
  const library = await import('node-llama-cpp')
  try {
    return await loadWith(library, options, log)
  } catch (error) {
    await new Promise((resolve) => setTimeout(resolve, logDelayMs))
    const message = error instanceof Error ? error.message : String(error)
    throw new LoadError(reasonOf(library, error), message, log.tail())
  }
}

async function loadWith(library: typeof EngineLibrary, options: LoadOptions, log: EngineLog): Promise<LoadedModel> {
  const { getLlama, LlamaLogLevel, resolveChatWrapper } = library
  const llama = await getLlama({
    gpu: 'auto',
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: options.threads,
    logLevel: LlamaLogLevel.info,
    logger: (_level, text) => log.add(text)
  })
  options.onDevice(deviceName(llama.gpu))
  const model = await llama.loadModel({
    modelPath: options.path,
    gpuLayers: { fitContext: { contextSize: options.contextLength } },
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
    chatWrapper: hasTemplate ? resolveChatWrapper(model, { warningLogs: false }) : null,
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

function reasonOf(library: typeof EngineLibrary, error: unknown): EngineFailure {
  if (error instanceof library.InsufficientMemoryError) return 'out_of_memory'
  if (error instanceof library.NoBinaryFoundError) return 'no_engine'
  return 'failed'
}

interface EngineLog {
  add(text: string): void
  tail(): string
}

function createEngineLog(onBuffers: (buffers: EngineBuffer[]) => void): EngineLog {
  const bufferLines: string[] = []
  let tail = ''
  return {
    add(text) {
      tail = `${tail}${text}\n`.slice(-keptLogCharacters)
      const lines = text.split('\n').filter((line) => line.includes('buffer size ='))
      if (lines.length === 0) return
      bufferLines.push(...lines)
      onBuffers(parseBufferLines(bufferLines))
    },
    tail: () => tail
  }
}
