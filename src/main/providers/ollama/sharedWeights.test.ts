/** Two names on one engine: both are loaded, the memory is there once, and both are gone together. */
import { afterEach, describe, expect, it } from 'vitest'
import type { FakeModelSpec } from '../../../../e2e/fakeOllama.ts'
import { ask, generations, signal, startProviderRig, until, type ProviderRig } from './providerRig.ts'

let rig: ProviderRig
afterEach(() => rig.close())
const keep = { keepAliveSeconds: 60 }

describe.each(generations)('on an Ollama %s', (generation) => {
  async function start(models: Record<string, FakeModelSpec> = { plain: { heldBytes: 1_000 } }): Promise<void> {
    rig = await startProviderRig({ generation, models }, { isLocal: true })
    await rig.provider.health(signal)
    await rig.provider.list(signal)
  }
  async function copy(): Promise<void> {
    await rig.provider.copy?.('plain', 'second', signal)
    await rig.provider.list(signal)
  }
  const names = async () => (await rig.provider.listLoaded(signal)).map(({ name }) => name).sort()
  const heldBytes = generation === '0.30' ? 1_000 : 1_600

  it('a copy that Stoker loaded stays loaded in the list, and its memory is counted once', async () => {
    await start()
    await copy()
    await rig.provider.load('plain:latest', keep, signal)
    const loaded = await rig.provider.load('second:latest', keep, signal)
    expect(loaded).toMatchObject({
      name: 'second:latest',
      heldBytes: 0,
      gpuBytes: 0,
      contextLength: 4_096,
      heldSource: 'shares memory with plain:latest',
      weightsPath: null
    })
    const listed = await rig.provider.listLoaded(signal)
    expect(listed).toMatchObject([{ name: 'plain:latest', heldBytes }, loaded])
    expect(rig.fake.events).toEqual(['loaded plain:latest 4096'])
  })

  it('the first to be loaded holds the memory, whichever it is', async () => {
    await start()
    await copy()
    expect(await rig.provider.load('second:latest', keep, signal)).toMatchObject({ heldBytes })
    expect(await rig.provider.load('plain:latest', keep, signal)).toMatchObject({
      name: 'plain:latest',
      heldBytes: 0,
      heldSource: 'shares memory with second:latest'
    })
    expect(await names()).toEqual(['plain:latest', 'second:latest'])
  })

  it('a copy that nobody loaded is not loaded', async () => {
    await start()
    await copy()
    await rig.provider.load('plain:latest', keep, signal)
    expect(await names()).toEqual(['plain:latest'])
  })

  it('an unload by either name ends both, and neither comes back with the other', async () => {
    await start()
    await copy()
    await rig.provider.load('plain:latest', keep, signal)
    await rig.provider.load('second:latest', keep, signal)
    await rig.provider.unload('plain:latest', 1_000, signal)
    expect(await names()).toEqual([])
    await rig.provider.load('plain:latest', keep, signal)
    expect(await names()).toEqual(['plain:latest'])
  })

  it('another model on the same weights shares, too, once both are described', async () => {
    await start({ plain: { weights: 'w' }, derived: { weights: 'w' } })
    for (const name of ['plain:latest', 'derived:latest']) await rig.provider.describeNeed(name, signal)
    await rig.provider.load('plain:latest', keep, signal)
    await rig.provider.load('derived:latest', keep, signal)
    expect(await names()).toEqual(['derived:latest', 'plain:latest'])
    expect((await rig.provider.listLoaded(signal))[0]?.weightsPath).toBe('/MODELS/blobs/w')
  })

  it('an answer by the other name keeps the engine from looking as if it were asked to go', async () => {
    await start({ plain: { tokenMs: 20 } })
    await copy()
    await rig.provider.load('plain:latest', { keepAliveSeconds: 0.05 }, signal)
    await rig.provider.load('second:latest', { keepAliveSeconds: 0.05 }, signal)
    let pieces = 0
    const talk = ask({ keepAliveSeconds: 0.05, onText: () => pieces++ })
    const answer = rig.provider.generate('second:latest', talk, signal)
    await until(() => pieces > 3)
    for (const model of await rig.provider.listLoaded(signal))
      expect(model).toMatchObject({ isStopping: false, unloadsAt: null })
    await answer
  })

  it('a restarted server has forgotten both', async () => {
    await start()
    await copy()
    await rig.provider.load('plain:latest', keep, signal)
    await rig.provider.load('second:latest', keep, signal)
    await rig.fake.stop()
    await expect(rig.provider.listLoaded(signal)).rejects.toMatchObject({ code: 'server_down' })
    await rig.fake.restart()
    expect(await names()).toEqual([])
  })
})

it('where the weights lie is told of a server on this machine only', async () => {
  rig = await startProviderRig({ generation: '0.30', models: { plain: { weights: 'w' } } })
  await rig.provider.list(signal)
  await rig.provider.describeNeed('plain', signal)
  expect(await rig.provider.load('plain', keep, signal)).toMatchObject({ weightsPath: null })
})
