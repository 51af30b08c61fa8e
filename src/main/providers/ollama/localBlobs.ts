/** The files behind an Ollama server's models, where they lie on this machine and may be read. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { readGgufHeader, type GgufHeader } from '../llamacpp/gguf/ggufHeader.ts'
import { blobDigest } from './shownWeights.ts'

export interface LocalBlob {
  bytes: number
  /** Null where it is no GGUF file, or not one that Stoker can read. */
  header: GgufHeader | null
}

export interface LocalBlobs {
  /** Null unless the path names a blob that is a file here and may be read. */
  look(path: string): Promise<LocalBlob | null>
  bytes(path: string): Promise<number | null>
}

/** The path comes from a server: nothing but a blob is opened, and nothing that is no ordinary file. */
export function createLocalBlobs(): LocalBlobs {
  /** By path: a blob is named by what is in it, so it is read once. */
  const headers = new Map<string, Promise<GgufHeader | null>>()

  async function bytes(path: string): Promise<number | null> {
    if (blobDigest(path) === null) return null
    const stats = await stat(path).catch(() => null)
    const canRead = await access(path, constants.R_OK).then(
      () => true,
      () => false
    )
    return stats?.isFile() && canRead ? stats.size : null
  }

  return {
    bytes,
    async look(path) {
      const size = await bytes(path)
      if (size === null) return null
      const header = headers.get(path) ?? readGgufHeader(path).catch(() => null)
      headers.set(path, header)
      return { bytes: size, header: await header }
    }
  }
}
