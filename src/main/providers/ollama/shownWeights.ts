/**
 * The part of /api/show that a prediction starts from: which files a model is made of, the numbers of its header, its tensors. Read
 * with the same suspicion as the rest of the server's answers: what is missing or makes no sense is left out.
 */
import { ggmlTypeName, tensorDataBytes } from '../llamacpp/gguf/ggmlTypes.ts'
import { isRepackedOnCpu } from '../llamacpp/gguf/repackedTypes.ts'
import type { ModelMetadata, TensorFacts } from '../provider.ts'

/** Paths on the server's own disk. */
export interface ModelSources {
  weightsPath: string | null
  /** Encoders of pictures. */
  projectorPaths: readonly string[]
  adapterPaths: readonly string[]
}

/** The Modelfile names its files first; a later line that looks the same is part of a text. */
export function readSources(modelfile: string): ModelSources {
  const sources: { kind: string; path: string }[] = []
  for (const line of modelfile.split(/\r?\n/)) {
    if (line === '' || line.startsWith('#')) continue
    const [, kind, path] = /^(FROM|ADAPTER) +(.+)$/.exec(line) ?? []
    if (kind === undefined || path === undefined) break
    sources.push({ kind, path })
  }
  const [first, ...others] = sources.filter(({ kind, path }) => kind === 'FROM' && isPath(path))
  return {
    weightsPath: first?.path ?? null,
    projectorPaths: others.map(({ path }) => path),
    adapterPaths: sources.filter(({ kind, path }) => kind === 'ADAPTER' && isPath(path)).map(({ path }) => path)
  }
}

/** A name of a model stands in the same place. */
function isPath(text: string): boolean {
  return /^(\/|[A-Za-z]:\\)/.test(text)
}

/** Blobs are named by what is in them: the hex digits; null of any other file. */
export function blobDigest(path: string): string | null {
  return /[\\/]sha256[-:]([0-9a-f]{64})$/.exec(path)?.[1] ?? null
}

/** The Modelfile's own context length, from the parameters as the server prints them. */
export function readContextParameter(parameters: string | null): number | null {
  const written = /^num_ctx +(\d{1,9})\s*$/m.exec(parameters ?? '')?.[1]
  return written === undefined || Number(written) === 0 ? null : Number(written)
}

/** More layers than any model has, and far fewer than words of a vocabulary. */
const mostValues = 4_096

/** Null without any. An empty array stands for one that the server leaves out. */
export function readModelInfo(info: Record<string, unknown> | null): ModelMetadata | null {
  const entries = Object.entries(info ?? {}).flatMap(([key, value]) => {
    if (isScalar(value) || isListOf(value, isNumber) || isListOf(value, isBoolean)) return [[key, value] as const]
    return []
  })
  return entries.length === 0 ? null : new Map(entries)
}

export function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || isBoolean(value) || isNumber(value)
}

function isListOf<Value>(value: unknown, isOne: (value: unknown) => value is Value): value is Value[] {
  return Array.isArray(value) && value.length > 0 && value.length <= mostValues && value.every(isOne)
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

const mostTensors = 65_536
const typeNumbers = new Map(
  Array.from({ length: 256 }, (_, type) => type).flatMap((type) => {
    const name = ggmlTypeName(type)
    return name === null ? [] : [[name, type] as const]
  })
)

/** Null unless every tensor can be counted: a sum of some of them would be a wrong one. */
export function readTensors(tensors: unknown): TensorFacts | null {
  if (!Array.isArray(tensors) || tensors.length === 0 || tensors.length > mostTensors) return null
  const bytesByType = new Map<number, number>()
  let tokenEmbedding: TensorFacts['tokenEmbedding'] = null
  let hasOutput = false
  for (const one of tensors) {
    const tensor = readTensor(one)
    if (tensor === null) return null
    const { name, type, bytes, rows } = tensor
    bytesByType.set(type, (bytesByType.get(type) ?? 0) + bytes)
    if (name === 'token_embd.weight') tokenEmbedding = { rows, bytes, isRepacked: isRepackedOnCpu(type) }
    hasOutput ||= name === 'output.weight'
  }
  return { bytesByType, isTied: !hasOutput, tokenEmbedding }
}

function readTensor(tensor: unknown): { name: string; type: number; bytes: number; rows: number } | null {
  if (typeof tensor !== 'object' || tensor === null) return null
  const { name, type: typeName, shape } = tensor as Record<string, unknown>
  const type = typeof typeName === 'string' ? typeNumbers.get(typeName.toUpperCase()) : undefined
  if (typeof name !== 'string' || type === undefined || !isListOf(shape, isNumber)) return null
  if (!shape.every((size) => Number.isSafeInteger(size) && size > 0)) return null
  const bytes = tensorDataBytes(type, shape)
  if (bytes === null || !Number.isSafeInteger(bytes)) return null
  return { name, type, bytes, rows: shape[1] ?? 1 }
}
