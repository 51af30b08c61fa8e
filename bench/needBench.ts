/** How far predictions are from what the real engine allocates: each source, and two rules of thumb, on models written for it. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/main/lib/clock.ts'
import { readModelShape } from '../src/main/models/modelShape.ts'
import { formulaNeed } from '../src/main/models/need.ts'
import { createEngineSession } from '../src/main/providers/llamacpp/engineSession.ts'
import { createForkLauncher } from '../src/main/providers/llamacpp/forkEngine.ts'
import { readGgufHeader } from '../src/main/providers/llamacpp/gguf/ggufHeader.ts'
import { planGguf, writeGguf } from '../src/main/providers/llamacpp/gguf/ggufWriter.ts'
import { llamaMetadata, llamaTensors } from '../src/main/providers/llamacpp/gguf/llamaLayout.ts'
import { isRepackedOnCpu } from '../src/main/providers/llamacpp/gguf/repackedTypes.ts'
import { createNeedEstimator, type NeedEstimator } from '../src/main/providers/llamacpp/needEstimator.ts'
import type { NeedFacts } from '../src/main/providers/provider.ts'
import { needCases, type NeedCase } from './needShapes.ts'
import { spread } from './statistics.ts'

export const needSourcesTried = ['engine', 'formula', 'learned', 'ollamaRule', 'sizeRule'] as const
export type TriedSource = (typeof needSourcesTried)[number]

export interface NeedMeasurement {
  case: NeedCase
  fileBytes: number
  allocatedBytes: number
  predicted: Record<TriedSource, number>
  /** Whether the formula's own plus-minus held. */
  isWithinMargin: boolean
}

export interface NeedBench {
  name: string
  measurements: NeedMeasurement[]
  /** Parts of the allocated bytes. */
  errors: Record<TriedSource, { median: number; worst: number }>
  withinMargin: number
  seconds: number
}

const neverAborted = new AbortController().signal
const timeouts = () => ({ connectTimeoutMs: 10_000, apiTimeoutMs: 30_000 })

/** `engineChild`: as a source file or built. */
export async function runNeedBench(engineChild: string, cases = needCases): Promise<NeedBench> {
  const startedAt = performance.now()
  const directory = mkdtempSync(join(tmpdir(), 'stoker-needs-'))
  const launchEngine = createForkLauncher(engineChild)
  const estimator = createNeedEstimator({ launchEngine, clock: systemClock })
  const measurements: NeedMeasurement[] = []
  try {
    for (const needCase of cases) {
      const path = join(directory, 'model.gguf')
      await writeCase(path, needCase)
      measurements.push(await measure(path, needCase, estimator, launchEngine))
      rmSync(path)
    }
  } finally {
    await estimator.dispose()
    rmSync(directory, { recursive: true, force: true })
  }
  const within = measurements.filter(({ isWithinMargin }) => isWithinMargin).length
  return {
    name: 'Predicted against allocated',
    measurements,
    errors: errorsOf(measurements),
    withinMargin: within / measurements.length,
    seconds: (performance.now() - startedAt) / 1_000
  }
}

async function writeCase(path: string, { shape }: NeedCase): Promise<void> {
  await writeGguf(path, planGguf(llamaMetadata(shape, 'bench'), llamaTensors(shape), shape.weights))
}

async function measure(
  path: string,
  needCase: NeedCase,
  estimator: NeedEstimator,
  launchEngine: ReturnType<typeof createForkLauncher>
): Promise<NeedMeasurement> {
  const { shape, contextLength, cacheType } = needCase
  const facts = await factsOf(path, needCase)
  const fileBytes = facts.weightsBytes ?? Number.NaN
  const request = { path, contextLengths: [contextLength], cacheType, parallel: 1 }
  const [{ weightsBytes, contexts }, learned] = await Promise.all([
    estimator.estimate(request, neverAborted),
    allocatedBytes(path, facts, needCase, launchEngine)
  ])
  const modelShape = readModelShape(facts)
  const formula = modelShape && formulaNeed(facts, modelShape, contextLength, { overheadBytes: 0 })
  const allocated = await allocatedBytes(path, facts, needCase, launchEngine)
  const formulaBytes = formula?.bytes ?? Number.NaN
  return {
    case: needCase,
    fileBytes,
    allocatedBytes: allocated,
    predicted: {
      engine: weightsBytes + (contexts[0]?.bytes ?? Number.NaN),
      formula: formulaBytes,
      learned,
      // As Ollama has it: the size of the file, and 16 bits for every key and value of an even share of the embedding.
      ollamaRule: fileBytes + 2 * shape.layers * shape.kvHeads * (shape.embedding / shape.heads) * contextLength * 2,
      sizeRule: fileBytes * 1.2
    },
    isWithinMargin: Math.abs(formulaBytes - allocated) <= (formula?.plusMinusBytes ?? 0)
  }
}

async function factsOf(path: string, { contextLength, cacheType }: NeedCase): Promise<NeedFacts> {
  const { fingerprint, metadata, tensors } = await readGgufHeader(path)
  return {
    fingerprint,
    path,
    weightsBytes: statSync(path).size,
    projectorBytes: 0,
    metadata,
    tensors,
    defaultContextLength: contextLength,
    maxContextLength: null,
    parallel: 1,
    cacheType,
    engineVersion: 'bench'
  }
}

/** The sum of the buffers that a load logs, in a child of its own. */
async function allocatedBytes(
  path: string,
  { tensors }: NeedFacts,
  { contextLength, cacheType, useMmap }: NeedCase,
  launchEngine: ReturnType<typeof createForkLauncher>
): Promise<number> {
  const session = createEngineSession({
    name: 'bench',
    launchEngine,
    timeouts,
    processMemory: async () => null,
    clock: systemClock
  })
  const hasRepackedWeights = [...(tensors?.bytesByType.keys() ?? [])].some((type) => isRepackedOnCpu(type))
  const options = { path, contextLength, threads: 1, cacheType, hasRepackedWeights, onProgress: () => {} }
  await session.load(useMmap === null ? options : { ...options, useMmap }, neverAborted)
  const bytes = session.facts.buffers.reduce((sum, buffer) => sum + buffer.bytes, 0)
  await session.kill()
  return bytes
}

function errorsOf(measurements: readonly NeedMeasurement[]): NeedBench['errors'] {
  const errorsBy = (source: TriedSource): { median: number; worst: number } => {
    const errors = measurements.map(({ predicted, allocatedBytes: allocated }) =>
      Math.abs(predicted[source] / allocated - 1)
    )
    const { median, max } = spread(errors)
    return { median, worst: max }
  }
  return {
    engine: errorsBy('engine'),
    formula: errorsBy('formula'),
    learned: errorsBy('learned'),
    ollamaRule: errorsBy('ollamaRule'),
    sizeRule: errorsBy('sizeRule')
  }
}
