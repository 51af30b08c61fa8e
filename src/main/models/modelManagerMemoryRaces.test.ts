/** Memory and time: several loads at once, and what happens while room is being made. */
import { beforeEach, describe, expect, it } from 'vitest'
import { StokerError, toErrorInfo } from '../../shared/errors.ts'
import { loadedModel } from '../providers/fakeProvider.ts'
import { sampleOf } from './fitRig.ts'
import { id, you } from './managerRig.ts'
import { createMemoryRig, gigabyte, type MemoryRig } from './memoryRig.ts'

let rig: MemoryRig
beforeEach(async () => {
  rig = await createMemoryRig()
})

describe('two loads at once', () => {
  it('that fit alone but not together are done one after the other, and nobody counts on the same room', async () => {
    const both = Promise.all([rig.manager.ensureLoaded(id('b'), you), rig.manager.ensureLoaded(id('c'), you)])
    let most = 0
    for (let turn = 0; turn < 15; turn++) {
      await rig.settle()
      most = Math.max(most, rig.provider.loads.length + rig.provider.loaded.size)
      rig.provider.unloads[0]?.finish()
      rig.provider.loads[0]?.finish()
    }
    await both
    expect(most).toBe(1)
    expect(rig.states()).toBe('a unloaded, b unloaded, c ready, big unloaded')
  })

  it('that fit together are not held up by each other', async () => {
    const both = Promise.all([rig.manager.ensureLoaded(id('a'), you), rig.manager.ensureLoaded(id('b'), you)])
    await rig.settle()
    expect(rig.provider.loads).toHaveLength(2)
    await rig.finishAll()
    await both
  })

  it('whose unload is cancelled together with the first does not leave the second waiting for ever', async () => {
    rig.settings.maxLoadedModels = 1
    const inMemory = rig.manager.ensureLoaded(id('c'), you)
    await rig.settle()
    const first = rig.manager.ensureLoaded(id('a'), { ...you, operationId: 'load-of-a' })
    const second = rig.manager.ensureLoaded(id('b'), you)
    const cancelled = expect(first).rejects.toMatchObject({ code: 'aborted' })
    rig.provider.loads[0]?.finish()
    await inMemory
    await rig.settle()
    const making = rig.operations.list().find(({ kind }) => kind === 'unload')
    rig.operations.cancel('load-of-a')
    rig.operations.cancel(making?.id ?? '')
    await rig.settle()
    await cancelled
    await rig.finishAll()
    await second
    expect(rig.state('b')).toBe('ready')
  })

  it('for two questions: the second does not take the model from the first before it has answered', async () => {
    const first = rig.manager.generate(id('b'), { ...you, prompt: 'hi' })
    const second = rig.manager.generate(id('c'), { ...you, prompt: 'hi' }).catch(toErrorInfo)
    await rig.finishAll()
    expect(await second).toMatchObject({
      code: 'does_not_fit',
      hint: 'Wait until b has answered, or choose Load anyway.'
    })
    rig.provider.answers[0]?.finish()
    await expect(first).resolves.toMatchObject({ text: 'hi' })
    expect(rig.provider.calls.filter((call) => call.startsWith('load'))).toEqual(['load b'])
  })

  it('of which one can never fit: that one is refused at once, whatever the other does', async () => {
    const slow = rig.manager.ensureLoaded(id('a'), you)
    await rig.settle()
    await expect(rig.manager.ensureLoaded(id('big'), you)).rejects.toMatchObject({ code: 'does_not_fit' })
    expect(rig.state('a')).toBe('loading')
    await rig.finishAll()
    await slow
  })
})

