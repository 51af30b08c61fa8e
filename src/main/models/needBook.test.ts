/** The best source wins, whatever order they come in; and nobody waits long, or for nothing. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { abortedError, StokerError } from '../../shared/errors.ts'
import type { ModelId } from '../../shared/model.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { createFakeProvider, loadedModel, needFacts, type FakeProvider } from '../providers/fakeProvider.ts'
import type { EngineEstimate } from '../providers/llamacpp/needEstimator.ts'
import type { ModelMetadata, NeedFacts } from '../providers/provider.ts'
import { openDatabase } from '../storage/database.ts'
import { createNeedStore, type NeedStore } from '../storage/needStore.ts'
import { createNeedBook, type NeedBook, type NeedBookDeps } from './needBook.ts'

const mebibyte = 2 ** 20
const id: ModelId = { hostId: 'h', name: 'a' }
const metadata: ModelMetadata = new Map<string, string | number>([
  ['general.architecture', 'llama'],
  ['llama.block_count', 28],
  ['llama.embedding_length', 3_072],
  ['llama.feed_forward_length', 8_192],
  ['llama.attention.head_count', 24],
  ['llama.attention.head_count_kv', 8],
  ['llama.attention.key_length', 128],
  ['llama.attention.value_length', 128],
  ['llama.vocab_size', 32_000]
])
const weightsBytes = 2_000 * mebibyte
const file = (change: Partial<NeedFacts> = {}): NeedFacts =>
  needFacts('a', { path: '/models/a.gguf', weightsBytes, metadata, maxContextLength: 131_072, ...change })
const overheadBytes = 110 * mebibyte
const curve: EngineEstimate = {
  weightsBytes,
  contexts: [2_048, 4_096, 131_072].map((contextLength) => ({ contextLength, bytes: contextLength * 120_000 }))
}
const allocated = [
  { kind: 'weights' as const, bytes: weightsBytes },
  { kind: 'context' as const, bytes: 230 * mebibyte }
]
const never = new AbortController().signal

let clock: FakeClock
let provider: FakeProvider
let facts: (name: string, signal: AbortSignal) => Promise<NeedFacts>
let estimate: (signal: AbortSignal) => Promise<EngineEstimate>
let estimated: number
let store: NeedStore
let changed: string[]
let book: NeedBook

function create(change: Partial<NeedBookDeps> = {}): NeedBook {
  return createNeedBook({
    provider: () => provider,
    isLocal: () => true,
    estimator: {
      estimate(_, signal) {
        estimated += 1
        return estimate(signal)
      },
      dispose: async () => {}
    },
    estimatorVersion: 'engine 1',
    knowsArchitecture: (architecture) => architecture === 'llama',
    store,
    overheadBytes: () => overheadBytes,
    onChanged: ({ name }) => changed.push(name),
    clock,
    logger: silentLogger,
    ...change
  })
}
/** Facts come, the engine does not yet. */
async function described(): Promise<void> {
  book.follow([id])
  await clock.advance(1_000)
}
const hang = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(abortedError()), { once: true }))

beforeEach(() => {
  clock = createFakeClock()
  provider = createFakeProvider(['a'])
  provider.describeNeed = (name, signal) => facts(name, signal)
  facts = async () => file()
  estimate = async () => curve
  estimated = 0
  changed = []
  store = createNeedStore({ database: openDatabase(':memory:').database, now: () => 1, logger: silentLogger })
  book = create()
})
afterEach(() => book.dispose())

