/** What is known once a load or an unload has ended: what it taught, and what came back. */
import { beforeEach, describe, expect, it } from 'vitest'
import { loadedModel } from '../providers/fakeProvider.ts'
import { id, you } from './managerRig.ts'
import { createMemoryRig, gigabyte, type MemoryRig } from './memoryRig.ts'

let rig: MemoryRig
beforeEach(async () => {
  rig = await createMemoryRig()
})

describe('what a load taught', () => {
  it('is kept when it has ended', async () => {
    await rig.load('a')
    expect(rig.machine.learned).toMatchObject([{ name: 'a', heldBytes: 4 * gigabyte, contextLength: 2_048 }])
  })

  it('is kept only once the host says what it holds', async () => {
    rig.provider.load = async (name) => {
      const model = loadedModel(name, { heldBytes: null })
      rig.provider.loaded.set(name, model)
      return model
    }
    await rig.manager.ensureLoaded(id('a'), you)
    expect(rig.machine.learned).toEqual([])
    rig.provider.loaded.set('a', loadedModel('a', { heldBytes: 4_100 }))
    await rig.refresh()
    await rig.refresh()
    expect(rig.machine.learned).toMatchObject([{ heldBytes: 4_100 }])
  })

  it('is nothing where another program loaded it', async () => {
    rig.provider.loaded.set('a', loadedModel('a'))
    await rig.refresh()
    expect(rig.machine.learned).toEqual([])
  })
})

describe('an unload', () => {
  it('says what was seen to come back', async () => {
    rig.machine.seenReturn = { bytesReturned: 3_900_000_000, verified: true, evidence: 'its process is gone' }
    await rig.load('a')
    const unload = rig.manager.unload(id('a'), you)
    await rig.finishAll()
    expect(await unload).toMatchObject({
      bytesReturned: 3_900_000_000,
      verified: true,
      evidence: 'its process is gone'
    })
    expect(rig.log.at(-1)).toMatchObject({ kind: 'unloaded', bytes: 3_900_000_000, error: null })
  })

  it('says in the log when the memory was not seen to come back', async () => {
    rig.machine.seenReturn = { bytesReturned: null, verified: false, evidence: 'its process still holds 3.1 GB' }
    await rig.load('a')
    const unload = rig.manager.unload(id('a'), you)
    await rig.finishAll()
    expect(await unload).toMatchObject({ bytesReturned: null, verified: false })
    expect(rig.log.at(-1)).toMatchObject({
      kind: 'unloaded',
      error: {
        code: 'unload_unverified',
        message: 'Its memory was not seen to come back: its process still holds 3.1 GB.'
      }
    })
    expect(rig.state('a')).toBe('unloaded')
  })

  it('goes by its host where nothing can be looked at, on another machine, and when looking takes too long', async () => {
    const byHost = { bytesReturned: 4 * gigabyte, verified: true, evidence: null }
    await rig.load('a')
    const nothing = rig.manager.unload(id('a'), you)
    await rig.finishAll()
    expect(await nothing).toMatchObject(byHost)

    rig.machine.isLocal = false
    rig.machine.seenReturn = { bytesReturned: 1, verified: true, evidence: 'must not be asked' }
    await rig.load('a')
    const remote = rig.manager.unload(id('a'), you)
    await rig.finishAll()
    expect(await remote).toMatchObject(byHost)

    rig.machine.isLocal = true
    await rig.load('a')
    rig.machine.hangs = true
    const late = rig.manager.unload(id('a'), you)
    for (let turn = 0; turn < 8; turn++) {
      await rig.clock.advance(3_000)
      await rig.finishAll(2)
    }
    expect(await late).toMatchObject(byHost)
  })
})
