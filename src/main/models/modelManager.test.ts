import { beforeEach, describe, expect, it } from 'vitest'
import type { NewActivityEvent } from '../../shared/activity.ts'
import { StokerError } from '../../shared/errors.ts'
import type { FakeClock } from '../lib/fakeClock.ts'
import type { OperationRegistry } from '../operations/operationRegistry.ts'
import { loadedModel, type FakeProvider } from '../providers/fakeProvider.ts'
import { createManagerRig, id, you, type ManagerRig } from './managerRig.ts'
import type { ModelManager } from './modelManager.ts'

let rig: ManagerRig
let clock: FakeClock
let provider: FakeProvider
let manager: ModelManager
let operations: OperationRegistry
let log: NewActivityEvent[]

async function begin(names: string[], keepsTime = false): Promise<void> {
  rig = await createManagerRig(names, keepsTime)
  ;({ clock, provider, manager, operations, log } = rig)
}
const settle = (): Promise<void> => rig.settle()
const refresh = (): Promise<void> => rig.refresh()
const load = (name: string): Promise<void> => rig.load(name)
const state = (name: string): string => rig.state(name)

beforeEach(() => begin(['a', 'b', 'c']))

describe('loading', () => {
  it('is shared: two callers must not load one model twice', async () => {
    const both = Promise.all([manager.ensureLoaded(id('a'), you), manager.ensureLoaded(id('a'), you)])
    await settle()
    expect(state('a')).toBe('loading')
    provider.loads[0]?.finish()
    await both
    expect(provider.calls).toEqual(['load a'])
    expect(manager.get(id('a'))).toMatchObject({ state: 'ready', heldBytes: 1_100, error: null })
  })

  it('goes on for the caller that stays when the other leaves', async () => {
    const first = manager.ensureLoaded(id('a'), { ...you, operationId: 'operation-1' })
    await settle()
    const second = manager.ensureLoaded(id('a'), { ...you, operationId: 'operation-2' })
    await settle()
    operations.cancel('operation-2')
    await expect(second).rejects.toMatchObject({ code: 'aborted' })
    provider.loads[0]?.finish()
    await expect(first).resolves.toMatchObject({ state: 'ready' })
  })

  it('ends for everyone when its own operation is cancelled, and the model is unloaded, not failed', async () => {
    const first = manager.ensureLoaded(id('a'), { ...you, operationId: 'operation-1' })
    const second = manager.ensureLoaded(id('a'), you)
    await settle()
    const settled = Promise.allSettled([first, second])
    expect(manager.get(id('a')).operationId).toBe('operation-1')
    operations.cancel('operation-1')
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(manager.get(id('a'))).toMatchObject({ state: 'unloaded', error: null, operationId: null })
    expect(log.map(({ kind }) => kind)).toEqual(['load_cancelled'])
  })

  it('is cancelled when the only request that wanted it is', async () => {
    const answer = manager.generate(id('a'), { ...you, prompt: 'hi', operationId: 'generate-1' })
    await settle()
    const settled = expect(answer).rejects.toMatchObject({ code: 'aborted' })
    operations.cancel('generate-1')
    await settled
    await settle()
    expect(provider.loads).toHaveLength(0)
    expect(state('a')).toBe('unloaded')
  })

  it('keeps the reason of a failure, and tries again when asked again', async () => {
    const failed = manager.ensureLoaded(id('a'), you)
    const settled = expect(failed).rejects.toMatchObject({ code: 'missing_tensor' })
    await settle()
    provider.loads[0]?.fail(new StokerError('missing_tensor', 'A tensor is missing.'))
    await settled
    expect(manager.get(id('a'))).toMatchObject({ state: 'failed', error: { code: 'missing_tensor' } })
    await load('a')
    expect(manager.get(id('a'))).toMatchObject({ state: 'ready', error: null })
  })

  it('with another context length unloads first, and says why', async () => {
    await load('a')
    const again = manager.ensureLoaded(id('a'), { ...you, contextLength: 512 })
    await settle()
    provider.unloads[0]?.finish()
    await settle()
    expect(provider.loads[0]?.request.contextLength).toBe(512)
    provider.loads[0]?.finish()
    await again
    expect(provider.calls).toEqual(['load a', 'unload a', 'load a'])
    expect(log.find(({ kind }) => kind === 'unloaded')?.reason).toMatch(/context length/)
  })

  it('of an unknown model says so', async () => {
    await expect(manager.ensureLoaded(id('zzz'), you)).rejects.toMatchObject({ code: 'model_not_found' })
  })
})