describe('what is known now', () => {
  it('is nothing before the host was asked, and never throws', () => {
    expect(book.now(id)).toBeNull()
    expect(book.unlearned(id, 512)).toBeNull()
    expect(book.contextLengths(id)).toEqual({ defaultLength: null, maxLength: null })
  })

  it('gets better by itself: formula, then the engine, then what a load has measured', async () => {
    await described()
    expect(book.now(id)).toMatchObject({ source: 'formula', contextLength: 2_048 })
    await clock.advance(3_000)
    expect(book.now(id)?.source).toBe('engine')
    expect(book.now(id)?.bytes).toBe(weightsBytes + 2_048 * 120_000 + overheadBytes)
    book.learn(id, loadedModel('a', { contextLength: 2_048, allocated }))
    await clock.advance(0)
    const bytes = weightsBytes + 230 * mebibyte + overheadBytes
    expect(book.now(id)).toEqual({
      bytes,
      plusMinusBytes: Math.ceil(bytes * 0.005),
      source: 'learned',
      contextLength: 2_048,
      parts: [
        { kind: 'weights', bytes: weightsBytes },
        { kind: 'context', bytes: 230 * mebibyte },
        { kind: 'overhead', bytes: overheadBytes }
      ]
    })
    expect(changed).toEqual(['a', 'a', 'a'])
  })

  it('is the size of the file where nothing else is told', async () => {
    facts = async () => needFacts('a', { weightsBytes })
    await described()
    expect(book.now(id)).toMatchObject({ source: 'file_size' })
  })

  it('is never for more context than the model was trained for', async () => {
    await described()
    expect(book.now(id, 10_000_000)?.contextLength).toBe(131_072)
    expect(book.contextLengths(id)).toEqual({ defaultLength: 2_048, maxLength: 131_072 })
  })

  it('is surer of the own engine than of a server’s', async () => {
    await described()
    await clock.advance(3_000)
    const own = book.now(id)
    provider = createFakeProvider(['a'], true)
    provider.describeNeed = (name, signal) => facts(name, signal)
    const other = create()
    other.follow([id])
    await clock.advance(5_000)
    expect(other.now(id)?.bytes).toBe(own?.bytes)
    expect(other.now(id)?.plusMinusBytes).toBeGreaterThan(own?.plusMinusBytes ?? Infinity)
    await other.dispose()
  })

  it('counts what an engine without flash attention takes on top', async () => {
    await described()
    const [formula, scoresBytes] = [book.now(id, 32_768), 24 * 512 * 32_768 * 4]
    facts = async () => file({ usesFlashAttention: false })
    book.refreshHost('h')
    await clock.advance(0)
    expect((book.now(id, 32_768)?.bytes ?? 0) - (formula?.bytes ?? 0)).toBeGreaterThan(scoresBytes * 0.8)
  })

  it('tells names on one engine: of the same weights, where the host has one engine for them', async () => {
    const copy = { hostId: 'h', name: 'copy' }
    provider = createFakeProvider(['a', 'copy'], true)
    provider.describeNeed = (name, signal) => facts(name, signal)
    book.follow([id, copy])
    expect(book.engineOf(id)).not.toBe(book.engineOf(copy))
    await clock.advance(1_000)
    expect(book.engineOf(id)).toBe(book.engineOf(copy))
    expect(book.engineOf({ ...copy, hostId: 'other' })).not.toBe(book.engineOf(copy))
    provider = createFakeProvider(['a', 'copy'])
    provider.describeNeed = (name, signal) => facts(name, signal)
    const own = create()
    own.follow([id, copy])
    await clock.advance(1_000)
    expect(own.engineOf(id)).not.toBe(own.engineOf(copy))
    await own.dispose()
  })

  it('forgets a model that went', async () => {
    await described()
    book.follow([])
    expect(book.now(id)).toBeNull()
  })
})

