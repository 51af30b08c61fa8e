/** Writes a whole file or nothing: a crash or a full disk leaves the old one in place. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StokerError } from '../../shared/errors.ts'

/** Rejects with `storage_failed`, saying what the disk said. The file is readable by its owner only. */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.partial`
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw storageError(path, error)
  }
}

/** What the disk said, for a person. */
export function storageError(path: string, cause: unknown): StokerError {
  const code = (cause as NodeJS.ErrnoException | null)?.code
  const hints: Record<string, string> = {
    ENOSPC: 'The disk is full. Free some space and try again.',
    EACCES: 'Stoker may not write there. Check the folder and its permissions.',
    EPERM: 'Stoker may not write there. Check the folder and its permissions.',
    EROFS: 'That disk is read-only. Start Stoker with another data folder (--data-dir).'
  }
  const hint = (code && hints[code]) ?? 'Check the disk and the folder.'
  return new StokerError('storage_failed', `${path} could not be written (${code ?? String(cause)}).`, hint, { cause })
}