describe('the limit', () => {
  it('unloads the least recently used model, and never counts two loads on the same room', async () => {
    await load('a')
    await clock.advance(1000)
    await load('b')
    const third = manager.ensureLoaded(id('c'), you)
    await settle()
    expect(provider.unloads.map(({ name }) => name)).toEqual(['a'])
    provider.unloads[0]?.finish()
    await settle()
    provider.loads[0]?.finish()
    await third
    expect([state('a'), state('b'), state('c')]).toEqual(['unloaded', 'ready', 'ready'])
    expect(log.find(({ kind }) => kind === 'unloaded')).toMatchObject({ actor: 'limit' })
  })

  it('leaves a pinned and an answering model alone, and says so instead', async () => {
    rig.settings.maxLoadedModels = 1
    await load('a')
    await manager.pin(id('a'), true, you)
    await expect(manager.ensureLoaded(id('b'), you)).rejects.toMatchObject({ code: 'limit_reached' })
    expect(state('b')).toBe('unloaded')
    await manager.pin(id('a'), false, you)
    const answer = manager.generate(id('a'), { ...you, prompt: 'hi' })
    await settle()
    await expect(manager.ensureLoaded(id('b'), you)).rejects.toMatchObject({ code: 'limit_reached' })
    provider.answers[0]?.finish()
    await answer
    expect(provider.calls).not.toContain('unload a')
  })

  it('holds when three models are asked for at the same time', async () => {
    rig.settings.maxLoadedModels = 1
    const all = Promise.allSettled(['a', 'b', 'c'].map((name) => manager.ensureLoaded(id(name), you)))
    let most = 0
    for (let turn = 0; turn < 20; turn++) {
      await settle()
      most = Math.max(most, provider.loaded.size + provider.loads.length)
      provider.unloads[0]?.finish()
      provider.loads[0]?.finish()
    }
    await all
    expect(most).toBe(1)
  })
})

describe('asking', () => {
  it('hands the turns of a conversation to the provider as they are', async () => {
    await load('a')
    const messages = [
      { role: 'user' as const, content: 'Hello' },
      { role: 'assistant' as const, content: 'Hi!' }
    ]
    const answer = manager.generate(id('a'), { ...you, prompt: 'Go on', messages })
    await settle()
    expect(provider.answers[0]?.request).toMatchObject({ prompt: 'Go on', messages })
    provider.answers[0]?.finish()
    await answer
  })
})

