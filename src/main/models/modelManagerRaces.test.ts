/** Interleavings: what happens when several things are asked of the manager, or of the world, at the same time. */
import { beforeEach, describe, expect, it } from 'vitest'
import { StokerError } from '../../shared/errors.ts'
import { loadedModel } from '../providers/fakeProvider.ts'
import { createManagerRig, id, you, type ManagerRig } from './managerRig.ts'

let rig: ManagerRig
beforeEach(async () => {
  rig = await createManagerRig(['a', 'b', 'c'])
})

/** Ends whatever the provider was asked for, until nothing more is asked. */
async function finishAll(turns = 12): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await rig.settle()
    rig.provider.unloads[0]?.finish()
    rig.provider.loads[0]?.finish()
  }
}

describe('room', () => {
  it('is made by one at a time: a victim that is asked for meanwhile must not lock all loads for ever', async () => {
    await rig.load('a')
    await rig.load('b')
    rig.settings.maxLoadedModels = 1
    const third = rig.manager.ensureLoaded(id('c'), you)
    await rig.settle()
    const again = rig.manager.ensureLoaded(id('b'), { ...you, contextLength: 512 })
    const settled = Promise.allSettled([third, again])
    await finishAll()
    expect((await settled).map(({ status }) => status)).toContain('fulfilled')
    expect(rig.provider.loaded.size).toBe(1)
  })

  it('is never taken from a model that was pinned while another one went', async () => {
    await rig.load('a')
    await rig.load('b')
    rig.settings.maxLoadedModels = 1
    const third = rig.manager.ensureLoaded(id('c'), you)
    const refused = expect(third).rejects.toMatchObject({ code: 'limit_reached' })
    await rig.settle()
    const [first] = rig.provider.unloads
    await rig.manager.pin(id(first?.name === 'a' ? 'b' : 'a'), true, you)
    first?.finish()
    await refused
    expect(rig.provider.loaded.size).toBe(1)
  })

  it('that is being made by an unload is waited for, and costs no second model', async () => {
    await rig.load('a')
    await rig.load('b')
    const unload = rig.manager.unload(id('a'), you)
    const load = rig.manager.ensureLoaded(id('c'), you)
    await finishAll()
    await Promise.all([unload, load])
    expect([rig.state('a'), rig.state('b'), rig.state('c')]).toEqual(['unloaded', 'ready', 'ready'])
  })

  it('that nobody can give leaves the model unloaded, not failed: the limit refused it', async () => {
    await rig.load('a')
    rig.settings.maxLoadedModels = 1
    await rig.manager.pin(id('a'), true, you)
    await expect(rig.manager.ensureLoaded(id('b'), you)).rejects.toMatchObject({ code: 'limit_reached' })
    expect(rig.manager.get(id('b'))).toMatchObject({ state: 'unloaded', error: null, operationId: null })
  })
})

describe('two callers', () => {
  it('that want different contexts are both answered, instead of taking the model from each other for ever', async () => {
    const both = Promise.all([
      rig.manager.ensureLoaded(id('a'), { ...you, contextLength: 512 }),
      rig.manager.ensureLoaded(id('a'), { ...you, contextLength: 1024 })
    ])
    await finishAll()
    await both
    expect(rig.provider.calls.filter((call) => call === 'load a')).toHaveLength(2)
  })

  it('of one unload can each leave it alone', async () => {
    await rig.load('a')
    const first = rig.manager.unload(id('a'), you)
    const second = rig.manager.unload(id('a'), { ...you, operationId: 'second-unload' })
    const left = expect(second).rejects.toMatchObject({ code: 'aborted' })
    await rig.settle()
    expect(rig.operations.cancel('second-unload')).toBe(true)
    await left
    rig.provider.unloads[0]?.finish()
    await expect(first).resolves.toMatchObject({ verified: true })
  })
})

describe('cancelling', () => {
  it('a load that waits for its turn ends at once, not when the turn comes', async () => {
    await rig.load('a')
    const unload = rig.manager.unload(id('a'), you)
    await rig.settle()
    const load = rig.manager.ensureLoaded(id('a'), { ...you, operationId: 'waiting-load' })
    await rig.settle()
    rig.operations.cancel('waiting-load')
    await expect(load).rejects.toMatchObject({ code: 'aborted' })
    rig.provider.unloads[0]?.finish()
    await unload
    await rig.settle()
    expect(rig.state('a')).toBe('unloaded')
  })

  it('a load that waits for room ends at once, and can be found by its operation while it waits', async () => {
    rig.settings.maxLoadedModels = 1
    await rig.load('a')
    const load = rig.manager.ensureLoaded(id('b'), you)
    const ended = expect(load).rejects.toMatchObject({ code: 'aborted' })
    await rig.settle()
    const { operationId, state } = rig.manager.get(id('b'))
    expect(state).toBe('loading')
    rig.operations.cancel(operationId ?? '')
    await ended
    await rig.settle()
    expect(rig.state('b')).toBe('unloaded')
  })

  it('unloads what still waits for room, too', async () => {
    rig.settings.maxLoadedModels = 1
    await rig.load('a')
    const load = rig.manager.ensureLoaded(id('b'), you)
    const ended = expect(load).rejects.toMatchObject({ code: 'aborted' })
    await rig.settle()
    const all = rig.manager.unloadAll(you)
    await finishAll()
    await Promise.all([all, ended])
    expect(rig.manager.list().every(({ state }) => state === 'unloaded')).toBe(true)
  })
})