describe('what a load has taught', () => {
  it('holds for exactly what was loaded, and is left out of what stands beside the measured', async () => {
    await described()
    book.learn(id, loadedModel('a', { contextLength: 4_096, allocated }))
    await clock.advance(0)
    expect(book.now(id, 4_096)?.source).toBe('learned')
    // The engine rounds up to 4096, so this would be the very same load.
    expect(book.now(id, 4_000)).toMatchObject({ source: 'learned', contextLength: 4_000 })
    expect(book.now(id, 8_192)?.source).toBe('formula')
    expect(book.unlearned(id, 4_096)?.source).toBe('formula')
    for (const change of [
      { cacheType: 'q8_0' as const },
      { parallel: 2 },
      { engineVersion: '2' },
      { fingerprint: 'x' }
    ]) {
      facts = async () => file(change)
      book.refreshHost('h')
      await clock.advance(0)
      expect(book.now(id, 4_096)?.source).toBe('formula')
    }
    facts = async () => file()
    book.refreshHost('h')
    await clock.advance(0)
    expect(book.now(id, 4_096)?.source).toBe('learned')
  })

  it('holds for every name of the same weights, and after a restart without any engine', async () => {
    const second = { hostId: 'h', name: 'b' }
    book.follow([id, second])
    await clock.advance(1_000)
    changed = []
    book.learn(id, loadedModel('a', { contextLength: 4_096, allocated }))
    await clock.advance(0)
    expect(changed).toEqual(['a', 'b'])
    const next = create()
    next.follow([second])
    await clock.advance(1_000)
    expect(next.now(second, 4_096)?.source).toBe('learned')
    await next.dispose()
  })

  it('of another machine holds for nothing here: there the same weights may lie on other cards', async () => {
    book = create({ isLocal: () => false })
    await described()
    book.learn(id, loadedModel('a', { allocated, contextLength: 2_048 }))
    await clock.advance(1_000)
    const here = create()
    here.follow([id])
    await clock.advance(1_000)
    expect(here.now(id, 2_048)?.source).not.toBe('learned')
    await here.dispose()
  })

  it('is not what makes no sense, nor of an unknown context', async () => {
    await described()
    book.learn(id, loadedModel('a', { contextLength: 4_096, heldBytes: 0 }))
    book.learn(id, loadedModel('a', { contextLength: null, allocated }))
    book.learn(id, loadedModel('a', { contextLength: 4_096, heldBytes: 5, heldQuality: 'estimated' }))
    await clock.advance(0)
    expect(book.now(id, 4_096)?.source).toBe('formula')
  })

  it('is kept for the context in force, where an old server tells the one it was asked for', async () => {
    facts = async () => file({ maxContextLength: 4_096 })
    await described()
    book.learn(id, loadedModel('a', { contextLength: 16_384, allocated }))
    await clock.advance(0)
    expect(book.now(id, 16_384)).toMatchObject({ source: 'learned', contextLength: 4_096 })
  })

  it('is kept under what the host says after the load, not before', async () => {
    await described()
    facts = async () => file({ engineVersion: 'known since the load' })
    book.learn(id, loadedModel('a', { contextLength: 4_096, allocated }))
    await clock.advance(0)
    expect(book.now(id, 4_096)?.source).toBe('learned')
  })

  it('is kept under the cache type it was loaded with, whatever was set since', async () => {
    facts = async () => file({ cacheType: 'q8_0' })
    await described()
    book.learn(id, loadedModel('a', { allocated, contextLength: 2_048, cacheType: 'f16' }))
    await clock.advance(0)
    expect(book.now(id)?.source).not.toBe('learned')
    // Beside what it holds stands what that cache type takes, not what the next load would.
    const stillLoaded = book.unlearned(id, 2_048)
    expect(stillLoaded?.bytes).toBeGreaterThan(book.now(id, 2_048)?.bytes ?? Infinity)
    facts = async () => file({ cacheType: 'f16' })
    book.refreshHost('h')
    await clock.advance(0)
    expect(book.now(id)?.source).toBe('learned')
    expect(book.unlearned(id, 2_048)).toEqual(stillLoaded)
  })

  it('is kept although the host went silent right afterwards', async () => {
    await described()
    facts = (_, signal) => hang(signal)
    book.learn(id, loadedModel('a', { contextLength: 4_096, allocated }))
    await clock.advance(5_000)
    expect(book.now(id, 4_096)?.source).toBe('learned')
  })
})

