import { describe, expect, it } from 'vitest'
import { modelStates, type Host, type Model } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { arrangeModels } from './arrangeModels.ts'
import { canBeWarmed, chipsOf, factsOf, stateWords } from './modelWords.ts'
import { testModel as modelOf } from './testModel.ts'

const now = new Date(2025, 5, 10, 14).getTime()
const gb = 1_000_000_000

function list(...models: Model[]): Record<string, Model> {
  return Object.fromEntries(models.map((model) => [modelKey(model.id), model]))
}

const context = { now, host: null, fit: null, keptUntil: null, wait: null, waitingFor: null }

describe('the list', () => {
  it('keeps a loading model in its place and a leaving one among the loaded, so that rows move once', () => {
    const models = list(
      modelOf('a', { state: 'ready' }),
      modelOf('b', { state: 'unloading' }),
      modelOf('c', { state: 'loading' }),
      modelOf('d', { state: 'failed' })
    )
    const arranged = arrangeModels(models, { search: '', sort: 'name' })
    expect(arranged).toEqual({ loaded: ['ollama/a', 'ollama/b'], onDisk: ['ollama/c', 'ollama/d'] })
  })

  it('sorts sizes downwards with unknown last, and names as people count', () => {
    const models = list(modelOf('m:10b', { sizeBytes: 5 }), modelOf('m:2b'), modelOf('m:1b', { sizeBytes: 9 }))
    const keys = (sort: 'name' | 'size'): string[] => arrangeModels(models, { search: '', sort }).onDisk
    expect(keys('name')).toEqual(['ollama/m:1b', 'ollama/m:2b', 'ollama/m:10b'])
    expect(keys('size')).toEqual(['ollama/m:1b', 'ollama/m:10b', 'ollama/m:2b'])
  })

  it('finds by every word typed, in names, quantisations and marks', () => {
    const models = list(modelOf('qwen3:8b', { quantization: 'Q4_K_M', isPinned: true }), modelOf('qwen3:4b'))
    expect(arrangeModels(models, { search: 'QWEN pinned', sort: 'name' }).onDisk).toEqual(['ollama/qwen3:8b'])
    expect(arrangeModels(models, { search: 'q4_k', sort: 'name' }).onDisk).toEqual(['ollama/qwen3:8b'])
    expect(arrangeModels(models, { search: 'mistral', sort: 'name' }).onDisk).toEqual([])
  })
})

describe('words of a row', () => {
  it('lists only what is known', () => {
    expect(factsOf(modelOf('x'), null, now)).toBe('')
    const model = modelOf('x', {
      state: 'ready',
      parameters: '8.2B',
      contextLength: 16_384,
      heldBytes: 10,
      gpuBytes: 10
    })
    expect(factsOf(model, 'Studio', now)).toBe('8.2B · context 16,384 · 100 % GPU · Studio')
    expect(factsOf({ ...model, gpuBytes: 0 }, null, now)).toBe('8.2B · context 16,384 · CPU')
    expect(factsOf({ ...model, gpuBytes: null }, null, now)).toBe('8.2B · context 16,384')
  })

  it('says of a model on disk how large it is there, and of a loaded one no more', () => {
    expect(factsOf(modelOf('x', { sizeBytes: 12.9 * gb, lastUsedAt: now }), null, now)).toBe(
      '12.9 GB on disk · used today'
    )
    expect(factsOf(modelOf('x', { state: 'ready', sizeBytes: 12.9 * gb }), null, now)).toBe('')
  })

  it('says that a model of another machine is there, and judges nothing', () => {
    const host = { name: 'Studio', status: 'ok', isLocal: false } as Host
    expect(stateWords(modelOf('x', { lastLoadMs: 6_000 }), { ...context, host })).toMatchObject({
      words: 'On Studio',
      tone: 'quiet',
      detail: 'about 6 s to load'
    })
  })

  it('counts a load up and says what is usual, or that it is the first', () => {
    const loading = modelOf('x', { state: 'loading', stateSinceAt: now - 3_400, lastLoadMs: 6_200 })
    expect(stateWords(loading, context)).toMatchObject({ words: 'Loading 0:03', detail: 'usually 6 s' })
    expect(stateWords({ ...loading, lastLoadMs: null }, context).detail).toBe('first load here')
  })

  it('says of a late load that it still loads, in the tone of a warning, and never that it failed', () => {
    const loading = { state: 'loading', isLoadLate: true, stateSinceAt: now - 250_000 } as const
    expect(stateWords(modelOf('x', { ...loading, lastLoadMs: 6_200 }), context)).toEqual({
      tone: 'warn',
      words: 'Still loading, 4:10',
      aside: null,
      detail: 'usually 6 s'
    })
    expect(stateWords(modelOf('x', loading), context).detail).toBeNull()
  })

  it('says what a load waits for in the place of what is usual', () => {
    const loading = modelOf('x', { state: 'loading', lastLoadMs: 6_200, stateSinceAt: now })
    const wait = 'Ollama is busy. Again in 2 s, attempt 2 of 3'
    expect(stateWords(loading, { ...context, wait })).toMatchObject({ words: 'Loading 0:00', detail: wait })
    expect(stateWords({ ...loading, isLoadLate: true }, { ...context, wait }).detail).toBe(wait)
  })

  it('names the rule that keeps a model, and until when where that is known', () => {
    const kept = modelOf('x', { state: 'ready', keptBy: { kind: 'rule', name: 'Office hours' }, keepAliveSeconds: -1 })
    expect(stateWords(kept, { ...context, keptUntil: '18:00' }).detail).toBe('kept until 18:00 by “Office hours”')
    expect(stateWords(kept, context).detail).toBe('kept by “Office hours”')
    const inRun = modelOf('x', {
      state: 'ready',
      keptBy: { kind: 'run', name: 'the run of Summaries' },
      keepAliveSeconds: -1
    })
    expect(stateWords(inRun, context).detail).toBe('kept by the run of Summaries')
  })

  it('marks a model whose time another program changed', () => {
    const keepAliveOverride = { seconds: 300, noticedAt: now }
    expect(chipsOf(modelOf('x', { state: 'ready', keepAliveOverride }))).toEqual(['time changed'])
  })

  it('warms up what rests or is ready, and nothing that is on its way', () => {
    expect(modelStates.filter((state) => canBeWarmed(modelOf('x', { state })))).toEqual(['unloaded', 'ready', 'failed'])
  })

  it('counts down to an unload, and does not while it answers', () => {
    const ready = modelOf('x', { state: 'ready', unloadsAt: now + 252_000 })
    expect(stateWords(ready, context)).toMatchObject({ words: 'Ready', detail: 'unloads in 4:12' })
    const answering = modelOf('x', {
      state: 'ready',
      activeRequests: 1,
      keepAliveSeconds: 1_800,
      tokensPerSecond: 31.42
    })
    expect(stateWords(answering, context)).toMatchObject({
      words: 'Answering',
      aside: '31.4 tok/s',
      detail: 'unloads 30 min after'
    })
  })

  it('marks an embedding model, but not one that also answers', () => {
    expect(chipsOf(modelOf('x', { capabilities: ['embedding'], isPinned: true }))).toEqual(['pinned', 'embedding'])
    expect(chipsOf(modelOf('x', { capabilities: ['embedding', 'completion'] }))).toEqual([])
  })
})
