/** Would catch: a row and a bar that tell different numbers, a number that outlives its load, an event for every page that moves. */
import { describe, expect, it } from 'vitest'
import type { ModelMemory } from '../../shared/memory.ts'
import { loadedModel } from '../providers/fakeProvider.ts'
import { createManagerRig, id, you, type ManagerRig } from './managerRig.ts'

const found: ModelMemory = {
  id: id('a'),
  heldBytes: 900_000_000,
  gpuBytes: 0,
  countedBytes: 100_000_000,
  quality: 'measured',
  source: 'process memory',
  pid: 4321
}

async function rigWithReported(): Promise<ManagerRig> {
  const rig = await createManagerRig(['a'], true)
  const reported = { heldBytes: 1_000_000_000, heldQuality: 'reported' as const, countedBytes: null, weightsPath: '/w' }
  rig.provider.loaded.set('a', loadedModel('a', reported))
  await rig.refresh()
  return rig
}

describe('what the sampler found', () => {
  it('is what the row shows, while the claim stays what the host tells', async () => {
    const { manager } = await rigWithReported()
    expect(manager.get(id('a'))).toMatchObject({ heldBytes: 1_000_000_000, heldQuality: 'reported' })
    manager.noteMemory([found])
    expect(manager.get(id('a'))).toMatchObject({ heldBytes: 900_000_000, heldQuality: 'measured' })
    expect(manager.memory()).toMatchObject([{ heldBytes: 1_000_000_000, quality: 'reported', weightsPath: '/w' }])
  })

  it('is told when it moves by half a per cent or by 1 MB, not for less', async () => {
    const { manager, changes } = await rigWithReported()
    manager.noteMemory([found])
    changes.length = 0
    manager.noteMemory([{ ...found, heldBytes: 900_900_000 }])
    expect(changes).toEqual([])
    manager.noteMemory([{ ...found, heldBytes: 901_100_000 }])
    expect(changes).toMatchObject([{ heldBytes: 901_100_000 }])
    manager.noteMemory([{ ...found, heldBytes: 901_100_000, countedBytes: null }])
    expect(changes).toHaveLength(2)
  })

  it('adds up: a slow drift is told when it has gone far enough', async () => {
    const { manager, changes } = await rigWithReported()
    manager.noteMemory([found])
    changes.length = 0
    for (let step = 1; step <= 10; step++) manager.noteMemory([{ ...found, heldBytes: 900_000_000 + step * 300_000 }])
    expect(changes.map(({ heldBytes }) => heldBytes)).toEqual([901_200_000, 902_400_000])
  })

  it('is forgotten with the load, and never given to what is not loaded', async () => {
    const { manager, provider, refresh, settle, load } = await rigWithReported()
    manager.noteMemory([found])
    const unloaded = manager.unload(id('a'), you)
    await settle()
    provider.unloads[0]?.finish()
    await unloaded
    manager.noteMemory([found, { ...found, id: id('nobody') }])
    await refresh()
    expect(manager.get(id('a'))).toMatchObject({ heldBytes: null, heldQuality: null })
    await load('a')
    expect(manager.get(id('a'))).toMatchObject({ heldBytes: 1_100 })
  })

  it('while it was still loading is half of it, and passed over once it is loaded', async () => {
    const { manager, load, clock } = await createManagerRig(['a'], true)
    const askedAt = clock.now()
    await clock.advance(500)
    await load('a')
    manager.noteMemory([found], askedAt)
    expect(manager.get(id('a'))).toMatchObject({ heldBytes: 1_100 })
    manager.noteMemory([found], clock.now())
    expect(manager.get(id('a'))).toMatchObject({ heldBytes: 900_000_000 })
  })

  it('of a model that still loads, the host only tells what it will take', async () => {
    const { manager, provider, settle, refresh } = await createManagerRig(['a'], true)
    const loading = manager.ensureLoaded(id('a'), you)
    await settle()
    provider.loaded.set('a', loadedModel('a', { heldQuality: 'reported' }))
    await refresh()
    expect(manager.memory()).toMatchObject([{ quality: 'estimated' }])
    provider.loads[0]?.finish()
    await loading
    expect(manager.memory()).toMatchObject([{ quality: 'measured' }])
  })
})
