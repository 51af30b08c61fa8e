/** Model files for tests, good and bad in every way a file can be bad; written, because no real model is small enough. */
import { mkdir, open, truncate, writeFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type { GgufMetadataEntry, GgufTensor } from './ggufEncode.ts'
import { ggmlTypeNumbers } from './ggmlTypes.ts'
import { planGguf, writeGguf, type GgufPlan } from './ggufWriter.ts'
import { llamaTensors, type LlamaShape } from './llamaLayout.ts'
import { sampleMetadata, sampleShapes } from './sampleModels.ts'

interface TinyModelOptions {
  shape?: Partial<LlamaShape>
  chatTemplate?: string
  /** Keys that are left out. */
  withoutKeys?: readonly string[]
  withoutTensors?: readonly string[]
  /** In place of llama, also in the keys. */
  architecture?: string
}

/** A model of about 1 MB that loads in milliseconds, unless an option breaks it. */
export async function writeTinyModel(directory: string, name: string, options: TinyModelOptions = {}): Promise<string> {
  const path = join(directory, `${name}.gguf`)
  await writeGguf(path, planTinyModel(options))
  return path
}

export function planTinyModel(options: TinyModelOptions = {}): GgufPlan {
  const shape = { ...sampleShapes.tiny, ...options.shape }
  const { withoutKeys = [], withoutTensors = [], architecture = 'llama', chatTemplate } = options
  const metadata: GgufMetadataEntry[] = sampleMetadata(shape)
    .filter(({ key }) => !withoutKeys.includes(key))
    .map(({ key, value }) =>
      key === 'general.architecture'
        ? { key, value: { type: 'string', value: architecture } }
        : { key: key.replace(/^llama\./, `${architecture}.`), value }
    )
  if (chatTemplate !== undefined)
    metadata.push({ key: 'tokenizer.chat_template', value: { type: 'string', value: chatTemplate } })
  const tensors = llamaTensors(shape).filter(({ name }) => !withoutTensors.includes(name))
  return planGguf(metadata, tensors, shape.weights)
}

export const badFileKinds = [
  'truncated',
  'truncatedHeader',
  'wrongMagic',
  'html',
  'empty',
  'folder',
  'unknownArchitecture',
  'missingTensor',
  'missingKey',
  'hugeCount',
  'largerThanMemory'
] as const
export type BadFileKind = (typeof badFileKinds)[number]

/** Writes `kind.gguf` (or a name of one's own) and answers its path. */
export async function writeBadFile(directory: string, kind: BadFileKind, name: string = kind): Promise<string> {
  const path = join(directory, `${name}.gguf`)
  await mkdir(dirname(path), { recursive: true })
  await makers[kind](directory, name, path)
  return path
}

const makers: Record<BadFileKind, (directory: string, name: string, path: string) => Promise<unknown>> = {
  async truncated(directory, name, path) {
    await writeTinyModel(directory, name)
    await truncate(path, 600_000)
  },
  async truncatedHeader(directory, name, path) {
    await writeTinyModel(directory, name)
    await truncate(path, 5_000)
  },
  async wrongMagic(directory, name, path) {
    await writeTinyModel(directory, name)
    await patch(path, 0, Buffer.from('GGML'))
  },
  html: (_directory, _name, path) =>
    writeFile(path, '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n'),
  empty: (_directory, _name, path) => writeFile(path, ''),
  folder: (_directory, _name, path) => mkdir(path, { recursive: true }),
  unknownArchitecture: (directory, name) => writeTinyModel(directory, name, { architecture: 'frobnicator' }),
  missingTensor: (directory, name) => writeTinyModel(directory, name, { withoutTensors: ['blk.1.ffn_down.weight'] }),
  missingKey: (directory, name) => writeTinyModel(directory, name, { withoutKeys: ['llama.feed_forward_length'] }),
  async hugeCount(directory, name, path) {
    await writeTinyModel(directory, name)
    const count = Buffer.alloc(8)
    count.writeBigUInt64LE(2n ** 60n)
    await patch(path, 8, count)
  },
  largerThanMemory: (_directory, _name, path) => writeSparse(path, totalmem() + 2 ** 30)
}

/** A file with a sound header and nothing but holes: as large as you like, and no space on the disk. */
async function writeSparse(path: string, bytes: number): Promise<void> {
  const rowValues = 2 ** 20
  const ballast: GgufTensor = {
    name: 'ballast.weight',
    dimensions: [rowValues, Math.ceil(bytes / 4 / rowValues)],
    type: ggmlTypeNumbers.f32
  }
  const shape = sampleShapes.tiny
  const { head, totalBytes } = planGguf(sampleMetadata(shape), [...llamaTensors(shape), ballast], shape.weights)
  await writeFile(path, head)
  await truncate(path, totalBytes)
}

async function patch(path: string, offset: number, bytes: Buffer): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.write(bytes, 0, bytes.length, offset)
  } finally {
    await handle.close()
  }
}

/** A model in two files, as large models come: the second has tensors and nothing else of its own. */
export async function writeSplitModel(directory: string, name: string): Promise<string[]> {
  const tensors = llamaTensors(sampleShapes.tiny)
  const half = Math.ceil(tensors.length / 2)
  const splitKeys = (number: number): GgufMetadataEntry[] => [
    { key: 'split.no', value: { type: 'u16', value: number } },
    { key: 'split.count', value: { type: 'u16', value: 2 } },
    { key: 'split.tensors.count', value: { type: 'i32', value: tensors.length } }
  ]
  const parts = [
    planGguf([...sampleMetadata(sampleShapes.tiny), ...splitKeys(0)], tensors.slice(0, half), 'f16'),
    planGguf(splitKeys(1), tensors.slice(half), 'f16')
  ]
  const paths = parts.map((_, index) => join(directory, `${name}-0000${index + 1}-of-00002.gguf`))
  for (const [index, plan] of parts.entries()) await writeGguf(paths[index] ?? '', plan)
  return paths
}
