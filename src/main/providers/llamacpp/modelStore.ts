/** Changes to the models folder: remove, copy, write a sample. Nothing outside the folder is ever touched. */
import { constants, createReadStream, createWriteStream } from 'node:fs'
import { access, copyFile, mkdir, realpath, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { StokerError } from '../../../shared/errors.ts'
import type { SampleSize } from '../../../shared/model.ts'
import type { TransferProgress } from '../provider.ts'
import { readGgufHeader } from './gguf/ggufHeader.ts'
import { abortReason } from '../../lib/abortReason.ts'
import { writeFailed } from '../../lib/writeFailed.ts'
import { writeGguf, type GgufPlan } from './gguf/ggufWriter.ts'
import type { FolderModel } from './gguf/modelFolder.ts'
import { planSample, sampleName } from './gguf/sampleModels.ts'

export interface ModelStore {
  remove(model: FolderModel): Promise<void>
  copy(model: FolderModel, newName: string, signal: AbortSignal): Promise<void>
  /** Answers the sample's name. */
  createSample(size: SampleSize, onProgress: (progress: TransferProgress) => void, signal: AbortSignal): Promise<string>
}

/** Left on the disk at least: a system without any is worse than one without a sample. */
const keptFreeBytes = 100_000_000

export function createModelStore(directory: string, freeBytes = freeBytesOf): ModelStore {
  const writing = new Set<string>()

  return {
    async remove(model) {
      for (const path of model.paths) await ensureInside(directory, path)
      for (const path of model.paths)
        await rm(path).catch((error: unknown) => Promise.reject(removeFailed(model.name, error)))
    },

    async copy(model, newName, signal) {
      const base = join(directory, ...checkedName(newName).split('/'))
      const targets = model.paths.map((path) => base + partSuffix(path))
      for (const target of targets) await ensureFree(target, newName)
      await makeFolder(dirname(base))
      await ensureInside(directory, base)
      await alone(base, newName, async () => {
        for (const [index, path] of model.paths.entries()) await copyOne(path, targets[index] ?? base, signal)
      })
    },

    async createSample(size, onProgress, signal) {
      if (signal.aborted) throw abortReason(signal)
      const name = sampleName(size)
      await alone(join(directory, name), name, () => writeSample(name, planSample(size), onProgress, signal))
      return name
    }
  }

  /** Two writers of one file would mix their bytes. */
  async function alone(path: string, name: string, work: () => Promise<void>): Promise<void> {
    if (writing.has(path)) throw new StokerError('model_busy', `${name} is being written already.`, null)
    writing.add(path)
    try {
      await work()
    } finally {
      writing.delete(path)
    }
  }

  async function writeSample(
    name: string,
    plan: GgufPlan,
    onProgress: (progress: TransferProgress) => void,
    signal: AbortSignal
  ): Promise<void> {
    const path = join(directory, `${name}.gguf`)
    const report = (completedBytes: number): void =>
      onProgress({ status: 'writing', completedBytes, totalBytes: plan.totalBytes })
    if (await isSampleOf(path, plan.totalBytes)) return report(plan.totalBytes)
    await makeFolder(directory)
    ensureSpace(plan.totalBytes, await freeBytes(directory))
    await writeGguf(path, plan, { onBytes: report, signal })
  }
}

/** The same sample again would be the same bytes again. */
async function isSampleOf(path: string, bytes: number): Promise<boolean> {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => null
  )
  return (
    size === bytes &&
    (await readGgufHeader(path).then(
      (header) => header.isSample,
      () => false
    ))
  )
}

/** Lets a link to a file be removed, but no file that is reached through a linked folder outside. */
async function ensureInside(directory: string, path: string): Promise<void> {
  const [root, parent] = await Promise.all([realpath(directory), realpath(dirname(path))])
  const inside = relative(root, parent)
  if (inside === '..' || inside.startsWith(`..${sep}`))
    throw new StokerError('forbidden', `${path} lies outside the models folder.`, 'Change it there, where it belongs.')
}

async function ensureFree(path: string, name: string): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false
  )
  if (exists) throw new StokerError('invalid_input', `There is a model ${name} already.`, 'Choose another name.')
}

/** "-00001-of-00003.gguf" of a split model, ".gguf" of any other. */
function partSuffix(path: string): string {
  return /(-\d{5}-of-\d{5})?\.gguf$/i.exec(path)?.[0] ?? '.gguf'
}

export function checkedName(name: string): string {
  const parts = name.replace(/\.gguf$/i, '').split('/')
  const isGood =
    parts.length <= 3 &&
    parts.every((part) => /^[\p{L}\p{N}_][\p{L}\p{N} ._+@()=-]{0,127}$/u.test(part) && !/[ .]$/.test(part))
  if (!isGood)
    throw new StokerError(
      'invalid_input',
      `"${name.slice(0, 80)}" cannot be a model's name.`,
      'Use letters, digits, spaces and . _ - only.'
    )
  return parts.join('/')
}

/** Shares the blocks of the file where the file system can, which takes no time and no space. */
async function copyOne(from: string, to: string, signal: AbortSignal): Promise<void> {
  const partial = `${to}.partial`
  try {
    await copyFile(from, partial, constants.COPYFILE_FICLONE_FORCE).catch(async () => {
      ensureSpace((await stat(from)).size, await freeBytesOf(dirname(to)))
      await pipeline(createReadStream(from, { highWaterMark: 2 ** 20 }), createWriteStream(partial), { signal })
    })
    await rename(partial, to)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {})
    if (signal.aborted) throw abortReason(signal)
    throw error instanceof StokerError ? error : writeFailed(to, error)
  }
}

async function makeFolder(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true }).catch((error: unknown) => Promise.reject(writeFailed(directory, error)))
}

async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

function ensureSpace(neededBytes: number, freeBytes: number): void {
  if (freeBytes >= neededBytes + keptFreeBytes) return
  throw new StokerError(
    'storage_failed',
    `There is not enough disk space: ${megabytes(neededBytes)} are needed and ${megabytes(freeBytes)} are free; ${megabytes(keptFreeBytes)} are kept free.`,
    'Free some space, then try again.'
  )
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`
}

function removeFailed(name: string, error: unknown): StokerError {
  const reason = error instanceof Error ? error.message : String(error)
  return new StokerError(
    'storage_failed',
    `${name} could not be removed: ${reason}`,
    'Check the permissions of the models folder.',
    { cause: error }
  )
}
