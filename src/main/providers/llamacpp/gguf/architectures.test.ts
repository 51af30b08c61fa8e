/** Our list of architectures beside the engine's own: an engine that learns one must not have its models refused. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { isEncoder, knownArchitectures } from './architectures.ts'

const library = pathToFileURL(createRequire(import.meta.url).resolve('node-llama-cpp')).href
const listThem = `
  import { getLlama } from ${JSON.stringify(library)}
  const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false, logLevel: 'error' })
  console.log(JSON.stringify(llama._bindings.getAllArchs()))
  process.exit(0)`

test('the list is the engine library’s', async () => {
  // In a process of its own, because the library stays in whatever process it was loaded into.
  const directory = await mkdtemp(join(tmpdir(), 'stoker-architectures-'))
  const script = join(directory, 'list.mjs')
  await writeFile(script, listThem)
  const { stdout } = await promisify(execFile)(process.execPath, [script])
  await rm(directory, { recursive: true })
  const engines = (JSON.parse(stdout) as string[]).filter((name) => name !== '(unknown)' && !isEncoder(name))
  expect([...knownArchitectures].sort()).toEqual(engines.sort())
})