describe('the context of another program', () => {
  it('is kept: a question must not make the server load the model again', async () => {
    rig = await createManagerRig(['a'], true)
    const loading = rig.manager.ensureLoaded(id('a'), { ...you, contextLength: 512 })
    await rig.settle()
    rig.provider.loads[0]?.finish()
    await loading
    rig.provider.loaded.clear()
    await rig.refresh()
    rig.provider.loaded.set('a', loadedModel('a', { contextLength: 8192 }))
    await rig.refresh()
    const answer = rig.manager.generate(id('a'), { ...you, prompt: 'hi' })
    await rig.settle()
    expect(rig.provider.answers[0]?.request.contextLength).toBe(8192)
    rig.provider.answers[0]?.finish()
    await answer
  })
})

describe('a host', () => {
  it('that was away for a moment changes nothing: who loaded the model and when stays known, and nothing is logged', async () => {
    rig = await createManagerRig(['a'], true)
    await rig.load('a')
    const { loadedAt, loadedBy } = rig.manager.get(id('a'))
    const lines = rig.log.length
    rig.manager.hostDown('h')
    expect(rig.state('a')).toBe('unloaded')
    await rig.refresh()
    expect(rig.manager.get(id('a'))).toMatchObject({ state: 'ready', loadedAt, loadedBy })
    expect(rig.log).toHaveLength(lines)
  })

  it('that comes back without the model says that it went, with the bytes', async () => {
    rig = await createManagerRig(['a'], true)
    await rig.load('a')
    rig.manager.hostDown('h')
    rig.provider.loaded.clear()
    await rig.refresh()
    expect(rig.log.at(-1)).toMatchObject({ kind: 'unloaded', actor: 'stoker', bytes: 1_100 })
  })

  it('that is removed takes its waiting loads and answers with it', async () => {
    rig.settings.maxLoadedModels = 1
    await rig.load('a')
    const answer = rig.manager.generate(id('a'), { ...you, prompt: 'hi' })
    await rig.settle()
    const load = rig.manager.ensureLoaded(id('b'), you)
    const settled = Promise.allSettled([answer, load])
    rig.manager.hostRemoved('h')
    const codes = (await settled).map((each) =>
      each.status === 'rejected' ? (each.reason as StokerError).code : each.status
    )
    expect(codes[0]).toBe('aborted')
    expect(['aborted', 'limit_reached']).toContain(codes[1])
    await rig.settle()
    expect(rig.provider.loads).toHaveLength(0)
    expect(rig.manager.list()).toEqual([])
  })
})

describe('keep-alive', () => {
  it('that changed during a load is told to the server when the load has ended', async () => {
    rig = await createManagerRig(['a'], true)
    const loading = rig.manager.ensureLoaded(id('a'), you)
    await rig.settle()
    await rig.manager.pin(id('a'), true, you)
    rig.provider.loads[0]?.finish()
    await loading
    await rig.settle()
    expect(rig.provider.calls).toContain('keep a -1')
  })

  it('that is the default is told to loaded models when the default changes', async () => {
    rig = await createManagerRig(['a'], true)
    await rig.load('a')
    rig.settings.defaultKeepAliveSeconds = 60
    rig.manager.settingsChanged()
    await rig.settle()
    expect(rig.provider.calls).toContain('keep a 60')
  })

  it('does not begin anew when an unrelated setting changes', async () => {
    await rig.load('a')
    const { unloadsAt } = rig.manager.get(id('a'))
    await rig.clock.advance(60_000)
    rig.manager.settingsChanged()
    expect(rig.manager.get(id('a')).unloadsAt).toBe(unloadsAt)
  })

  it('of 0 unloads after the first question, also when it was cancelled', async () => {
    await rig.manager.setKeepAlive(id('a'), 0, you)
    await rig.load('a')
    await rig.clock.advance(10_000)
    expect(rig.state('a')).toBe('ready')
    const answer = rig.manager.generate(id('a'), { ...you, prompt: 'hi', operationId: 'question-1' })
    const ended = expect(answer).rejects.toMatchObject({ code: 'aborted' })
    await rig.settle()
    rig.operations.cancel('question-1')
    await ended
    await rig.settle()
    expect(rig.state('a')).toBe('unloading')
  })

  it('is tried again when an idle unload failed', async () => {
    await rig.load('a')
    await rig.clock.advance(600_000)
    rig.provider.unloads[0]?.fail(new StokerError('model_busy', 'Busy.'))
    await rig.settle()
    expect(rig.state('a')).toBe('ready')
    await rig.clock.advance(600_000)
    expect(rig.provider.unloads).toHaveLength(1)
  })

  it('of 0 with a load does not unload the model that is there', async () => {
    await rig.load('a')
    await rig.manager.ensureLoaded(id('a'), { ...you, keepAliveSeconds: 0 })
    expect(rig.provider.calls).toEqual(['load a'])
  })
})

describe('the log', () => {
  it('tells an engine that is killed while it unloads once, as unloaded', async () => {
    await rig.load('a')
    const unload = rig.manager.unload(id('a'), you)
    await rig.settle()
    rig.provider.lose('a')
    rig.provider.unloads[0]?.finish()
    await unload
    expect(rig.log.map(({ kind }) => kind)).toEqual(['loaded', 'unloaded'])
    expect(rig.manager.get(id('a'))).toMatchObject({ state: 'unloaded', error: null })
  })

  it('says when an unload could not be verified, and the model is still shown', async () => {
    await rig.load('a')
    const unload = rig.manager.unload(id('a'), you)
    const refused = expect(unload).rejects.toMatchObject({ code: 'unload_unverified' })
    await rig.settle()
    rig.provider.unloads[0]?.finish()
    rig.provider.loaded.set('a', loadedModel('a'))
    await refused
    expect(rig.log.at(-1)).toMatchObject({ kind: 'unload_failed', error: { code: 'unload_unverified' } })
    expect(rig.state('a')).toBe('ready')
  })
})
