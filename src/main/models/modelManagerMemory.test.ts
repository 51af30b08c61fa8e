/** Memory: who is let in, who goes for it, and what is refused. */
import { beforeEach, describe, expect, it } from 'vitest'
import { StokerError, toErrorInfo } from '../../shared/errors.ts'
import { sampleOf } from './fitRig.ts'
import { id, you } from './managerRig.ts'
import { createMemoryRig, gigabyte, type MemoryRig } from './memoryRig.ts'

let rig: MemoryRig
beforeEach(async () => {
  rig = await createMemoryRig()
})

describe('room by bytes', () => {
  it('is made before a load, by the fewest bytes that suffice, and the log says why', async () => {
    await rig.load('a')
    await rig.load('b')
    rig.machine.needs.set('c', { weightsBytes: 6.5 * gigabyte, bytesPerToken: 0 })
    const third = rig.manager.ensureLoaded(id('c'), you)
    await rig.finishAll()
    await third
    expect(rig.states()).toBe('a unloaded, b unloaded, c ready, big unloaded')
    const [first, second] = rig.log.filter(({ kind }) => kind === 'unloaded')
    expect([first?.modelId?.name, second?.modelId?.name]).toEqual(['a', 'b'])
    expect(first).toMatchObject({
      actor: 'budget',
      reason: 'to make room for c: it needs 6.5 GB, and 1.0 GB of the budget was left'
    })
  })

  it('takes the one that suffices, not the one that was used longest ago', async () => {
    await rig.load('a')
    await rig.load('b')
    rig.machine.needs.set('c', { weightsBytes: 5.5 * gigabyte, bytesPerToken: 0 })
    const third = rig.manager.ensureLoaded(id('c'), you)
    await rig.finishAll()
    await third
    expect(rig.states()).toBe('a ready, b unloaded, c ready, big unloaded')
  })

  it('is counted by what the sample says they hold, not by what their host told', async () => {
    await rig.load('a')
    const memory = rig.manager.memory()[0]
    if (memory) rig.machine.sample?.models.push({ ...memory, heldBytes: 8 * gigabyte })
    const second = rig.manager.ensureLoaded(id('b'), you)
    await rig.finishAll()
    await second
    expect(rig.states()).toBe('a unloaded, b ready, c unloaded, big unloaded')
  })

  it('is no matter where need or budget are unknown', async () => {
    await rig.load('a')
    await rig.load('b')
    rig.machine.needs.delete('c')
    await rig.load('c')
    rig.machine.sample = null
    await rig.load('big')
    expect(rig.states()).toBe('a ready, b ready, c ready, big ready')
  })

  it('of this machine is no matter to a model of another one', async () => {
    rig.machine.isLocal = false
    await rig.load('big')
    expect(rig.state('big')).toBe('ready')
  })

  it('is made for the number and for the bytes together', async () => {
    rig.settings.maxLoadedModels = 2
    await rig.load('a')
    await rig.load('b')
    rig.machine.needs.set('c', { weightsBytes: 1 * gigabyte, bytesPerToken: 0 })
    const third = rig.manager.ensureLoaded(id('c'), you)
    await rig.finishAll()
    await third
    expect(rig.states()).toBe('a unloaded, b ready, c ready, big unloaded')
    expect(rig.log.find(({ kind }) => kind === 'unloaded')).toMatchObject({
      actor: 'limit',
      reason: 'to stay within 2 loaded models'
    })
  })

  it('that other programs take is made, too, but not twice for memory that is only slow to come back', async () => {
    await rig.load('a')
    await rig.clock.advance(1)
    await rig.load('b')
    // 3 GB are free; once `a` is gone the system still counts its 4 GB as used, by others.
    const sample = sampleOf({ totalBytes: 16e9, otherBytes: 4e9, limitBytes: 16e9, reserveBytes: 0 })
    rig.machine.sample = sample
    rig.machine.needs.set('c', { weightsBytes: 5 * gigabyte, bytesPerToken: 0 })
    const third = rig.manager.ensureLoaded(id('c'), you)
    await rig.settle()
    expect(rig.provider.unloads.map(({ name }) => name)).toEqual(['a'])
    rig.machine.sample = { ...sample, otherBytes: 8e9 }
    await rig.finishAll()
    await third
    expect(rig.states()).toBe('a unloaded, b ready, c ready, big unloaded')
    expect(rig.log.find(({ kind }) => kind === 'unloaded')?.reason).toMatch(/other programs left 3.0 GB/)
  })

  it('is not worth an idle model when a load of the same one with another context fits in its own place', async () => {
    await rig.load('a')
    await rig.load('b')
    const again = rig.manager.ensureLoaded(id('b'), { ...you, contextLength: 4_096 })
    await rig.finishAll()
    await again
    expect(rig.states()).toBe('a ready, b ready, c unloaded, big unloaded')
  })
})

