/** What may go wrong with files and processes, on the real engine: each a clear error, nothing left behind, the next load works. */
import { spawn } from 'node:child_process'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toErrorInfo } from '../../../shared/errors.ts'
import { systemClock } from '../../lib/clock.ts'
import { createForkLauncher } from './forkEngine.ts'
import { badFileKinds, writeBadFile, writeTinyModel, type BadFileKind } from './gguf/testFiles.ts'
import { ask, createTestEngine, engineChildPath, isAlive, neverAborted, type TestEngine } from './testEngine.ts'

const keep = { keepAliveSeconds: 600 }
let engine: TestEngine

beforeAll(async () => {
  engine = await createTestEngine()
  await writeTinyModel(engine.directory, 'good')
})
afterAll(() => engine.dispose())

async function loadError(name: string, signal = neverAborted) {
  return engine.provider.load(name, keep, signal).then(
    () => null,
    (error: unknown) => toErrorInfo(error)
  )
}

function kill(pid: number | undefined, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (pid !== undefined) process.kill(pid, signal)
}

describe('bad files', () => {
  const expected: Record<BadFileKind, [code: string, words: RegExp]> = {
    truncated: ['bad_model_file', /cut off: the data of blk\.1\.ffn_up\.weight/],
    truncatedHeader: ['bad_model_file', /cut off: the file ends in the middle of its header/],
    wrongMagic: ['bad_model_file', /does not start with the letters GGUF/],
    html: ['bad_model_file', /a web page, not a model/],
    empty: ['bad_model_file', /is empty/],
    folder: ['bad_model_file', /is a folder/],
    unknownArchitecture: ['unknown_architecture', /"frobnicator"/],
    missingTensor: ['missing_tensor', /blk\.1\.ffn_down\.weight is missing/],
    missingKey: ['bad_model_file', /no llama\.feed_forward_length/],
    hugeCount: ['bad_model_file', /impossible number/],
    largerThanMemory: ['out_of_memory', /does not fit/]
  }
  beforeAll(async () => {
    for (const kind of badFileKinds) await writeBadFile(engine.directory, kind)
  })

  test.each(badFileKinds)('%s is refused with its reason and a next step', async (kind) => {
    const [code, words] = expected[kind]
    expect(await loadError(kind)).toEqual({ code, message: expect.stringMatching(words), hint: expect.any(String) })
  })

  test('each is listed with its problem, and hides no other', async () => {
    const models = await engine.provider.list(neverAborted)
    expect(models.map(({ name }) => name).sort()).toEqual([...badFileKinds, 'good'].sort())
    const sound = models.filter(({ problem }) => problem === null).map(({ name }) => name)
    // What only the engine, or only this machine, can tell is told at the load.
    expect(sound).toEqual(['good', 'largerThanMemory', 'missingTensor'])
  })

  test('a file that makes the engine abort its process is a bad file, not a crash', async () => {
    // The pre-check would catch this one; a header changed after the look at it would not be caught.
    const path = await writeTinyModel(engine.directory, 'aborts')
    const bad = await writeBadFile(join(engine.directory, 'aside/deep/out/of/sight'), 'missingKey')
    await engine.provider.list(neverAborted)
    const child = engine.nextChild()
    const error = loadError('aborts')
    await child
    await rename(bad, path)
    expect(await error).toMatchObject({ code: 'bad_model_file', message: expect.stringContaining('gave up on aborts') })
  })

  test('after all of them a good model loads', async () => {
    await engine.provider.load('good', keep, neverAborted)
    await engine.provider.unload('good', 10_000, neverAborted)
    expect(engine.children.filter(({ pid }) => isAlive(pid))).toEqual([])
  })

  test('an unknown name is not found', async () => {
    expect(await loadError('../good')).toMatchObject({ code: 'model_not_found' })
  })
})

describe('the child is killed', () => {
  test('while loading: the load fails and says so, and nothing is told to be lost', async () => {
    const lost: string[] = []
    const unsubscribe = engine.provider.onLost((name) => lost.push(name))
    const child = engine.nextChild()
    const error = loadError('good')
    kill((await child).pid)
    expect(await error).toMatchObject({
      code: 'engine_crashed',
      message: expect.stringContaining('killed while loading good')
    })
    expect(lost).toEqual([])
    unsubscribe()
  })

  test('while answering: the answer and those behind it fail, the model is lost, and it loads again', async () => {
    const lost: [string, string][] = []
    const unsubscribe = engine.provider.onLost((name, { code }) => lost.push([name, code]))
    await engine.provider.load('good', keep, neverAborted)
    const pid = engine.children.at(-1)?.pid
    const answers = [
      engine.provider.generate('good', { ...ask('a', { maxTokens: 2_000 }), onText: () => kill(pid) }, neverAborted),
      engine.provider.generate('good', ask('b'), neverAborted)
    ]
    for (const answer of answers) await expect(answer).rejects.toMatchObject({ code: 'engine_crashed' })
    expect(lost).toEqual([['good', 'engine_crashed']])
    expect(await engine.provider.listLoaded(neverAborted)).toEqual([])
    await engine.provider.load('good', keep, neverAborted)
    unsubscribe()
  })

  test('while unloading, and hanging at that: the unload succeeds, for the model is gone', async () => {
    const lost: string[] = []
    const unsubscribe = engine.provider.onLost((name) => lost.push(name))
    const pid = engine.children.at(-1)?.pid
    kill(pid, 'SIGSTOP')
    const unload = engine.provider.unload('good', 10_000, neverAborted)
    kill(pid)
    await unload
    expect(isAlive(pid)).toBe(false)
    expect(lost).toEqual([])
    unsubscribe()
  })
})

