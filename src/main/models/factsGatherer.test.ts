/** Facts come when they come: late, wrong, never, or of a model that is gone by then. */
import { afterEach, beforeEach, describe, expect, it, vi, type Mock } from 'vitest'
import { StokerError } from '../../shared/errors.ts'
import type { ModelId } from '../../shared/model.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { needFacts } from '../providers/fakeProvider.ts'
import type { NeedFacts } from '../providers/provider.ts'
import { createFactsGatherer, type FactsGatherer } from './factsGatherer.ts'

const id = (name: string): ModelId => ({ hostId: 'h', name })
const [a, b] = [id('a'), id('b')]
const away = new StokerError('server_down', 'away', null)

let clock: FakeClock
let asked: string[]
let answer: (name: string, signal: AbortSignal) => Promise<NeedFacts>
let told: string[]
let warn: Mock<(message: string) => void>
let gatherer: FactsGatherer

beforeEach(() => {
  clock = createFakeClock()
  asked = []
  told = []
  warn = vi.fn()
  answer = async (name) => needFacts(name)
  gatherer = createFactsGatherer({
    describe(modelId, signal) {
      asked.push(modelId.name)
      return answer(modelId.name, signal)
    },
    onFacts: (modelId) => told.push(modelId.name),
    clock,
    logger: { ...silentLogger, warn }
  })
})
afterEach(() => gatherer.dispose())

describe('following', () => {
  it('asks for newcomers only, and not in the first moments of the start', async () => {
    gatherer.follow([a])
    await clock.advance(100)
    expect(asked).toEqual([])
    await clock.advance(1_000)
    gatherer.follow([a, b])
    await clock.advance(0)
    expect(asked).toEqual(['a', 'b'])
    expect(told).toEqual(['a', 'b'])
    expect(gatherer.get(a)?.fingerprint).toBe('weights of a')
    expect(gatherer.withFingerprint('weights of b')).toEqual([b])
  })

  it('never has more than two questions open, however many models there are', async () => {
    let [open, most] = [0, 0]
    answer = async (name) => {
      most = Math.max(most, ++open)
      await Promise.resolve()
      open -= 1
      return needFacts(name)
    }
    gatherer.follow(Array.from({ length: 20 }, (_, index) => id(`m${index}`)))
    for (let turn = 0; turn < 20; turn++) await clock.advance(100)
    expect(asked).toHaveLength(20)
    expect(most).toBe(2)
  })

  it('forgets what went, and an answer that comes too late does not bring it back', async () => {
    const late = Promise.withResolvers<NeedFacts>()
    let signal: AbortSignal | null = null
    answer = (_, given) => {
      signal = given
      return late.promise
    }
    gatherer.follow([a])
    await clock.advance(1_000)
    gatherer.follow([])
    expect(signal).toMatchObject({ aborted: true })
    late.resolve(needFacts('a'))
    await clock.advance(0)
    expect(gatherer.get(a)).toBeNull()
    expect(told).toEqual([])
  })
})

describe('asking again', () => {
  it('tells only of facts that changed', async () => {
    await gatherer.refresh(a)
    await gatherer.refresh(a)
    expect(told).toEqual(['a'])
    answer = async (name) => needFacts(name, { cacheType: 'q8_0' })
    await gatherer.refresh(a)
    expect(told).toEqual(['a', 'a'])
    expect(gatherer.get(a)?.cacheType).toBe('q8_0')
  })

  it('an answer to an older question does not undo a newer one', async () => {
    const slow = Promise.withResolvers<NeedFacts>()
    answer = () => slow.promise
    const first = gatherer.refresh(a)
    answer = async (name) => needFacts(name, { parallel: 4 })
    await gatherer.refresh(a)
    slow.resolve(needFacts('a'))
    await first
    expect(gatherer.get(a)?.parallel).toBe(4)
  })

  it('another file under the same name is noticed', async () => {
    gatherer.follow([a])
    await clock.advance(1_000)
    gatherer.notice({ id: a, digest: 'd1', sizeBytes: 5 })
    gatherer.notice({ id: a, digest: 'd1', sizeBytes: 5 })
    gatherer.notice({ id: b, digest: 'd9', sizeBytes: 5 })
    await clock.advance(0)
    expect(asked).toEqual(['a'])
    gatherer.notice({ id: a, digest: 'd2', sizeBytes: 5 })
    await clock.advance(0)
    expect(asked).toEqual(['a', 'a'])
  })

  it('a changed setting is asked of all models of its host', async () => {
    gatherer.follow([a, { hostId: 'other', name: 'c' }])
    await clock.advance(1_000)
    gatherer.refreshHost('h')
    await clock.advance(0)
    expect(asked).toEqual(['a', 'c', 'a'])
  })
})

describe('a host that does not say', () => {
  it('is asked again later while it is away, at growing intervals, until it answers', async () => {
    answer = async () => Promise.reject(away)
    gatherer.follow([a])
    await clock.advance(1_000)
    await clock.advance(30_000)
    expect(asked).toHaveLength(2)
    await clock.advance(30_000)
    expect(asked).toHaveLength(2)
    answer = async (name) => needFacts(name)
    await clock.advance(30_000)
    expect(asked).toHaveLength(3)
    expect(told).toEqual(['a'])
    await clock.advance(3_600_000)
    expect(asked).toHaveLength(3)
  })

  it('is not asked for ever what it cannot know, and that is said once', async () => {
    answer = async () => Promise.reject(new StokerError('bad_model_file', 'broken', null))
    gatherer.follow([a])
    await clock.advance(3_600_000)
    await gatherer.refresh(a)
    expect(asked).toHaveLength(2)
    expect(warn).toHaveBeenCalledTimes(1)
  })

  it('a model or host that went in the meantime is no news', async () => {
    answer = async () => Promise.reject(new StokerError('host_not_found', 'gone', null))
    await gatherer.refresh(a)
    expect(warn).not.toHaveBeenCalled()
  })

  it('leaves in place what was known before', async () => {
    await gatherer.refresh(a)
    answer = async () => Promise.reject(away)
    await gatherer.refresh(a)
    expect(gatherer.get(a)).not.toBeNull()
  })

  it('asks nothing more at the end', async () => {
    answer = async () => Promise.reject(away)
    gatherer.follow([a])
    await clock.advance(1_000)
    gatherer.dispose()
    gatherer.follow([b])
    await gatherer.refresh(b)
    await clock.advance(3_600_000)
    expect(asked).toEqual(['a'])
  })
})