describe('while room is being made', () => {
  it('a victim that is asked for meanwhile must not lock all loads for ever', async () => {
    await rig.load('b')
    const other = rig.manager.ensureLoaded(id('c'), you)
    await rig.settle()
    const again = rig.manager.ensureLoaded(id('b'), { ...you, contextLength: 512 })
    const settled = Promise.allSettled([other, again])
    await rig.finishAll(25)
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    expect(rig.provider.loaded.size).toBe(1)
  })

  it('a model that is pinned stays, and the load is refused with its name', async () => {
    await rig.load('a')
    await rig.load('b')
    rig.machine.needs.set('c', { weightsBytes: 6.5 * gigabyte, bytesPerToken: 0 })
    const load = rig.manager.ensureLoaded(id('c'), you).catch(toErrorInfo)
    await rig.settle()
    const [first] = rig.provider.unloads
    const other = first?.name === 'a' ? 'b' : 'a'
    await rig.manager.pin(id(other), true, you)
    first?.finish()
    expect(await load).toMatchObject({ code: 'does_not_fit', hint: `Unpin ${other}, or choose Load anyway.` })
    expect(rig.state(other)).toBe('ready')
  })

  it('a load can be cancelled, whether it waits for an unload, for its turn, or for the sample', async () => {
    await rig.load('b')
    const waiting = rig.manager.ensureLoaded(id('c'), { ...you, operationId: 'waits-for-unload' }).catch(toErrorInfo)
    await rig.settle()
    const behind = rig.manager.ensureLoaded(id('a'), { ...you, operationId: 'waits-for-turn' }).catch(toErrorInfo)
    await rig.settle()
    rig.operations.cancel('waits-for-turn')
    rig.operations.cancel('waits-for-unload')
    expect([await waiting, await behind]).toMatchObject([{ code: 'aborted' }, { code: 'aborted' }])
    await rig.finishAll()
    expect(rig.states()).toBe('a unloaded, b unloaded, c unloaded, big unloaded')
    rig.machine.hangs = true
    const sampling = rig.manager.ensureLoaded(id('a'), { ...you, operationId: 'waits-for-sample' }).catch(toErrorInfo)
    await rig.settle()
    rig.operations.cancel('waits-for-sample')
    expect(await sampling).toMatchObject({ code: 'aborted' })
  })

  it('an unload that fails is the reason of the refusal, and nobody else is locked out', async () => {
    await rig.load('b')
    const load = rig.manager.ensureLoaded(id('c'), you).catch(toErrorInfo)
    await rig.settle()
    rig.provider.unloads[0]?.fail(new StokerError('model_busy', 'It is still answering another program.'))
    expect(await load).toMatchObject({
      code: 'does_not_fit',
      message: 'b could not make room: It is still answering another program.'
    })
    await rig.load('a')
    expect(rig.states()).toBe('a ready, b ready, c unloaded, big unloaded')
  })

  it('an unload that fails costs another one, where another one does', async () => {
    await rig.load('a')
    await rig.load('b')
    rig.machine.needs.set('c', { weightsBytes: 4 * gigabyte, bytesPerToken: 0 })
    const load = rig.manager.ensureLoaded(id('c'), you)
    await rig.settle()
    expect(rig.provider.unloads.map(({ name }) => name)).toEqual(['a'])
    rig.provider.unloads[0]?.fail(new StokerError('model_busy', 'It is still answering another program.'))
    await rig.finishAll()
    await load
    expect(rig.states()).toBe('a ready, b unloaded, c ready, big unloaded')
  })

  it('an unload that fails refuses nothing where only other programs make it tight', async () => {
    await rig.load('a')
    rig.machine.sample = sampleOf({ totalBytes: 16e9, otherBytes: 9e9, limitBytes: 16e9, reserveBytes: 0 })
    const load = rig.manager.ensureLoaded(id('b'), you)
    await rig.settle()
    rig.provider.unloads[0]?.fail(new StokerError('model_busy', 'It is still answering another program.'))
    await rig.finishAll()
    await load
    expect(rig.states()).toBe('a ready, b ready, c unloaded, big unloaded')
  })

  it('an unload that somebody asked for is waited for: no second model goes', async () => {
    await rig.load('a')
    await rig.load('b')
    const unload = rig.manager.unload(id('b'), you)
    const load = rig.manager.ensureLoaded(id('c'), you)
    await rig.finishAll()
    await Promise.all([unload, load])
    expect(rig.states()).toBe('a ready, b unloaded, c ready, big unloaded')
    expect(rig.log.find(({ kind }) => kind === 'unloaded')).toMatchObject({ actor: 'you' })
  })

  it('a model that was seen half loaded counts in full once it is loaded, whatever an older sample says', async () => {
    const halfLoaded = { id: id('b'), heldBytes: 0.2 * gigabyte, gpuBytes: 0, countedBytes: 0, pid: null }
    const models = [{ ...halfLoaded, quality: 'measured' as const, source: 'test' }]
    const sample = sampleOf({ limitBytes: 12 * gigabyte, reserveBytes: 2 * gigabyte, models })
    rig.machine.sample = { ...sample, sampledAt: rig.clock.now() }
    const first = rig.manager.ensureLoaded(id('b'), you)
    const second = rig.manager.ensureLoaded(id('c'), you)
    await rig.settle()
    await rig.clock.advance(500)
    expect(rig.provider.loads.map(({ name }) => name)).toEqual(['b'])
    await rig.finishAll()
    await Promise.all([first, second])
    expect(rig.states()).toBe('a unloaded, b unloaded, c ready, big unloaded')
  })

  it('a model that was seen half loaded counts in full, also where the older sample is the calmer one', async () => {
    const halfLoaded = { id: id('b'), heldBytes: 0.2 * gigabyte, gpuBytes: 0, countedBytes: 0, pid: null }
    const models = [{ ...halfLoaded, quality: 'measured' as const, source: 'test' }]
    rig.machine.sample = sampleOf({ limitBytes: 12 * gigabyte, reserveBytes: 2 * gigabyte, models })
    const first = rig.manager.ensureLoaded(id('b'), you)
    const second = rig.manager.ensureLoaded(id('c'), you)
    await rig.settle()
    await rig.clock.advance(500)
    const full = models.map((model) => ({ ...model, heldBytes: 5 * gigabyte }))
    rig.machine.sample = { ...rig.machine.sample, models: full, otherBytes: 1 }
    await rig.finishAll()
    await Promise.all([first, second])
    expect(rig.states()).toBe('a unloaded, b unloaded, c ready, big unloaded')
  })

  it('a model that is going when its host is removed is waited for no longer', async () => {
    rig.settings.maxLoadedModels = 1
    for (const isStopping of [false, true]) {
      rig.provider.loaded.set('b', loadedModel('b', { isStopping }))
      await rig.manager.refreshLoaded('other', new AbortController().signal)
    }
    const load = rig.manager.ensureLoaded(id('a'), you)
    await rig.settle()
    expect(rig.provider.loads).toEqual([])
    rig.manager.hostRemoved('other')
    await rig.settle()
    expect(rig.provider.loads.map(({ name }) => name)).toEqual(['a'])
    await rig.finishAll()
    await load
  })

  it('a sampler that hangs does not hold back the load', async () => {
    rig.machine.hangs = true
    const load = rig.manager.ensureLoaded(id('a'), you)
    await rig.settle()
    expect(rig.provider.loads).toHaveLength(0)
    for (let turn = 0; turn < 3; turn++) await rig.clock.advance(3_000).then(rig.settle)
    rig.provider.loads[0]?.finish()
    await expect(load).resolves.toMatchObject({ state: 'ready' })
  })

  it('a model that dies is no longer in the way', async () => {
    const { answering } = await rig.loadAndAsk('c')
    const stopped = expect(answering).resolves.toBeDefined()
    const second = rig.manager.ensureLoaded(id('a'), you)
    await rig.settle()
    const third = rig.manager.ensureLoaded(id('b'), you)
    await rig.settle()
    expect(rig.provider.loads.map(({ name }) => name)).toEqual(['a'])
    rig.provider.lose('c')
    await rig.finishAll()
    await Promise.all([second, third])
    expect(rig.states()).toBe('a ready, b ready, c failed, big unloaded')
    rig.provider.answers[0]?.finish()
    await stopped
  })
})
