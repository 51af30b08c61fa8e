/** The head of a GGUF file as plain facts. Builds no big array, believes no count, and fails only with a HeadError. */
import { createHash } from 'node:crypto'
import { tensorDataBytes } from './ggmlTypes.ts'
import { HeadError, type HeadCursor, type Reading } from './headCursor.ts'

export type MetadataScalar = string | number | boolean
/** Vocabularies are no values to keep; one number per layer is. */
export type MetadataValue = MetadataScalar | readonly number[] | readonly boolean[]

export interface ParsedHead {
  version: number
  metadata: Map<string, MetadataValue>
  /** Keys of all arrays, and how many values each has. */
  arrayLengths: Map<string, number>
  tensorCount: number
  parameterCount: number
  /** Bytes of tensor data per ggml type. */
  bytesByType: Map<number, number>
  /** The rows of token_embd.weight (its vocabulary) and its bytes; null when there is none, or its type is not known here. */
  tokenEmbedding: { rows: number; bytes: number; type: number } | null
  hasOutput: boolean
  /** Stands for the tensors: their names, shapes, types and places. */
  tensorDigest: string
  /** The first tensor whose data does not lie within the file; null when all do. */
  outsideTensor: string | null
}

const magic = 'GGUF'
const maxEntries = 65_536
const maxStringBytes = 1_048_576
const maxKeyBytes = 65_535
const defaultAlignment = 32
/** Bytes of each scalar value type, by its number; 8 (string) and 9 (array) are none. */
const scalarBytes: Record<number, number> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 }
const boolType = 7
const stringType = 8
const arrayType = 9
/** More layers than any model has, and far less than a vocabulary. */
const maxKeptValues = 1_024
/** Of a whole head: reading them one by one takes time that a hostile file must not have. */
const maxKeptValuesInAll = 65_536

export function* parseHead(cursor: HeadCursor): Reading<ParsedHead> {
  const start = yield* cursor.bytes(Math.min(4, cursor.fileBytes))
  if (start.toString('latin1') !== magic) throw new HeadError('impossible', 'it does not start with the letters GGUF')
  const version = yield* cursor.u32()
  if (version < 2 || version > 3)
    throw new HeadError('impossible', `it is GGUF version ${version}, and only 2 and 3 are known`)
  const tensorCount = yield* cursor.u64()
  const entryCount = yield* cursor.u64()
  // A tensor takes 32 bytes of header at least and an entry 13: a greater count than that is a lie.
  if (tensorCount > cursor.fileBytes / 32) throw new HeadError('impossible', `it claims ${tensorCount} tensors`)
  if (entryCount > Math.min(maxEntries, cursor.fileBytes / 13))
    throw new HeadError('impossible', `it claims ${entryCount} metadata entries`)
  const entries: Entries = { metadata: new Map(), arrayLengths: new Map(), valuesLeft: maxKeptValuesInAll }
  const { metadata, arrayLengths } = entries
  for (let index = 0; index < entryCount; index++) yield* readEntry(cursor, entries)
  const tensors = yield* readTensors(cursor, tensorCount, alignmentOf(metadata))
  return { version, metadata, arrayLengths, tensorCount, ...tensors }
}

interface Entries extends Pick<ParsedHead, 'metadata' | 'arrayLengths'> {
  /** How many values of arrays may still be kept. */
  valuesLeft: number
}

function* readEntry(cursor: HeadCursor, entries: Entries): Reading<void> {
  const key = yield* readText(cursor, maxKeyBytes)
  const type = yield* cursor.u32()
  if (type !== arrayType) {
    entries.metadata.set(key, yield* readScalar(cursor, type))
    return
  }
  const { length, values } = yield* readArray(cursor, Math.min(maxKeptValues, entries.valuesLeft))
  entries.arrayLengths.set(key, length)
  if (!values) return
  entries.metadata.set(key, values)
  entries.valuesLeft -= length
}

/** The values of a short array of numbers or truths; null of any other, which is stepped over. */
function* readArray(
  cursor: HeadCursor,
  maxValues: number
): Reading<{ length: number; values: readonly number[] | readonly boolean[] | null }> {
  const type = yield* cursor.u32()
  const length = yield* cursor.u64()
  const isKept = length <= maxValues && scalarBytes[type] !== undefined
  if (!isKept) return { length: yield* skipValues(cursor, type, length, 0), values: null }
  const scalars: MetadataScalar[] = []
  for (let index = 0; index < length; index++) scalars.push(yield* readScalar(cursor, type))
  return { length, values: type === boolType ? scalars.map(Boolean) : scalars.map(Number) }
}