describe('a child', () => {
  test('is not ended by a Ctrl-C that reaches the whole terminal: Stoker ends it in order', async () => {
    await engine.provider.load('good', keep, neverAborted)
    kill(engine.children.at(-1)?.pid, 'SIGINT')
    await expect(engine.provider.generate('good', ask('a'), neverAborted)).resolves.toMatchObject({
      doneReason: 'length'
    })
  })

  test('that hangs is ended by an unload after two seconds', async () => {
    const pid = engine.children.at(-1)?.pid
    kill(pid, 'SIGSTOP')
    const startedAt = performance.now()
    await engine.provider.unload('good', 10_000, neverAborted)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
    expect(isAlive(pid)).toBe(false)
  })
})

describe('healing', () => {
  test('leaves engines that hear us, ends one that hangs and tells so; then it loads again', async () => {
    // Time that runs faster: nobody waits 8 s for a word that will not come.
    const hurried = { ...systemClock, after: (ms: number, call: () => void) => systemClock.after(ms / 20, call) }
    const other = await createTestEngine({ clock: hurried })
    const lost: string[] = []
    other.provider.onLost((name, { message }) => lost.push(`${name}: ${message}`))
    await writeTinyModel(other.directory, 'good')
    await writeTinyModel(other.directory, 'hanging')
    expect(await other.provider.heal?.(neverAborted)).toBeNull()
    await other.provider.load('good', keep, neverAborted)
    await other.provider.load('hanging', keep, neverAborted)
    expect(await other.provider.heal?.(neverAborted)).toBeNull()
    kill(other.children.at(-1)?.pid, 'SIGSTOP')
    expect(await other.provider.heal?.(neverAborted)).toBe('Ended the engine of hanging: it did not answer any more.')
    expect(lost).toEqual(['hanging: The engine hung with hanging and was ended.'])
    expect((await other.provider.listLoaded(neverAborted)).map(({ name }) => name)).toEqual(['good'])
    await other.provider.load('hanging', keep, neverAborted)
    await other.dispose()
  })

  test('can be given up', async () => {
    await engine.provider.load('good', keep, neverAborted)
    const { pid } = engine.children.at(-1) ?? {}
    kill(pid, 'SIGSTOP')
    const abort = new AbortController()
    const healing = engine.provider.heal?.(abort.signal)
    abort.abort()
    await expect(healing).rejects.toMatchObject({ code: 'aborted' })
    kill(pid, 'SIGCONT')
    expect(await engine.provider.heal?.(neverAborted)).toBeNull()
    await engine.provider.unload('good', 10_000, neverAborted)
  })
})

describe('cancelling', () => {
  test('a load: rejects within 160 ms, and the process is gone', async () => {
    const abort = new AbortController()
    const child = engine.nextChild()
    const error = loadError('good', abort.signal)
    const { pid } = await child
    const startedAt = performance.now()
    abort.abort()
    expect(await error).toMatchObject({ code: 'aborted' })
    expect(performance.now() - startedAt).toBeLessThan(300)
    await expect.poll(() => isAlive(pid)).toBe(false)
  })

  test('an unload that waits for an answer leaves the model as it was', async () => {
    await engine.provider.load('good', keep, neverAborted)
    const answer = engine.provider.generate('good', ask('a', { maxTokens: 1_500 }), neverAborted)
    await expect(engine.provider.unload('good', 10, neverAborted)).rejects.toMatchObject({ code: 'model_busy' })
    const abort = new AbortController()
    const unload = engine.provider.unload('good', 10_000, abort.signal)
    abort.abort()
    await expect(unload).rejects.toMatchObject({ code: 'aborted' })
    expect((await answer).outputTokens).toBeGreaterThan(100)
    await expect(engine.provider.generate('good', ask('b'), neverAborted)).resolves.toMatchObject({ outputTokens: 16 })
  })
})

test('a child does not outlive a parent that was killed', async () => {
  const source = `
    const { createForkLauncher } = await import(${JSON.stringify(join(import.meta.dirname, 'forkEngine.ts'))})
    const child = createForkLauncher(${JSON.stringify(engineChildPath)})()
    child.onMessage(() => process.stdout.write(String(child.pid)))`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)))
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await expect.poll(() => isAlive(pid)).toBe(false)
})

test('a child that cannot be started is an error, not a wait for ever', async () => {
  const broken = await createTestEngine({ launchEngine: createForkLauncher(join(engine.directory, 'nothing.ts')) })
  await writeTinyModel(broken.directory, 'good')
  await expect(broken.provider.load('good', keep, neverAborted)).rejects.toMatchObject({ code: 'engine_crashed' })
  await broken.dispose()
})

test('ending the provider in the middle of a load ends the load and its process', async () => {
  const other = await createTestEngine()
  await writeTinyModel(other.directory, 'good')
  const child = other.nextChild()
  const load = other.provider.load('good', keep, neverAborted)
  await child
  await Promise.all([other.provider.dispose(), expect(load).rejects.toMatchObject({ code: 'aborted' })])
  expect(isAlive((await child).pid)).toBe(false)
  await expect(other.provider.load('good', keep, neverAborted)).rejects.toMatchObject({ code: 'aborted' })
  await other.dispose()
})
