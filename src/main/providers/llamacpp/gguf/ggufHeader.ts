/**
 * Looks at a GGUF file before the engine does: a missing key aborts the engine's whole process, and a cut-off file is better named
 * than tried. Reads only the head, in bounded pieces; whatever the bytes, it answers a header or a StokerError.
 */
import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { StokerError, toErrorInfo } from '../../../../shared/errors.ts'
import type { ModelMetadata, TensorFacts } from '../../provider.ts'
import { isEncoder, isKnownArchitecture } from './architectures.ts'
import { fileTypeName, ggmlTypeName } from './ggmlTypes.ts'
import { parseHead, type MetadataValue, type ParsedHead } from './ggufParser.ts'
import { createHeadCursor, HeadError } from './headCursor.ts'
import { isRepackedOnCpu } from './repackedTypes.ts'
import { sampleKey } from './sampleModels.ts'

export interface GgufHeader {
  architecture: string
  /** Scalars, and the short arrays of numbers. */
  metadata: ModelMetadata
  tensors: TensorFacts
  /** The same for every copy of the file, whatever its name; another for any that could need another amount of memory. */
  fingerprint: string
  tensorCount: number
  parameterCount: number
  quantization: string | null
  contextLength: number | null
  blockCount: number | null
  hasChatTemplate: boolean
  isSample: boolean
}

const limitBytes = 64 * 2 ** 20
const windowBytes = 256 * 2 ** 10
const again = 'Download it again, or remove it.'

/** `part`: a later part of a split model, which has tensors but none of the model's own keys. */
export async function readGgufHeader(path: string, kind: 'model' | 'part' = 'model'): Promise<GgufHeader> {
  const name = basename(path)
  const handle = await openFile(path, name)
  try {
    const stat = await handle.stat()
    if (stat.isDirectory())
      throw badFile(`${name} is a folder, not a model file.`, 'Remove it or give it another name.')
    if (!stat.isFile())
      throw badFile(`${name} is not an ordinary file.`, 'Put the model file itself into the models folder.')
    if (stat.size === 0) throw badFile(`${name} is empty.`, again)
    const head = await readHead(handle, name, stat.size)
    return describeHead(head, name, kind, stat.size)
  } catch (error) {
    throw error instanceof StokerError ? error : unreadable(name, error)
  } finally {
    await handle.close()
  }
}

/** The same over bytes at hand. */
export function parseGgufHeader(bytes: Buffer, name: string, fileBytes = bytes.length): GgufHeader {
  const reading = parseHead(createHeadCursor(fileBytes, limitBytes))
  try {
    let step = reading.next()
    while (!step.done) {
      const { offset, minBytes } = step.value
      step = reading.next(bytes.subarray(offset, offset + Math.max(minBytes, windowBytes)))
    }
    return describeHead(step.value, name, 'model', fileBytes)
  } catch (error) {
    throw explainHead(error, name, bytes)
  }
}

async function openFile(path: string, name: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    throw unreadable(name, error)
  }
}

async function readHead(handle: FileHandle, name: string, fileBytes: number): Promise<ParsedHead> {
  const reading = parseHead(createHeadCursor(fileBytes, limitBytes))
  let firstBytes: Buffer | null = null
  try {
    let step = reading.next()
    while (!step.done) {
      const { offset, minBytes } = step.value
      const window = Buffer.allocUnsafe(Math.min(Math.max(minBytes, windowBytes), fileBytes - offset))
      const { bytesRead } = await handle.read(window, 0, window.length, offset)
      const received = window.subarray(0, bytesRead)
      firstBytes ??= received
      step = reading.next(received)
    }
    return step.value
  } catch (error) {
    throw explainHead(error, name, firstBytes ?? Buffer.alloc(0))
  }
}

function explainHead(error: unknown, name: string, firstBytes: Buffer): unknown {
  if (!(error instanceof HeadError)) return error
  if (/^\s*<(!doctype|html|\?xml)/i.test(firstBytes.toString('latin1', 0, 256)))
    return badFile(
      `${name} is a web page, not a model.`,
      'The download gave a page instead of the file: download it again, from the direct link.'
    )
  if (error.kind === 'truncated') return badFile(`${name} is cut off: ${error.message}.`, again)
  return badFile(`${name} is not a usable GGUF file: ${error.message}.`, again)
}

