/** What is free where a folder lies, or will lie. */
import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Disk } from './placeChecks.ts'

/** A folder that is not there yet is asked for by its nearest parent. */
export async function readDisk(path: string): Promise<Disk> {
  try {
    const [{ bavail, bsize }, { dev }] = await Promise.all([statfs(path), stat(path)])
    return { freeBytes: bavail * bsize, device: dev }
  } catch (error) {
    const parent = dirname(path)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === path) throw error
    return readDisk(parent)
  }
}
