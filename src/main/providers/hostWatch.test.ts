/** When a host is asked how it is: in turn, within the interval of the setting, and at once after a request that failed. */
import { beforeEach, describe, expect, it } from 'vitest'
import { StokerError } from '../../shared/errors.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { createFakeProvider, type FakeProvider } from './fakeProvider.ts'
import { createHostWatch, type HostWatch, type WatchedHealth } from './hostWatch.ts'

let clock: FakeClock
let provider: FakeProvider
let watch: HostWatch
/** Seconds since the start at which a full turn was made. */
let fullTurns: number[]
let turns: number
let told: WatchedHealth[]
let intervalMs: number
let startedAt: number

beforeEach(() => {
  clock = createFakeClock()
  startedAt = clock.now()
  provider = createFakeProvider([])
  fullTurns = []
  turns = 0
  told = []
  intervalMs = 300_000
  watch = createHostWatch({
    config: { id: 'ollama', kind: 'ollama', name: 'Ollama', url: 'http://127.0.0.1:11434' },
    provider,
    async refresh(_hostId, { isFull }) {
      turns += 1
      if (isFull) fullTurns.push((clock.now() - startedAt) / 1_000)
    },
    onStatus: () => {},
    onChanged: () => {},
    isWatched: () => false,
    healthCheckIntervalMs: () => intervalMs,
    onHealth: (_hostId, health) => told.push(health),
    clock,
    logger: silentLogger
  })
})

describe('a health check', () => {
  it('comes at least as often as the setting says, also between two turns, and a changed setting acts at once', async () => {
    await watch.poll()
    intervalMs = 3_000
    await clock.advance(12_000)
    expect(fullTurns).toEqual([0, 5, 8, 11])
  })

  it('comes at once after a request failed, and once for a hundred that failed together', async () => {
    await watch.poll()
    await clock.advance(3_000)
    for (let count = 0; count < 100; count++) watch.checkSoon()
    await clock.advance(0)
    expect(fullTurns).toEqual([0, 3])
    for (let count = 0; count < 100; count++) watch.checkSoon()
    await clock.advance(999)
    expect(fullTurns).toEqual([0, 3])
    await clock.advance(1)
    expect(fullTurns).toEqual([0, 3, 4])
  })

  it('comes again soon after a turn that was under way when the request failed: its answer may be from before', async () => {
    await watch.poll()
    let answer = (): void => {}
    provider.health = () => new Promise((resolve) => (answer = () => resolve({ version: '1', device: null })))
    await clock.advance(5_000)
    watch.checkSoon()
    answer()
    await clock.advance(1_000)
    answer()
    await clock.advance(0)
    expect(fullTurns).toEqual([0, 6])
  })

  it('of a host that is down keeps to the time that was told: every failed request would else hurry it', async () => {
    provider.health = () => Promise.reject(new StokerError('server_down', 'Not running.'))
    await watch.poll()
    const next = watch.host().nextCheckAt
    watch.checkSoon()
    await clock.advance(1_999)
    expect([told.length, watch.host().nextCheckAt]).toEqual([1, next])
    await clock.advance(1)
    expect(told).toHaveLength(2)
  })

  it('tells how it went, with the time of the next one, and that a slow host is there', async () => {
    await watch.poll()
    expect(told).toEqual([{ isOk: true, error: null, nextCheckAt: startedAt + 5_000 }])
    provider.health = () => Promise.reject(new StokerError('server_down', 'Not running.'))
    await clock.advance(5_000)
    expect(told[1]).toMatchObject({ isOk: false, error: { code: 'server_down' }, nextCheckAt: startedAt + 7_000 })
  })

  it('is asked for no more once the host is gone', async () => {
    await watch.poll()
    await watch.end()
    watch.checkSoon()
    await clock.advance(60_000)
    expect(turns).toBe(1)
  })
})
