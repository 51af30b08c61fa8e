/** The GGUF files of one folder as models: split files as one, pictures' encoders left out, a bad file listed with its problem. */
import { createHash } from 'node:crypto'
import { realpath, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { StokerError } from '../../../../shared/errors.ts'
import { abortReason } from '../../../lib/abortReason.ts'
import { isEncoder } from './architectures.ts'
import { readGgufHeader, type GgufHeader } from './ggufHeader.ts'
import { groupModelFiles, type FoundFile } from './modelFiles.ts'

export interface FolderModel {
  /** The path below the models folder, with slashes, without .gguf and without a part number. */
  name: string
  /** The file to load; of a split model its first part. */
  path: string
  /** Every file of the model. */
  paths: string[]
  sizeBytes: number
  header: GgufHeader | null
  problem: StokerError | null
}

export interface ModelFolder {
  list(signal: AbortSignal): Promise<FolderModel[]>
  /** The model of that name; `model_not_found` when there is none. */
  find(name: string, signal: AbortSignal): Promise<FolderModel>
}

const maxDepth = 2
const maxFiles = 5_000

type Checked = { header: GgufHeader; problem: null } | { header: null; problem: StokerError }

export function createModelFolder(directory: string): ModelFolder {
  /** By path, size and time of change: a header is read once as long as its file stays what it is. */
  const cache = new Map<string, Checked>()

  async function check(file: FoundFile, kind: 'model' | 'part'): Promise<Checked> {
    const key = `${file.path}\n${file.sizeBytes}\n${file.changedAtMs}`
    const known = cache.get(key)
    if (known) return known
    const checked = await readGgufHeader(file.path, kind).then(
      (header): Checked => ({ header, problem: null }),
      (error: unknown): Checked => ({ header: null, problem: asStokerError(error) })
    )
    cache.set(key, checked)
    return checked
  }

  async function describe(name: string, files: FoundFile[], missingParts: number): Promise<FolderModel> {
    const [first, ...others] = files
    if (!first) throw new Error('a model has at least one file')
    const paths = files.map((file) => file.path)
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
    const model = { name, path: first.path, paths, sizeBytes }
    if (missingParts > 0) return { ...model, header: null, problem: partsMissing(name, missingParts) }
    const { header, problem } = await check(first, 'model')
    if (problem) return { ...model, header, problem }
    const parts = await Promise.all(others.map((file) => check(file, 'part')))
    const broken = parts.find((part) => part.problem !== null)
    if (broken?.problem) return { ...model, header: null, problem: broken.problem }
    return { ...model, header: sumParts(header, parts), problem: null }
  }

  async function list(signal: AbortSignal): Promise<FolderModel[]> {
    const found = await findFiles(directory)
    const models: FolderModel[] = []
    for (const { name, files, missingParts } of groupModelFiles(found)) {
      if (signal.aborted) throw abortReason(signal)
      models.push(await describe(name, files, missingParts))
    }
    const current = new Set(found.map((file) => file.path))
    for (const key of cache.keys()) if (!current.has(key.slice(0, key.indexOf('\n')))) cache.delete(key)
    return models.filter((model) => !model.header || !isEncoder(model.header.architecture))
  }

  return {
    list,
    async find(name, signal) {
      const model = (await list(signal)).find((candidate) => candidate.name === name)
      if (!model)
        throw new StokerError('model_not_found', `There is no model ${name} in ${directory}.`, 'Refresh the list.')
      return model
    }
  }
}

/** Folders one or two levels down too; links are followed, but no folder is entered twice. */
async function findFiles(directory: string): Promise<FoundFile[]> {
  const found: FoundFile[] = []
  const visited = new Set<string>()

  async function walk(folder: string, relative: string, depth: number): Promise<void> {
    const real = await realpath(folder).catch(() => null)
    if (real === null || visited.has(real)) return
    visited.add(real)
    const entries = await readdir(folder).catch((error: unknown) => {
      if (relative === '' && !isMissing(error)) throw unreadableFolder(folder, error)
      return []
    })
    for (const entry of entries.sort()) {
      if (found.length >= maxFiles) return
      const path = join(folder, entry)
      const stats = await stat(path).catch(() => null)
      if (entry.startsWith('.') || !stats) continue
      const isModelName = /\.gguf$/i.test(entry)
      if (stats.isDirectory() && !isModelName) {
        if (depth < maxDepth) await walk(path, `${relative}${entry}/`, depth + 1)
      } else if (isModelName && !/^mmproj/i.test(basename(entry)))
        found.push({
          path,
          relativePath: relative + entry,
          sizeBytes: stats.isFile() ? stats.size : 0,
          changedAtMs: stats.mtimeMs
        })
    }
  }

  await walk(directory, '', 0)
  return found
}

function sumParts(header: GgufHeader | null, parts: Checked[]): GgufHeader | null {
  if (!header || parts.length === 0) return header
  const others = parts.flatMap((part) => (part.header ? [part.header] : []))
  return {
    ...header,
    tensors: {
      bytesByType: sumByType([header, ...others]),
      isTied: [header, ...others].every((part) => part.tensors.isTied),
      tokenEmbedding: [header, ...others].find((part) => part.tensors.tokenEmbedding)?.tensors.tokenEmbedding ?? null
    },
    fingerprint: createHash('sha256')
      .update([header, ...others].map((part) => part.fingerprint).join())
      .digest('hex'),
    tensorCount: others.reduce((sum, part) => sum + part.tensorCount, header.tensorCount),
    parameterCount: others.reduce((sum, part) => sum + part.parameterCount, header.parameterCount)
  }
}

function sumByType(parts: readonly GgufHeader[]): Map<number, number> {
  const sums = new Map<number, number>()
  for (const [type, bytes] of parts.flatMap((part) => [...part.tensors.bytesByType]))
    sums.set(type, (sums.get(type) ?? 0) + bytes)
  return sums
}

function partsMissing(name: string, count: number): StokerError {
  return new StokerError(
    'bad_model_file',
    `${name} is incomplete: ${count} of its parts ${count === 1 ? 'is' : 'are'} missing.`,
    'Put all parts into the same folder.'
  )
}

function unreadableFolder(folder: string, error: unknown): StokerError {
  return new StokerError(
    'storage_failed',
    `Stoker cannot read the models folder ${folder}.`,
    'Check its permissions, or choose another folder.',
    { cause: error }
  )
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

function asStokerError(error: unknown): StokerError {
  return error instanceof StokerError ? error : new StokerError('bad_model_file', String(error), null, { cause: error })
}