describe('unloading', () => {
  it('waits for the running answer, then gives back the bytes', async () => {
    await load('a')
    const answer = manager.generate(id('a'), { ...you, prompt: 'hi' })
    await settle()
    const unload = manager.unload(id('a'), you)
    await settle()
    expect(state('a')).toBe('unloading')
    expect(provider.unloads).toHaveLength(0)
    provider.answers[0]?.finish()
    await answer
    await settle()
    provider.unloads[0]?.finish()
    await expect(unload).resolves.toMatchObject({ bytesReturned: 1_100, verified: true })
    expect(manager.get(id('a'))).toMatchObject({ state: 'unloaded', heldBytes: null })
  })

  it('by force stops the answer first', async () => {
    await load('a')
    const answer = manager.generate(id('a'), { ...you, prompt: 'hi' })
    const stopped = expect(answer).rejects.toMatchObject({ code: 'aborted' })
    await settle()
    const unload = manager.unload(id('a'), { ...you, force: true })
    await stopped
    await settle()
    provider.unloads[0]?.finish()
    await unload
    expect(state('a')).toBe('unloaded')
  })

  it('can be forced after it was asked for politely', async () => {
    await load('a')
    const answer = manager.generate(id('a'), { ...you, prompt: 'hi' })
    const stopped = expect(answer).rejects.toMatchObject({ code: 'aborted' })
    await settle()
    const polite = manager.unload(id('a'), you)
    await settle()
    const forced = manager.unload(id('a'), { ...you, force: true })
    await stopped
    await settle()
    provider.unloads[0]?.finish()
    await Promise.all([polite, forced])
    expect(provider.calls.filter((call) => call === 'unload a')).toHaveLength(1)
  })

  it('that is given up leaves the model ready, and the log says why', async () => {
    await load('a')
    const unload = manager.unload(id('a'), you)
    const settled = expect(unload).rejects.toMatchObject({ code: 'model_busy' })
    await settle()
    provider.unloads[0]?.fail(new StokerError('model_busy', 'It is still answering another program.'))
    await settled
    expect(state('a')).toBe('ready')
    expect(log.at(-1)).toMatchObject({ kind: 'unload_failed', error: { code: 'model_busy' } })
  })

  it('of a loading model cancels the load; of an unloaded one is no error', async () => {
    const loading = manager.ensureLoaded(id('a'), you)
    const settled = expect(loading).rejects.toMatchObject({ code: 'aborted' })
    await settle()
    await expect(manager.unload(id('a'), you)).resolves.toMatchObject({ bytesReturned: 0 })
    await settled
    expect(state('a')).toBe('unloaded')
  })

  it('if idle leaves a pinned and an answering model alone', async () => {
    await load('a')
    await manager.pin(id('a'), true, you)
    expect(await manager.unloadIfIdle(id('a'), { actor: 'pressure', reason: null })).toBeNull()
    await manager.pin(id('a'), false, you)
    const answer = manager.generate(id('a'), { ...you, prompt: 'hi' })
    await settle()
    expect(await manager.unloadIfIdle(id('a'), { actor: 'pressure', reason: null })).toBeNull()
    provider.answers[0]?.finish()
    await answer
    const unload = manager.unloadIfIdle(id('a'), { actor: 'pressure', reason: null })
    await settle()
    provider.unloads[0]?.finish()
    expect(await unload).toMatchObject({ bytesReturned: 1_100 })
    expect(log.at(-1)).toMatchObject({ kind: 'unloaded', actor: 'pressure' })
  })

  it('of all leaves the pinned ones', async () => {
    await load('a')
    await load('b')
    await manager.pin(id('a'), true, you)
    const all = manager.unloadAll(you)
    await settle()
    provider.unloads.forEach((step) => step.finish())
    expect((await all).map((entry) => entry.id.name)).toEqual(['b'])
    expect([state('a'), state('b')]).toEqual(['ready', 'unloaded'])
  })

  it('while a request waits for the model loads it again for that request', async () => {
    await load('a')
    const unload = manager.unload(id('a'), you)
    await settle()
    const answer = manager.generate(id('a'), { ...you, prompt: 'hi' })
    await settle()
    provider.unloads[0]?.finish()
    await unload
    await settle()
    provider.loads[0]?.finish()
    await settle()
    provider.answers[0]?.finish()
    await expect(answer).resolves.toMatchObject({ text: 'hi' })
  })
})

