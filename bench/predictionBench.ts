/** Through the whole core: what was predicted for a sample, what the engine then allocated, and what its process holds. */
import { createForkLauncher } from '../src/main/providers/llamacpp/forkEngine.ts'
import type { Prediction } from '../src/shared/fit.ts'
import type { ModelId, SampleSize } from '../src/shared/model.ts'
import { startBenchCore, type BenchCore } from './benchCore.ts'

export interface PredictionMeasurement {
  name: string
  contextLength: number
  source: Prediction['source']
  predictedBytes: number | null
  /** Without the overhead of the process: what is to be compared with the buffers. */
  predictedBufferBytes: number | null
  /** The sum of the engine's buffers. */
  allocatedBytes: number | null
  /** Of its process, right after the load. */
  heldBytes: number | null
}

/** The longest is what the sample was made for. */
const contexts: Record<SampleSize, readonly number[]> = {
  small: [512, 2_048, 4_096],
  medium: [1_024, 4_096, 8_192],
  large: [2_048, 8_192, 32_768]
}

export async function runPredictionBench(
  engineChild: string,
  sizes: readonly SampleSize[] = ['small', 'medium', 'large']
): Promise<PredictionMeasurement[]> {
  const core = await startBenchCore(createForkLauncher(engineChild))
  try {
    const measurements: PredictionMeasurement[] = []
    for (const size of sizes) {
      const { model } = await core.ask('models.createSample', { size })
      for (const contextLength of contexts[size]) measurements.push(await measure(core, model.id, contextLength))
      await core.ask('models.unload', { id: model.id })
    }
    return measurements
  } finally {
    await core.dispose()
  }
}

async function measure(core: BenchCore, id: ModelId, contextLength: number): Promise<PredictionMeasurement> {
  const prediction = await core.ask('models.predict', { id, contextLength })
  const { model } = await core.ask('models.load', { id, contextLength })
  const { memoryParts } = await core.ask('models.inspect', { id })
  const overhead = prediction.parts.find(({ kind }) => kind === 'overhead')?.bytes ?? 0
  return {
    name: id.name,
    contextLength,
    source: prediction.source,
    predictedBytes: prediction.needBytes,
    predictedBufferBytes: prediction.needBytes === null ? null : prediction.needBytes - overhead,
    allocatedBytes: memoryParts && memoryParts.reduce((sum, { bytes }) => sum + bytes, 0),
    heldBytes: model.heldBytes
  }
}

/** For README: megabytes of 1,048,576. */
export function predictionTable(measurements: readonly PredictionMeasurement[]): string {
  const size = (bytes: number | null): string => (bytes === null ? 'unknown' : (bytes / 2 ** 20).toFixed(1))
  const rows = measurements.map((one) => {
    const { predictedBufferBytes: buffers, allocatedBytes: allocated } = one
    const off =
      buffers === null || allocated === null ? 'unknown' : `${(Math.abs(buffers / allocated - 1) * 100).toFixed(2)} %`
    return `| ${one.name} | ${one.contextLength} | ${one.source ?? 'none'} | ${size(buffers)} | ${size(allocated)} | ${off} | ${size(one.predictedBytes)} | ${size(one.heldBytes)} |`
  })
  return [
    '| model | context | source | predicted buffers, MiB | allocated | off by | predicted with its process | resident |',
    '|---|---|---|---|---|---|---|---|',
    ...rows
  ].join('\n')
}
