/** What a file would take, by the engine's own reservation of every buffer; nothing is allocated, and no weight is read. */
import type { GgufInsights, GgufInsightsResourceRequirements, Llama } from 'node-llama-cpp'
import type { EstimateMessage } from '../engineProtocol.ts'
import { isRepackedOnCpu } from '../gguf/repackedTypes.ts'
import { tensorDataBytes } from '../gguf/ggmlTypes.ts'
import type { EngineEstimate } from '../needEstimator.ts'
import { createEngineLog, type EngineLog } from './engineLog.ts'
import { cacheElementTypes, mapsFile, startEngine, type Library } from './engineOptions.ts'
import { asLoadError } from './loadError.ts'

export async function estimateFile(request: EstimateMessage): Promise<EngineEstimate> {
  const log = createEngineLog(() => {})
  const library = await import('node-llama-cpp')
  try {
    const llama = await startEngine(library, request.threads, log)
    const info = await library.readGgufFileInfo(request.path, { sourceType: 'filesystem' })
    const insights = await library.GgufInsights.from(info, llama)
    return await estimateWith({ library, llama, insights, log }, request)
  } catch (error) {
    throw await asLoadError(library, error, log)
  }
}

interface Engine {
  library: Library
  llama: Llama
  insights: GgufInsights
  log: EngineLog
}

async function estimateWith(
  { library, llama, insights, log }: Engine,
  request: EstimateMessage
): Promise<EngineEstimate> {
  const tensors = insights.ggufFileInfo.fullTensorInfo ?? []
  const useMmap =
    mapsFile(
      llama,
      tensors.some(({ ggmlType }) => isRepackedOnCpu(ggmlType))
    ) !== false && llama.supportsMmap
  // All of it, whatever is free just now: what a model needs does not depend on that.
  const gpuLayers = llama.gpu === false ? 0 : insights.totalLayers
  const embedding = tokenEmbedding(insights)
  const model = await insights.estimateModelResourceRequirementsV2({ gpuLayers, useMmap })
  refuseGuess(log)
  const cacheType = library.GgmlType[cacheElementTypes[request.cacheType]]
  const contexts: { contextLength: number; bytes: number }[] = []
  for (const contextLength of request.contextLengths.filter(isAskable(request.parallel))) {
    const context = await insights.estimateContextResourceRequirementsV2({
      contextSize: contextLength,
      modelGpuLayers: gpuLayers,
      sequences: request.parallel,
      flashAttention: insights.flashAttentionSupported ? 'auto' : false,
      kvCacheKeyType: cacheType,
      kvCacheValueType: cacheType,
      useMmap
    })
    refuseGuess(log)
    contexts.push({ contextLength, bytes: sum(context) + embedding.outputBytes * request.parallel })
  }
  const repeated = llama.gpu === false && !useMmap ? embedding.repeatedBytes : 0
  return { weightsBytes: sum(model) + repeated, contexts }
}

/** Of every token of a context the engine keeps a real record, some 50 bytes, where it allocates nothing else. */
const mostTokens = 2 ** 22

/** The shortest always; what lies beyond is on the line through the others. */
function isAskable(parallel: number): (contextLength: number, index: number) => boolean {
  return (contextLength, index) => index === 0 || contextLength * parallel <= mostTokens
}

/** Two things the reservation leaves out: a row of logits per request, and tied output weights in an order of their own. */
function tokenEmbedding({ ggufFileInfo }: GgufInsights): { outputBytes: number; repeatedBytes: number } {
  const tensors = ggufFileInfo.fullTensorInfo ?? []
  const tensor = tensors.find(({ name }) => name === 'token_embd.weight')
  if (!tensor) return { outputBytes: 0, repeatedBytes: 0 }
  const dimensions = tensor.dimensions.map(Number)
  const isTied = !tensors.some(({ name }) => name === 'output.weight')
  return {
    outputBytes: (dimensions[1] ?? 0) * 4,
    repeatedBytes: isTied && isRepackedOnCpu(tensor.ggmlType) ? (tensorDataBytes(tensor.ggmlType, dimensions) ?? 0) : 0
  }
}

/** Where the reservation fails the library guesses by formula, and says so in its log only; Stoker has a formula of its own. */
function refuseGuess(log: EngineLog): void {
  if (/falling back to estimation heuristic/i.test(log.tail())) throw new Error('the engine could not lay it out')
}

function sum({ cpuRam, gpuVram }: GgufInsightsResourceRequirements): number {
  return cpuRam + gpuVram
}
