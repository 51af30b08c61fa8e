/** The 300 MB sample with the built child: numbers that a model of a megabyte cannot show. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoadedModel } from '../provider.ts'
import { createForkLauncher } from './forkEngine.ts'
import { ask, createTestEngine, isAlive, neverAborted, processMemory, type TestEngine } from './testEngine.ts'

const name = 'stoker-sample-medium'
const keep = { keepAliveSeconds: 600 }
const source = join(import.meta.dirname, 'engineChild.ts')
/** Inside the project, where the built child finds the engine library. */
const built = join(import.meta.dirname, '../../../../node_modules/.stoker-engine-test')

let engine: TestEngine
const pids: (number | undefined)[] = []

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'warn',
    build: { ssr: source, outDir: built, emptyOutDir: true, rollupOptions: { external: ['node-llama-cpp'] } }
  })
  const fork = createForkLauncher(join(built, 'engineChild.js'))
  engine = await createTestEngine({
    launchEngine() {
      const child = fork()
      pids.push(child.pid)
      return child
    }
  })
}, 60_000)
afterAll(async () => {
  await engine.dispose()
  await rm(built, { recursive: true, force: true })
})

describe('the medium sample', () => {
  let loaded: LoadedModel

  test('is written with progress, is listed as a sample, and is not written twice', async () => {
    const completed: (number | null)[] = []
    expect(
      await engine.provider.createSample?.(
        'medium',
        (progress) => completed.push(progress.completedBytes),
        neverAborted
      )
    ).toBe(name)
    const [model] = await engine.provider.list(neverAborted)
    expect(model).toMatchObject({
      name,
      isSample: true,
      parameters: '280M',
      quantization: 'Q8_0',
      problem: null,
      maxContextLength: 8192
    })
    expect(completed.at(-1)).toBe(model?.sizeBytes)
    const again: (number | null)[] = []
    await engine.provider.createSample?.('medium', (progress) => again.push(progress.completedBytes), neverAborted)
    expect(again).toEqual([model?.sizeBytes])
  })

  test('a load is cancelled in the middle of its weights', async () => {
    const abort = new AbortController()
    let abortedAt = 0
    const load = engine.provider.load(
      name,
      {
        ...keep,
        onProgress() {
          abortedAt ||= performance.now()
          abort.abort()
        }
      },
      abort.signal
    )
    await expect(load).rejects.toMatchObject({ code: 'aborted' })
    expect(performance.now() - abortedAt).toBeLessThan(300)
    await expect.poll(() => isAlive(pids.at(-1))).toBe(false)
  })

  // Measured memory needs Linux; elsewhere the engine's own log is the source and there is nothing to compare.
  test.runIf(process.platform === 'linux')(
    'holds what the engine allocated, within a tenth, and what its process holds',
    async () => {
      loaded = await engine.provider.load(name, keep, neverAborted)
      const { memoryParts } = await engine.provider.inspect(name, neverAborted)
      const allocated = (memoryParts ?? []).reduce((sum, { bytes }) => sum + bytes, 0)
      const process = await processMemory(pids.at(-1) ?? 0)
      const resident = (process?.anonBytes ?? 0) + (process?.fileBytes ?? 0)
      expect(loaded.heldBytes).toBeGreaterThan(allocated * 0.9)
      expect(loaded.heldBytes).toBeLessThan(allocated * 1.1)
      expect(loaded.heldBytes).toBeGreaterThan(resident * 0.9)
      expect(loaded.heldBytes).toBeLessThan(resident * 1.1)
    }
  )

  test('a cancel is heard in the middle of a long prompt, and the next answer does not wait for its end', async () => {
    const abort = new AbortController()
    const answer = engine.provider.generate(name, ask('x'.repeat(4_000)), abort.signal)
    setTimeout(() => abort.abort(), 1_500)
    await expect(answer).rejects.toMatchObject({ code: 'aborted' })
    const startedAt = performance.now()
    await engine.provider.generate(name, ask('y', { maxTokens: 1 }), neverAborted)
    // The whole prompt takes half a minute.
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })

  test('an unload takes well under a second, and no process is left', async () => {
    const startedAt = performance.now()
    await engine.provider.unload(name, 10_000, neverAborted)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    expect(pids.filter(isAlive)).toEqual([])
  })
})