describe('two names on one engine', () => {
  beforeEach(() => {
    rig.machine.engines = new Map(['b', 'c'].map((name) => [name, 'one engine']))
  })

  it('take their room once: the second is neither refused nor does the first go for it', async () => {
    await rig.load('c')
    await rig.manager.pin(id('c'), true, you)
    await rig.load('b')
    expect(rig.states()).toBe('a unloaded, b ready, c ready, big unloaded')
  })

  it('go together, so that neither goes while the other answers or is pinned', async () => {
    await rig.load('c')
    const { answering } = await rig.loadAndAsk('b')
    await expect(rig.manager.ensureLoaded(id('a'), you)).rejects.toMatchObject({ code: 'does_not_fit' })
    expect(await rig.manager.unloadIfIdle(id('c'), you)).toBeNull()
    rig.provider.answers[0]?.finish()
    await answering
    await rig.manager.pin(id('b'), true, you)
    await expect(rig.manager.ensureLoaded(id('a'), you)).rejects.toMatchObject({ code: 'does_not_fit' })
    expect(rig.states()).toBe('a unloaded, b ready, c ready, big unloaded')
  })
})

describe('a refusal', () => {
  it('says the sum and what to do, unloads nobody, and leaves the model unloaded, not failed', async () => {
    await rig.load('a')
    const refused = await rig.manager.ensureLoaded(id('big'), you).catch(toErrorInfo)
    expect(refused).toEqual({
      code: 'does_not_fit',
      message: 'big needs 12.0 GB, and models may hold 10.0 GB here.',
      hint: 'Take a smaller model, or choose Load anyway.'
    })
    expect(rig.manager.get(id('big'))).toMatchObject({ state: 'unloaded', error: null, operationId: null })
    expect(rig.log.at(-1)).toMatchObject({ kind: 'load_failed', error: { code: 'does_not_fit' } })
    expect(rig.provider.calls).toEqual(['load a'])
  })

  it('names the pinned model in the way, and the context that would fit beside it', async () => {
    await rig.load('c')
    await rig.manager.pin(id('c'), true, you)
    rig.machine.needs.set('b', { weightsBytes: 3 * gigabyte, bytesPerToken: 250_000 })
    const refused = await rig.manager.ensureLoaded(id('b'), { ...you, contextLength: 8_192 }).catch(toErrorInfo)
    expect(refused).toEqual({
      code: 'does_not_fit',
      message: 'b needs 5.0 GB, and 4.0 GB of 10.0 GB for models are left.',
      hint: 'Load it with a context of 3,840 tokens, unpin c, or choose Load anyway.'
    })
  })

  it('names the model that is answering: nobody is stopped for another one', async () => {
    await rig.load('c')
    const answer = rig.manager.generate(id('c'), { ...you, prompt: 'hi' })
    await rig.settle()
    const refused = await rig.manager.ensureLoaded(id('b'), you).catch(toErrorInfo)
    expect(refused).toMatchObject({
      code: 'does_not_fit',
      hint: 'Wait until c has answered, or choose Load anyway.'
    })
    rig.provider.answers[0]?.finish()
    await answer
    const again = rig.manager.ensureLoaded(id('b'), you)
    await rig.finishAll()
    await again
    expect(rig.states()).toBe('a unloaded, b ready, c unloaded, big unloaded')
  })

  it('does not come for what is within the uncertainty of the prediction', async () => {
    rig.machine.needs.set('big', { weightsBytes: 10.2 * gigabyte, bytesPerToken: 0, plusMinusBytes: 0.3 * gigabyte })
    await rig.load('a')
    const load = rig.manager.ensureLoaded(id('big'), you)
    await rig.finishAll()
    await load
    expect(rig.states()).toBe('a unloaded, b unloaded, c unloaded, big ready')
  })

  it('of a longer context leaves the loaded model where it is', async () => {
    await rig.load('a')
    rig.machine.needs.set('a', { weightsBytes: 4 * gigabyte, bytesPerToken: 1_000_000 })
    const refused = rig.manager.ensureLoaded(id('a'), { ...you, contextLength: 8_192 })
    await expect(refused).rejects.toMatchObject({
      code: 'does_not_fit',
      hint: 'Load it with a context of 4,096 tokens, or choose Load anyway.'
    })
    expect(rig.state('a')).toBe('ready')
    expect(rig.provider.calls).toEqual(['load a'])
    expect(rig.log.at(-1)).toMatchObject({ kind: 'load_failed', error: { code: 'does_not_fit' } })
  })
})

