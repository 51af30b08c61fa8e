import { describe, expect, it } from 'vitest'
import type { Host, Model } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { formatSpan } from '../../lib/format.ts'
import { arrangeModels } from './arrangeModels.ts'
import { choiceLabel, keepAdvice, keepWords } from './keepAlive.ts'
import { chipsOf, factsOf, stateWords } from './modelWords.ts'

const now = new Date(2025, 5, 10, 14).getTime()
const gb = 1_000_000_000

function modelOf(name: string, changes: Partial<Model> = {}): Model {
  return {
    id: { hostId: 'ollama', name },
    providerKind: 'ollama',
    state: 'unloaded',
    stateSinceAt: now,
    sizeBytes: null,
    heldBytes: null,
    heldQuality: null,
    gpuBytes: null,
    contextLength: null,
    maxContextLength: null,
    parameters: null,
    quantization: null,
    architecture: null,
    capabilities: null,
    digest: null,
    isSample: false,
    isPinned: false,
    keepAliveSeconds: 600,
    unloadsAt: null,
    activeRequests: 0,
    tokensPerSecond: null,
    loadProgress: null,
    isLoadLate: false,
    keptBy: null,
    keepAliveOverride: null,
    loadedAt: null,
    loadedBy: null,
    lastLoadMs: null,
    lastUsedAt: null,
    operationId: null,
    error: null,
    ...changes
  }
}

function list(...models: Model[]): Record<string, Model> {
  return Object.fromEntries(models.map((model) => [modelKey(model.id), model]))
}

const context = { now, host: null, fit: null, waitingFor: null }

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

describe('keep loaded', () => {
  it('has one word for each time, whichever negative number a server was given', () => {
    expect([-1, -300, 0, 900, 5_400].map(choiceLabel)).toEqual([
      'Always',
      'Always',
      'Unload at once',
      '15 min',
      formatSpan(5_400)
    ])
  })

  it('advises an hour or always for one model, 30 minutes for two or three, 15 for more', () => {
    expect(keepAdvice(1, 600)).toEqual({
      words: 'One model is kept. An hour, or Always, suits that.',
      seconds: 3_600,
      action: 'Keep 1 h'
    })
    expect(keepAdvice(3, 600)?.words).toBe('Three models are kept. 30 minutes suits that.')
    expect(keepAdvice(12, 600)).toMatchObject({ words: '12 models are kept. 15 minutes suits that.', seconds: 900 })
  })

  it('says nothing where the time already suits', () => {
    expect([
      keepAdvice(0, 600),
      keepAdvice(1, -1),
      keepAdvice(1, 3_600),
      keepAdvice(2, 1_800),
      keepAdvice(4, 900)
    ]).toEqual(Array(5).fill(null))
  })

  it('tells the three kinds of time apart', () => {
    expect([keepWords(-1), keepWords(0), keepWords(1_800)]).toEqual([
      'Stays until you unload it.',
      'Unloads as soon as it has answered.',
      'Unloads 30 min after its last use.'
    ])
  })
})