describe('keep-alive', () => {
  it('unloads an idle model after its time, and counts from the last use', async () => {
    await load('a')
    await manager.setKeepAlive(id('a'), 60, you)
    expect(manager.get(id('a')).unloadsAt).toBe(clock.now() + 60_000)
    await clock.advance(50_000)
    const answer = manager.generate(id('a'), { ...you, prompt: 'hi' })
    await settle()
    await clock.advance(30_000)
    expect(manager.get(id('a')).unloadsAt).toBeNull()
    provider.answers[0]?.finish()
    await answer
    await clock.advance(59_000)
    expect(state('a')).toBe('ready')
    await clock.advance(1_000)
    expect(state('a')).toBe('unloading')
    provider.unloads[0]?.finish()
    await settle()
    expect(log.at(-1)).toMatchObject({ kind: 'unloaded', actor: 'keep_alive' })
  })

  it('never unloads a pinned model', async () => {
    await load('a')
    await manager.pin(id('a'), true, you)
    await clock.advance(10_000_000)
    expect(state('a')).toBe('ready')
  })

  it('survives a time longer than a timer can hold', async () => {
    await load('a')
    await manager.setKeepAlive(id('a'), 3_000_000, you)
    await clock.advance(2_900_000_000)
    expect(state('a')).toBe('ready')
    await clock.advance(200_000_000)
    expect(state('a')).toBe('unloading')
  })

  it('is told to a server that keeps time itself', async () => {
    await begin(['a'], true)
    await load('a')
    await manager.setKeepAlive(id('a'), 1800, you)
    expect(provider.calls).toContain('keep a 1800')
    await clock.advance(2_000_000)
    expect(provider.calls).not.toContain('unload a')
  })
})

describe('who loaded a model', () => {
  it('is told by name: a rule has one, what a check says of its loads is none', async () => {
    await begin(['a', 'b'])
    const loadFor = async (name: string, actor: 'schedule' | 'diagnostics', reason: string): Promise<void> => {
      const done = manager.ensureLoaded(id(name), { actor, reason })
      await rig.settle()
      provider.loads[0]?.finish()
      await done
    }
    await loadFor('a', 'schedule', 'Office hours')
    await loadFor('b', 'diagnostics', 'to check this machine')
    expect(manager.get(id('a')).loadedBy).toBe('Office hours')
    expect(manager.get(id('b')).loadedBy).toBe('the diagnostics')
  })
})

describe('what others do', () => {
  it('shows a model another program loaded, and one the server unloaded', async () => {
    await begin(['a'], true)
    provider.loaded.set('a', loadedModel('a', { unloadsAt: clock.now() + 5_000 }))
    await refresh()
    expect(manager.get(id('a'))).toMatchObject({ state: 'ready', loadedBy: 'another program' })
    provider.loaded.clear()
    await clock.advance(5_000)
    await refresh()
    expect(state('a')).toBe('unloaded')
    expect(log.map(({ kind, actor }) => `${kind} ${actor}`)).toEqual(['loaded other_program', 'unloaded keep_alive'])
  })

  it('does not believe a list that is older than our own load', async () => {
    const slow = Promise.withResolvers<void>()
    const realList = provider.listLoaded.bind(provider)
    provider.listLoaded = async (signal) => {
      const old = await realList(signal)
      await slow.promise
      return old
    }
    const refreshing = manager.refreshLoaded('h', new AbortController().signal)
    await load('a')
    slow.resolve()
    await refreshing
    expect(state('a')).toBe('ready')
  })

  it('keeps "loading" while an old server already lists the model', async () => {
    const loading = manager.ensureLoaded(id('a'), you)
    await settle()
    provider.loaded.set('a', loadedModel('a', { heldBytes: 500 }))
    await refresh()
    expect(manager.get(id('a'))).toMatchObject({ state: 'loading', heldBytes: 500 })
    provider.loads[0]?.finish()
    await loading
  })

  it('tells of an engine that died, with what it held', async () => {
    await load('a')
    provider.lose('a')
    expect(manager.get(id('a'))).toMatchObject({ state: 'failed', heldBytes: null, error: { code: 'engine_crashed' } })
    expect(log.at(-1)).toMatchObject({ kind: 'engine_crashed', bytes: 1_100 })
    await load('a')
    expect(state('a')).toBe('ready')
  })

  it('forgets models that are gone from disk, but keeps a pinned one in sight', async () => {
    await manager.pin(id('a'), true, you)
    provider.installed = provider.installed.filter(({ name }) => name === 'c')
    await refresh()
    expect(manager.list().map((model) => `${model.id.name} ${model.state}`)).toEqual(['a absent', 'c unloaded'])
  })

  it('holds nothing on a host that is down', async () => {
    await load('a')
    manager.hostDown('h')
    expect(manager.memory()).toEqual([])
    expect(state('a')).toBe('unloaded')
  })
})
