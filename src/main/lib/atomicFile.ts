/** Writes a whole file or nothing: a crash or a full disk leaves the old one in place. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { writeFailed } from './writeFailed.ts'

const ownersOnly = 0o600

/** Rejects with `storage_failed`, saying what the disk said. The file is readable by its owner only, whatever was there before. */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  await saying(path, async () => {
    await mkdir(dirname(path), { recursive: true })
    await replace(path, text, ownersOnly)
  })
}

/** The same for a file that people own, too: one that is there keeps its mode, and of a link it is the target that is written. */
export async function rewriteFile(path: string, text: string): Promise<void> {
  await saying(path, async () => {
    // Of a link's target nothing but the file is made: its folder may be on a disk that is away.
    await mkdir(dirname(path), { recursive: true })
    const target = await targetOf(path)
    await replace(target, text, (await modeOf(target)) ?? ownersOnly)
  })
}

async function saying(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw writeFailed(path, error)
  }
}

async function replace(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.partial`
  try {
    const file = await open(temporary, 'wx', ownersOnly)
    try {
      await file.writeFile(text)
      // Not with the opening: there the umask would take its part.
      if (mode !== ownersOnly) await file.chmod(mode)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

/** Where a link leads in the end, also where nothing is there yet. */
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (!isNotThere(error)) throw error
    const next = await readlink(path).catch(() => null)
    // From where the folder truly is: it may be a link, too.
    return next === null ? path : targetOf(resolve(await realpath(dirname(path)), next))
  }
}

async function modeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mode & 0o777
  } catch (error) {
    if (isNotThere(error)) return null
    throw error
  }
}

function isNotThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