function* readScalar(cursor: HeadCursor, type: number): Reading<MetadataScalar> {
  if (type === stringType) return yield* readText(cursor, maxStringBytes)
  const bytes = yield* cursor.bytes(bytesOf(type))
  switch (type) {
    case 0:
      return bytes.readUInt8()
    case 1:
      return bytes.readInt8()
    case 2:
      return bytes.readUInt16LE()
    case 3:
      return bytes.readInt16LE()
    case 4:
      return bytes.readUInt32LE()
    case 5:
      return bytes.readInt32LE()
    case 6:
      return bytes.readFloatLE()
    case 7:
      return bytes.readUInt8() !== 0
    case 10:
      return Number(bytes.readBigUInt64LE())
    case 11:
      return Number(bytes.readBigInt64LE())
    default:
      return bytes.readDoubleLE()
  }
}

/** Answers how many values the array had. */
function* skipArray(cursor: HeadCursor, depth: number): Reading<number> {
  const type = yield* cursor.u32()
  const length = yield* cursor.u64()
  return yield* skipValues(cursor, type, length, depth)
}

function* skipValues(cursor: HeadCursor, type: number, length: number, depth: number): Reading<number> {
  if (length > cursor.fileBytes) throw new HeadError('impossible', `it claims an array of ${length} values`)
  if (type === stringType) yield* cursor.skipStrings(length)
  else if (type === arrayType) {
    if (depth > 2) throw new HeadError('impossible', 'its metadata holds arrays in arrays in arrays')
    for (let index = 0; index < length; index++) yield* skipArray(cursor, depth + 1)
  } else cursor.skip(length * bytesOf(type))
  return length
}

function bytesOf(type: number): number {
  const bytes = scalarBytes[type]
  if (bytes === undefined) throw new HeadError('impossible', `its metadata holds a value of unknown type ${type}`)
  return bytes
}

function* readText(cursor: HeadCursor, maxBytes: number): Reading<string> {
  const length = yield* cursor.u64()
  if (length > cursor.fileBytes - cursor.position)
    throw new HeadError('truncated', `it claims a text of ${length} bytes`)
  if (length > maxBytes) throw new HeadError('impossible', `it claims a text of ${length} bytes`)
  return (yield* cursor.bytes(length)).toString('utf8')
}

function alignmentOf(metadata: ReadonlyMap<string, MetadataValue>): number {
  const alignment = metadata.get('general.alignment') ?? defaultAlignment
  const isPowerOfTwo =
    typeof alignment === 'number' && alignment >= 1 && alignment <= 2 ** 20 && Number.isInteger(Math.log2(alignment))
  if (!isPowerOfTwo) throw new HeadError('impossible', `its tensors are aligned to ${String(alignment)}`)
  return alignment
}

type TensorSums = Pick<
  ParsedHead,
  'parameterCount' | 'bytesByType' | 'tokenEmbedding' | 'hasOutput' | 'tensorDigest' | 'outsideTensor'
>

function* readTensors(cursor: HeadCursor, count: number, alignment: number): Reading<TensorSums> {
  const bytesByType = new Map<number, number>()
  const digest = createHash('sha256')
  let tokenEmbedding: TensorSums['tokenEmbedding'] = null
  let hasOutput = false
  let parameterCount = 0
  let furthest = { name: '', end: 0 }
  for (let index = 0; index < count; index++) {
    const name = yield* readText(cursor, maxKeyBytes)
    const dimensions = yield* readDimensions(cursor, name)
    const type = yield* cursor.u32()
    const offset = yield* cursor.u64()
    const values = dimensions.reduce((product, dimension) => product * dimension, 1)
    const bytes = tensorDataBytes(type, dimensions)
    if (values > Number.MAX_SAFE_INTEGER)
      throw new HeadError('impossible', `its tensor ${name} claims ${values} values`)
    parameterCount += values
    if (bytes !== null) bytesByType.set(type, (bytesByType.get(type) ?? 0) + bytes)
    if (name === 'token_embd.weight' && bytes !== null) tokenEmbedding = { rows: dimensions[1] ?? 1, bytes, type }
    hasOutput ||= name === 'output.weight'
    digest.update(JSON.stringify([name, dimensions, type, offset]))
    // The end of a tensor of a type not known here is at least its start.
    const end = offset + (bytes ?? 0)
    if (end > furthest.end) furthest = { name, end }
  }
  const dataStart = Math.ceil(cursor.position / alignment) * alignment
  return {
    parameterCount,
    bytesByType,
    tokenEmbedding,
    hasOutput,
    tensorDigest: digest.digest('hex'),
    outsideTensor: dataStart + furthest.end > cursor.fileBytes ? furthest.name : null
  }
}

function* readDimensions(cursor: HeadCursor, name: string): Reading<number[]> {
  const count = yield* cursor.u32()
  if (count > 8) throw new HeadError('impossible', `its tensor ${name} claims ${count} dimensions`)
  const dimensions: number[] = []
  for (let index = 0; index < count; index++) dimensions.push(yield* cursor.u64())
  return dimensions
}
