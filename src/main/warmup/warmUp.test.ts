/** A warm-up whose token came with other load options would load the model a second time, on the server, unseen. */
import { afterEach, describe, expect, it } from 'vitest'
import type { FakeModelSpec } from '../../../e2e/fakeOllama.ts'
import type { NewActivityEvent } from '../../shared/activity.ts'
import type { Prediction } from '../../shared/fit.ts'
import type { ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import { systemClock } from '../lib/clock.ts'
import { silentLogger } from '../lib/logger.ts'
import { createModelManager } from '../models/modelManager.ts'
import { createOperationRegistry } from '../operations/operationRegistry.ts'
import { generations, startProviderRig, type ProviderRig } from '../providers/ollama/providerRig.ts'
import { openDatabase } from '../storage/database.ts'
import { createModelFactStore } from '../storage/modelFacts.ts'
import { createModelTimingStore } from '../storage/modelTimings.ts'
import { createSavedTimeStore } from '../storage/savedTime.ts'
import { createWarmUp, type WarmUpWish } from './warmUp.ts'

const { signal } = new AbortController()
let server: ProviderRig
afterEach(() => server.close())

/** What the schedule keeps now, by name. */
const kept = new Map<string, string>()
const id = (name: string): ModelId => ({ hostId: 'ollama', name: `${name}:latest` })

async function start(generation: (typeof generations)[number], models: Record<string, FakeModelSpec>) {
  kept.clear()
  server = await startProviderRig({ generation, models })
  const log: NewActivityEvent[] = []
  const clock = systemClock
  const storage = { database: openDatabase(':memory:').database, now: clock.now, logger: silentLogger }
  const operations = createOperationRegistry({ now: clock.now, onProgress: () => {}, onListChanged: () => {} })
  const manager = createModelManager({
    provider: () => server.provider,
    facts: createModelFactStore(storage),
    timings: createModelTimingStore(storage),
    saved: createSavedTimeStore(storage),
    maxLoadedModels: () => 2,
    defaultKeepAliveSeconds: () => 600,
    keepAliveReaction: () => 'tell',
    keptBy({ name }) {
      const rule = kept.get(name)
      return rule === undefined ? null : { kind: 'rule', name: rule }
    },
    operations,
    log: (event) => log.push(event),
    onModelChanged: () => {},
    onListChanged: () => {},
    onSavingsChanged: () => {},
    onMemoryMoved: () => {},
    isLocal: () => false,
    usesCards: () => false,
    needNow: () => null,
    predictNeed: async () => null,
    engineOf: modelKey,
    learnNeed: () => {},
    memory: async () => null,
    watchReturn: async () => async () => ({ bytesReturned: null, verified: false, evidence: null }),
    clock,
    logger: silentLogger
  })
  const prediction = { isAllowed: true, unload: [], sum: { overBytes: null }, needBytes: null } as unknown as Prediction
  const warmUp = createWarmUp({
    models: manager,
    resolve: (model) => model,
    predict: async () => prediction,
    operations,
    log: (event) => log.push(event),
    clock
  })
  await server.provider.health(signal)
  await manager.refreshInstalled('ollama', signal)
  const wish = (contextLength: number | null, ...names: string[]): WarmUpWish => ({
    models: names.map((name) => ({ id: id(name), contextLength })),
    actor: 'schedule',
    reason: 'Office',
    mayUnload: () => true,
    isNews: () => true,
    onLoad: () => {}
  })
  return { manager, warmUp, wish, log, prediction }
}

describe.each(generations)('on an Ollama %s', (generation) => {
  it.each([
    ['kept by a window', 2_048, 'Office', -1],
    ['at a time', 2_048, null, 600],
    ['with the context that the server gives', null, null, 600]
  ])('%s: load and token carry the same options, and the server loads once', async (_, context, keeper, seconds) => {
    const { warmUp, wish } = await start(generation, { plain: {} })
    if (keeper !== null) kept.set(id('plain').name, keeper)
    expect(await warmUp(wish(context, 'plain'))).toMatchObject([{ outcome: 'ready', error: null }])
    const [load, token, ...more] = server.bodies('/api/generate')
    expect(more).toEqual([])
    expect(load).toMatchObject({ prompt: '', keep_alive: seconds })
    expect(token).toMatchObject({ keep_alive: seconds, options: { num_predict: 1, num_ctx: context ?? 4_096 } })
    if (context !== null) expect(load?.['options']).toEqual({ num_ctx: context })
    expect(server.fake.events).toEqual([`loaded plain:latest ${context ?? 4_096}`])
  })

  it('a second warm-up finds it warm and asks the server nothing', async () => {
    const { warmUp, wish } = await start(generation, { plain: {} })
    await warmUp(wish(2_048, 'plain'))
    expect(await warmUp(wish(2_048, 'plain'))).toMatchObject([{ outcome: 'warm', durationMs: null }])
    expect(server.bodies('/api/generate')).toHaveLength(2)
  })

  it('a model that is for embeddings only is loaded, and asked no question', async () => {
    const { warmUp, wish } = await start(generation, { embedder: { capabilities: ['embedding'] } })
    expect(await warmUp(wish(null, 'embedder'))).toMatchObject([{ outcome: 'ready', error: null }])
    expect(server.fake.events).toEqual(['loaded embedder:latest 4096'])
    expect(server.fake.requests.filter(({ status }) => status !== null && status >= 500)).toEqual([])
  })

  it('a failure is told with its error, and the next model has its turn', async () => {
    const { warmUp, wish, log } = await start(generation, { broken: { loadError: 'unable to load model' }, plain: {} })
    const results = await warmUp(wish(null, 'broken', 'plain'))
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'ready'])
    const told = log.filter(({ kind }) => kind.startsWith('warm'))
    expect(told).toMatchObject([
      { kind: 'warmup_failed', actor: 'schedule', reason: 'Office', modelId: id('broken') },
      { kind: 'warmed_up', actor: 'schedule', reason: 'Office', modelId: id('plain'), error: null }
    ])
    expect(told[0]?.error?.message).toBeTruthy()
    expect(told[1]?.durationMs).toBeGreaterThan(0)
  })

  it('does not touch the server for a model without room beside those that must stay', async () => {
    const { warmUp, wish, prediction } = await start(generation, { plain: {} })
    prediction.unload = [id('kept')]
    const results = await warmUp({ ...wish(null, 'plain'), mayUnload: () => false })
    expect(results).toMatchObject([{ outcome: 'skipped', error: { code: 'does_not_fit' } }])
    expect(server.bodies('/api/generate')).toEqual([])
  })
})