describe('load anyway', () => {
  it('loads what does not fit, with everyone gone who may go', async () => {
    await rig.load('a')
    await rig.load('b')
    await rig.manager.pin(id('b'), true, you)
    const load = rig.manager.ensureLoaded(id('big'), { ...you, loadAnyway: true })
    await rig.finishAll()
    await load
    expect(rig.states()).toBe('a unloaded, b ready, c unloaded, big ready')
  })

  it('does not lift the limit of loaded models', async () => {
    rig.settings.maxLoadedModels = 1
    await rig.load('a')
    await rig.manager.pin(id('a'), true, you)
    const load = rig.manager.ensureLoaded(id('big'), { ...you, loadAnyway: true })
    await expect(load).rejects.toMatchObject({ code: 'limit_reached' })
  })

  it('goes on when one of them cannot be unloaded', async () => {
    await rig.load('a')
    await rig.load('b')
    const load = rig.manager.ensureLoaded(id('big'), { ...you, loadAnyway: true })
    await rig.settle()
    rig.provider.unloads[0]?.fail(new StokerError('model_busy', 'It is still answering another program.'))
    await rig.finishAll()
    await load
    expect(rig.states()).toBe('a ready, b unloaded, c unloaded, big ready')
  })

  it('of a second caller holds for the load that both wait for', async () => {
    const { answering } = await rig.loadAndAsk('c')
    const loading = rig.manager.ensureLoaded(id('b'), you)
    const refused = expect(loading).rejects.toMatchObject({ code: 'does_not_fit' })
    await rig.settle()
    await refused
    // Now somebody loads it, and before room is found for it, somebody else insists.
    const third = rig.manager.ensureLoaded(id('a'), you)
    await rig.settle()
    rig.machine.needs.set('b', { weightsBytes: 5 * gigabyte, bytesPerToken: 0 })
    const waiting = rig.manager.ensureLoaded(id('b'), you)
    await rig.settle()
    expect(rig.state('b')).toBe('loading')
    expect(rig.provider.loads.map(({ name }) => name)).toEqual(['a'])
    const insisting = rig.manager.ensureLoaded(id('b'), { ...you, loadAnyway: true })
    await rig.settle()
    expect(rig.provider.loads.map(({ name }) => name)).toEqual(['a', 'b'])
    await rig.finishAll()
    await Promise.all([third, waiting, insisting])
    rig.provider.answers[0]?.finish()
    await answering
  })
})