function describeHead(head: ParsedHead, name: string, kind: 'model' | 'part', fileBytes: number): GgufHeader {
  const architecture = head.metadata.get('general.architecture')
  if (kind === 'model') {
    if (typeof architecture !== 'string' || architecture === '') throw missingKey(name, 'general.architecture')
    // An encoder of pictures is sound but no model; the folder leaves it out.
    if (!isEncoder(architecture)) checkArchitecture(head, architecture, name)
  }
  if (head.tensorCount === 0) throw badFile(`${name} holds no tensors: it is a model without weights.`, again)
  if (head.outsideTensor !== null)
    throw badFile(`${name} is cut off: the data of ${head.outsideTensor} lies beyond its end.`, again)
  const own = typeof architecture === 'string' ? architecture : ''
  return {
    architecture: own,
    metadata: head.metadata,
    tensors: tensorFacts(head),
    fingerprint: fingerprintOf(head, fileBytes),
    tensorCount: head.tensorCount,
    parameterCount: head.parameterCount,
    quantization: quantizationOf(head),
    contextLength: positiveInteger(head.metadata.get(`${own}.context_length`)),
    blockCount: positiveInteger(head.metadata.get(`${own}.block_count`)),
    hasChatTemplate: typeof head.metadata.get('tokenizer.chat_template') === 'string',
    isSample: head.metadata.get(sampleKey) === true
  }
}

function checkArchitecture(head: ParsedHead, architecture: string, name: string): void {
  if (!isKnownArchitecture(architecture))
    throw new StokerError(
      'unknown_architecture',
      `${name} is of the architecture "${architecture.slice(0, 60)}", which this engine does not know.`,
      'A newer version of Stoker may know it; another model will work now.'
    )
  for (const key of requiredKeys(architecture)) {
    const full = `${architecture}.${key}`
    const value = head.metadata.get(full)
    if (value === undefined && !head.arrayLengths.has(full)) throw missingKey(name, full)
    if (value !== undefined && typeof value !== 'number' && !head.arrayLengths.has(full))
      throw badFile(`${name} is broken: its ${full} is not a number.`, again)
  }
}

/** Without the last two the engine does not fail, it aborts; recurrent and vision models do without them. */
function requiredKeys(architecture: string): string[] {
  const always = ['context_length', 'embedding_length', 'block_count']
  return isPlainTransformer(architecture) ? [...always, 'feed_forward_length', 'attention.head_count'] : always
}

function isPlainTransformer(architecture: string): boolean {
  return /^(llama|mistral3|qwen2|qwen3|gemma|gemma2|gemma3|phi2|phi3|gpt2|falcon|starcoder2|stablelm|internlm2)$/.test(
    architecture
  )
}

/** The file's own word, else the type that most of its bytes have. */
function quantizationOf(head: ParsedHead): string | null {
  const fileType = head.metadata.get('general.file_type')
  const named = typeof fileType === 'number' ? fileTypeName(fileType) : null
  if (named) return named
  const [most] = [...head.bytesByType].sort((a, b) => b[1] - a[1])
  return most ? ggmlTypeName(most[0]) : null
}

function tensorFacts({ bytesByType, hasOutput, tokenEmbedding }: ParsedHead): TensorFacts {
  return {
    bytesByType,
    isTied: !hasOutput,
    tokenEmbedding: tokenEmbedding && {
      rows: tokenEmbedding.rows,
      bytes: tokenEmbedding.bytes,
      isRepacked: isRepackedOnCpu(tokenEmbedding.type)
    }
  }
}

/** Over everything of the head that is small, and the size of the file: reading the weights themselves would take minutes. */
function fingerprintOf({ metadata, arrayLengths, tensorDigest }: ParsedHead, fileBytes: number): string {
  const entries = [...metadata].sort(([a], [b]) => (a < b ? -1 : 1))
  const digest = createHash('sha256')
  digest.update(JSON.stringify([entries.map(([key, value]) => [key, jsonable(value)]), [...arrayLengths].sort()]))
  digest.update(`${tensorDigest} ${fileBytes}`)
  return digest.digest('hex')
}

/** JSON has one word for NaN and both infinities; a text that reads like a number is none. */
function jsonable(value: MetadataValue): unknown {
  return typeof value === 'number' || typeof value === 'object' ? [String(value)] : value
}

function positiveInteger(value: MetadataValue | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null
}

function missingKey(name: string, key: string): StokerError {
  return badFile(
    `${name} is incomplete: its header has no ${key}.`,
    'It was made or cut wrongly: download it again, or get it elsewhere.'
  )
}

function badFile(message: string, hint: string): StokerError {
  return new StokerError('bad_model_file', message, hint)
}

function unreadable(name: string, error: unknown): StokerError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT')
    return new StokerError('model_not_found', `${name} is no longer there.`, 'Refresh the list.', { cause: error })
  if (code === 'EISDIR') return badFile(`${name} is a folder, not a model file.`, 'Remove it or give it another name.')
  if (code === 'EACCES' || code === 'EPERM')
    return badFile(`Stoker may not read ${name}.`, 'Change the permissions of the file.')
  return new StokerError('bad_model_file', `${name} could not be read: ${toErrorInfo(error).message}`, again, {
    cause: error
  })
}