describe('a prediction', () => {
  it('waits for the engine, before all others and before the background has begun', async () => {
    const need = book.predict(id, 4_096, never)
    await clock.advance(0)
    expect(await need).toMatchObject({ source: 'engine', contextLength: 4_096 })
    expect(estimated).toBe(1)
  })

  it('does not wait where a load has measured it', async () => {
    await described()
    book.learn(id, loadedModel('a', { contextLength: 4_096, allocated }))
    await clock.advance(0)
    estimate = hang
    const need = book.predict(id, 4_096, never)
    await clock.advance(0)
    expect((await need)?.source).toBe('learned')
  })

  it('answers with the formula when the engine takes too long, and with the engine later', async () => {
    const slow = Promise.withResolvers<EngineEstimate>()
    estimate = () => slow.promise
    const need = book.predict(id, 4_096, never)
    await clock.advance(4_001)
    expect((await need)?.source).toBe('formula')
    slow.resolve(curve)
    await clock.advance(0)
    expect(book.now(id, 4_096)?.source).toBe('engine')
  })

  it('answers with nothing when even the host takes too long', async () => {
    facts = (_, signal) => hang(signal)
    const need = book.predict(id, 4_096, never)
    await clock.advance(4_001)
    expect(await need).toBeNull()
  })

  it.each([
    ['is elsewhere', {}, { isLocal: () => false }],
    ['cannot be read', { path: null }, {}],
    ['is an adapter', { metadata: new Map([...metadata, ['general.type', 'adapter'] as const]) }, {}],
    [
      'is of a kind the engine does not know',
      { metadata: new Map([...metadata, ['general.architecture', 'new'] as const]) },
      {}
    ],
    ['tells nothing of itself', { metadata: null }, {}]
  ])('starts no engine for a file that %s', async (_, change, deps) => {
    facts = async () => file(change)
    const own = create(deps)
    await own.predict(id, 4_096, never)
    await own.predict(id, 4_096, never)
    expect(estimated).toBe(0)
    await own.dispose()
  })

  it('starts no engine under pressure, and answers at once', async () => {
    book.setPaused(true)
    const need = book.predict(id, 4_096, never)
    await clock.advance(0)
    expect((await need)?.source).toBe('formula')
    expect(estimated).toBe(0)
  })

  it('rejects when it is aborted, at once, and only then', async () => {
    estimate = hang
    const controller = new AbortController()
    const need = book.predict(id, 4_096, controller.signal)
    await clock.advance(0)
    controller.abort()
    await expect(need).rejects.toMatchObject({ code: 'aborted' })
    await expect(book.predict(id, 4_096, controller.signal)).rejects.toMatchObject({ code: 'aborted' })
    facts = async () => Promise.reject(new StokerError('server_down', 'away', null))
    expect(await create().predict(id, 4_096, never)).toBeNull()
  })

  it('of a host that was removed is none', async () => {
    const gone = create({
      provider: () => {
        throw new StokerError('host_not_found', 'gone', null)
      }
    })
    expect(await gone.predict(id, undefined, never)).toBeNull()
    gone.learn(id, loadedModel('a', { allocated }))
    await clock.advance(0)
    await gone.dispose()
  })
})

describe('the end', () => {
  it('comes within its limit although an engine hangs, and whoever waits is answered', async () => {
    estimate = () => new Promise(() => {})
    const need = book.predict(id, 4_096, never)
    await clock.advance(0)
    let isOver = false
    void book.dispose().then(() => (isOver = true))
    await clock.advance(1_001)
    expect(isOver).toBe(true)
    expect(await need).not.toBeUndefined()
  })

  it('nothing is written after it: the database is closed by then', async () => {
    await described()
    const save = vi.spyOn(store, 'saveMeasured')
    book.learn(id, loadedModel('a', { contextLength: 4_096, allocated }))
    await book.dispose()
    await clock.advance(5_000)
    expect(save).not.toHaveBeenCalled()
    expect(changed).toEqual(['a'])
  })
})
