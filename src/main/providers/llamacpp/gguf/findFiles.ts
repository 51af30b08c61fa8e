/** Looks for model files on the disk: in the models folder, and where an entry of models.yaml points. */
import { realpath, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StokerError } from '../../../../shared/errors.ts'
import { groupModelFiles, type FoundFile, type ModelFiles } from './modelFiles.ts'

const maxDepth = 2
const maxFiles = 5_000

/** Folders one or two levels down too; links are followed, but no folder is entered twice. */
export async function findFiles(directory: string): Promise<FoundFile[]> {
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

/** The model that this file is, or begins: the other parts of a split one lie beside it. Null where there is no such file. */
export async function findNamedModel(path: string): Promise<Omit<ModelFiles, 'name'> | null> {
  const file = await foundFile(path)
  if (!file) return null
  const [, total] = /-\d{5}-of-(\d{5})\.gguf$/i.exec(path) ?? []
  if (total === undefined) return { files: [file], missingParts: 0 }
  const folder = dirname(path)
  const stem = basename(path).replace(/-\d{5}-of-\d{5}\.gguf$/i, '')
  const isPart = new RegExp(`^-\\d{5}-of-${total}\\.gguf$`, 'i')
  const names = await readdir(folder).catch(() => [basename(path)])
  const parts = names.filter((name) => name.startsWith(stem) && isPart.test(name.slice(stem.length)))
  const found = await Promise.all(parts.map((name) => foundFile(join(folder, name))))
  const [model] = groupModelFiles(found.filter((part) => part !== null))
  return model ?? { files: [file], missingParts: 0 }
}

async function foundFile(path: string): Promise<FoundFile | null> {
  const stats = await stat(path).catch(() => null)
  if (!stats) return null
  const sizeBytes = stats.isFile() ? stats.size : 0
  return { path, relativePath: basename(path), sizeBytes, changedAtMs: stats.mtimeMs }
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
