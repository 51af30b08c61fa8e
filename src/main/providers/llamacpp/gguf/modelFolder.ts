/**
 * The models of the built-in engine: the GGUF files of one folder and those that models.yaml names. Split files as one, pictures'
 * encoders left out, a bad file listed with its problem.
 */
import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { StokerError } from '../../../../shared/errors.ts'
import type { FileModel } from '../../../../shared/modelsFile.ts'
import { abortReason } from '../../../lib/abortReason.ts'
import { isEncoder } from './architectures.ts'
import { findFiles, findNamedModel } from './findFiles.ts'
import { readGgufHeader, type GgufHeader } from './ggufHeader.ts'
import { groupModelFiles, type FoundFile, type ModelFiles } from './modelFiles.ts'

export interface FolderModel {
  /** As models.yaml names it, else the path below the models folder, with slashes, without .gguf and without a part number. */
  name: string
  /** The file to load; of a split model its first part. */
  path: string
  /** Every file of the model. */
  paths: string[]
  /** Null where there is no file. */
  sizeBytes: number | null
  header: GgufHeader | null
  problem: StokerError | null
  /** Its entry in models.yaml. */
  entry: FileModel | null
}

export interface ModelFolder {
  list(signal: AbortSignal): Promise<FolderModel[]>
  /** The model of that name; `model_not_found` when there is none. */
  find(name: string, signal: AbortSignal): Promise<FolderModel>
}

type Wanted = ModelFiles & { entry: FileModel | null }

type Checked = { header: GgufHeader; problem: null } | { header: null; problem: StokerError }

/** `fileModels`: the entries of models.yaml, their paths absolute; asked for with every list. */
export function createModelFolder(directory: string, fileModels: () => readonly FileModel[] = () => []): ModelFolder {
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

  async function describe({ name, files, missingParts, entry }: Wanted): Promise<FolderModel> {
    const [first, ...others] = files
    if (!first) throw new Error('a model has at least one file')
    const paths = files.map((file) => file.path)
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
    const model = { name, path: first.path, paths, sizeBytes, entry }
    if (missingParts > 0) return { ...model, header: null, problem: partsMissing(name, missingParts) }
    const { header, problem } = await check(first, 'model')
    if (problem) return { ...model, header, problem }
    const parts = await Promise.all(others.map((file) => check(file, 'part')))
    const broken = parts.find((part) => part.problem !== null)
    if (broken?.problem) return { ...model, header: null, problem: broken.problem }
    return { ...model, header: sumParts(header, parts), problem: null }
  }

  /** What models.yaml names; of a name that is there twice the first counts. */
  async function named(): Promise<(Wanted | FolderModel)[]> {
    const entries = new Map([...fileModels()].reverse().map((entry) => [entry.name, entry]))
    return Promise.all(
      [...entries.values()].map(async (entry) => {
        const found = await findNamedModel(entry.path)
        return found ? { ...found, name: entry.name, entry } : missing(entry)
      })
    )
  }

  async function list(signal: AbortSignal): Promise<FolderModel[]> {
    const entries = await named()
    const inFolder = groupModelFiles(await findFiles(directory)).map((model) => ({ ...model, entry: null }))
    const wanted = [...entries, ...(await withoutNamed(inFolder, entries))]
    const models: FolderModel[] = []
    for (const model of wanted) {
      if (signal.aborted) throw abortReason(signal)
      models.push('files' in model ? await describe(model) : model)
    }
    const current = new Set(wanted.flatMap((model) => ('files' in model ? model.files.map(({ path }) => path) : [])))
    for (const key of cache.keys()) if (!current.has(key.slice(0, key.indexOf('\n')))) cache.delete(key)
    return models
      .filter((model) => model.entry || !model.header || !isEncoder(model.header.architecture))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
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

/** A file of the folder that an entry names is listed once, as the entry; one whose name an entry took keeps its ending. */
async function withoutNamed(inFolder: Wanted[], entries: (Wanted | FolderModel)[]): Promise<Wanted[]> {
  if (entries.length === 0) return inFolder
  const real = (path: string): Promise<string> => realpath(path).catch(() => path)
  const taken = new Set(
    await Promise.all(entries.flatMap((entry) => ('files' in entry ? entry.files.map(({ path }) => real(path)) : [])))
  )
  const names = new Set(entries.map(({ name }) => name))
  const left: Wanted[] = []
  for (const model of inFolder) {
    const [first] = model.files
    if (first && taken.has(await real(first.path))) continue
    left.push(names.has(model.name) ? { ...model, name: `${model.name}.gguf` } : model)
  }
  return left
}

function missing(entry: FileModel): FolderModel {
  const { name, path } = entry
  const problem = new StokerError(
    'bad_model_file',
    `${name} has no file: there is none at ${path}.`,
    'Correct its path in models.yaml, or put the file there.'
  )
  return { name, path, paths: [], sizeBytes: null, header: null, problem, entry }
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

function asStokerError(error: unknown): StokerError {
  return error instanceof StokerError ? error : new StokerError('bad_model_file', String(error), null, { cause: error })
}
