/** Models for the real server: written by ourselves, uploaded under names nobody else has, and removed again. */
import { createHash, randomBytes } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { planSample } from '../../llamacpp/gguf/sampleModels.ts'
import { writeBadFile, writeTinyModel, type BadFileKind } from '../../llamacpp/gguf/testFiles.ts'
import { writeGguf } from '../../llamacpp/gguf/ggufWriter.ts'

/** By what they are for; the names are the server's. */
export interface TestModels {
  /** Loads in milliseconds, trained for 2048 tokens. */
  tiny: string
  /** Slow enough to be caught answering. */
  small: string
  /** Slow enough to be caught loading. */
  medium: string
  /** null where the server refuses bad files already when they are imported, as servers from 0.30 on do. */
  missingTensor: string | null
  unknownArchitecture: string | null
}

/** The server answers, but lacks the parts that read model files: built from source, and only half. */
export class NoEngineError extends Error {}

const prefix = `stoker-test-${randomBytes(4).toString('hex')}`

export async function createTestModels(url: string, directory: string): Promise<TestModels> {
  const create = async (name: string, path: string): Promise<string> => {
    await importModel(url, `${prefix}-${name}`, path)
    return `${prefix}-${name}`
  }
  const sample = async (size: 'small' | 'medium'): Promise<string> => {
    const path = join(directory, `${size}.gguf`)
    await writeGguf(path, planSample(size))
    return path
  }
  const bad = async (name: string, kind: BadFileKind): Promise<string | null> => {
    const path = await writeBadFile(directory, kind)
    return create(name, path).catch(() => null)
  }
  return {
    tiny: await create('tiny', await writeTinyModel(directory, 'tiny')),
    small: await create('small', await sample('small')),
    medium: await create('medium', await sample('medium')),
    missingTensor: await bad('missing-tensor', 'missingTensor'),
    unknownArchitecture: await bad('unknown-architecture', 'unknownArchitecture')
  }
}

/** Over HTTP, because the server may be another user's, or on another machine. */
async function importModel(url: string, name: string, path: string): Promise<void> {
  const digest = `sha256:${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')}`
  await expectOk(await fetch(`${url}/api/blobs/${digest}`, { method: 'POST', body: await openAsBlob(path) }))
  // One thread: on small machines more are slower, by far.
  const body = { model: name, files: { 'model.gguf': digest }, parameters: { num_thread: 1 }, stream: false }
  await expectOk(await fetch(`${url}/api/create`, { method: 'POST', body: JSON.stringify(body) }))
}

/** Whatever of ours is left, also after a failed test; nothing else is touched. */
export async function removeTestModels(url: string): Promise<void> {
  const response = await expectOk(await fetch(`${url}/api/tags`))
  const { models } = (await response.json()) as { models: { name: string }[] | null }
  for (const { name } of (models ?? []).filter((model) => model.name.startsWith(prefix))) {
    await fetch(`${url}/api/generate`, { method: 'POST', body: JSON.stringify({ model: name, keep_alive: 0 }) })
    await expectOk(await fetch(`${url}/api/delete`, { method: 'DELETE', body: JSON.stringify({ model: name }) }))
  }
}

async function expectOk(response: Response): Promise<Response> {
  if (response.ok) return response
  const text = await response.text()
  if (/binary not found/.test(text)) throw new NoEngineError(text)
  throw new Error(`${response.url} answered ${response.status}: ${text}`)
}
