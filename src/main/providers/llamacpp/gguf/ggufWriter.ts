/** Streams a GGUF file of architecture llama with random weights; what is not finished is not left behind. */
import { open, mkdir, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StokerError } from '../../../../shared/errors.ts'
import { abortReason } from '../../../lib/abortReason.ts'
import { writeFailed } from '../../../lib/writeFailed.ts'
import {
  alignUp,
  encodeHead,
  placeTensors,
  type GgufMetadataEntry,
  type GgufTensor,
  type PlacedTensor
} from './ggufEncode.ts'
import { ggmlTypeNumbers } from './ggmlTypes.ts'
import { createRandomWeights, type RandomWeights, type WeightType } from './randomWeights.ts'

/** Everything about a file but its weights, so that its size is known before a byte is written. */
export interface GgufPlan {
  head: Buffer
  tensors: PlacedTensor[]
  /** The type of every tensor that is not a norm. */
  weights: WeightType
  totalBytes: number
}

interface WriteOptions {
  onBytes?: (completedBytes: number) => void
  signal?: AbortSignal
}

const sliceBytes = 2 ** 20
/** Always the same, so that a sample written twice is the same model. */
const seed = 20_240_229

export function planGguf(
  metadata: readonly GgufMetadataEntry[],
  tensors: readonly GgufTensor[],
  weights: GgufPlan['weights']
): GgufPlan {
  const { placed, dataBytes } = placeTensors(tensors)
  const head = encodeHead(metadata, placed)
  return { head, tensors: placed, weights, totalBytes: head.length + dataBytes }
}

/** Writes to `path.partial` and renames at the end, so that a half-written file is never taken for a model. */
export async function writeGguf(path: string, plan: GgufPlan, { onBytes, signal }: WriteOptions = {}): Promise<void> {
  const partialPath = `${path}.partial`
  try {
    await mkdir(dirname(path), { recursive: true })
    const handle = await open(partialPath, 'w')
    try {
      await writeAll(handle, plan, onBytes ?? (() => {}), signal)
    } finally {
      await handle.close()
    }
    await rename(partialPath, path)
  } catch (error) {
    // What hinders the clean-up has hindered the writing too, and that is the error to tell.
    await rm(partialPath, { force: true }).catch(() => {})
    if (error instanceof StokerError) throw error
    throw writeFailed(path, error)
  }
}

async function writeAll(
  handle: FileHandle,
  plan: GgufPlan,
  onBytes: (completedBytes: number) => void,
  signal: AbortSignal | undefined
): Promise<void> {
  const weights = createRandomWeights(plan.weights, seed)
  let completedBytes = 0
  for (const slice of fileSlices(plan, weights)) {
    if (signal?.aborted) throw abortReason(signal)
    await handle.writev([slice])
    completedBytes += slice.length
    onBytes(completedBytes)
  }
}

function* fileSlices(plan: GgufPlan, weights: RandomWeights): Generator<Buffer> {
  yield plan.head
  for (const tensor of plan.tensors) {
    if (tensor.type === ggmlTypeNumbers.f32) yield ones(tensor.bytes)
    else yield* weights.slices(tensor.bytes, sliceBytes)
    const padding = alignUp(tensor.bytes) - tensor.bytes
    if (padding > 0) yield Buffer.alloc(padding)
  }
}

/** Norms scale by one: random ones would make the numbers grow from layer to layer. */
function ones(bytes: number): Buffer {
  return Buffer.from(new Float32Array(bytes / 4).fill(1).buffer)
}
