/** All hosts in one object: each with its own pipeline, gone with its host, all told together. */
import { describe, expect, it } from 'vitest'
import { StokerError } from '../../shared/errors.ts'
import type { HostRequests } from '../../shared/hostRequests.ts'
import { createFakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { createFakeProvider } from '../providers/fakeProvider.ts'
import { createHostPipelines, type HostPipelinesDeps } from './hostPipelines.ts'
import { defaultSettings } from './requestRig.ts'
import { nothingMeasured } from './timeLimits.ts'

const never = new AbortController().signal

function createRig() {
  const clock = createFakeClock()
  const told: HostRequests[][] = []
  const checks: string[] = []
  const calls: string[] = []
  const settings = { ...defaultSettings }
  const deps: HostPipelinesDeps = {
    settings: () => settings,
    measuredOf: ({ hostId, name }) => ({
      ...nothingMeasured,
      sizeBytes: name === 'large' && hostId === 'a' ? 16 * 2 ** 30 : 1
    }),
    checkSoon: (hostId) => checks.push(hostId),
    onChanged: (hosts) => told.push(hosts),
    onCall: ({ hostId, route, error }) => calls.push(`${hostId} ${route} ${error?.code ?? 'ok'}`),
    log: () => {},
    clock,
    random: () => 0,
    logger: silentLogger
  }
  const pipelines = createHostPipelines(deps)
  const [bareA, bareB] = [createFakeProvider(['m']), createFakeProvider(['m'])]
  const a = pipelines.guard({ id: 'a', name: 'A', isLocal: true }, bareA)
  const b = pipelines.guard({ id: 'b', name: 'B', isLocal: false }, bareB)
  return { clock, settings, told, checks, calls, pipelines, bareA, bareB, a, b }
}

describe('the pipelines of all hosts', () => {
  it('know each host by itself: one that fails leaves the others alone', async () => {
    const { clock, pipelines, bareA, a, checks, calls } = createRig()
    bareA.load = () => Promise.reject(new StokerError('server_failed', 'No.'))
    const loading = a.load('m', { keepAliveSeconds: 1 }, never)
    loading.catch(() => {})
    await clock.advance(60_000)
    expect(pipelines.list().map(({ hostId, breaker }) => [hostId, breaker.failures])).toEqual([
      ['a', 3],
      ['b', 0]
    ])
    expect(new Set(checks)).toEqual(new Set(['a']))
    expect(calls).toEqual(['a load server_failed'])
  })

  it('tell the limits of a model on its host, and refuse a host that is not there', () => {
    const { pipelines } = createRig()
    const firstToken = (hostId: string) =>
      pipelines.timeouts({ hostId, name: 'large' }).find(({ phase }) => phase === 'first_token')?.limitMs
    expect([firstToken('a'), firstToken('b')]).toEqual([120_000, 60_000])
    expect(() => pipelines.timeouts({ hostId: 'gone', name: 'm' })).toThrow(/no host/)
  })

  it('forget a host with its provider, but not the one that has taken its place', async () => {
    const { pipelines, a, bareA, told } = createRig()
    let isDisposed = false
    bareA.dispose = async () => void (isDisposed = true)
    const second = pipelines.guard({ id: 'a', name: 'A', isLocal: true }, createFakeProvider(['m']))
    await a.dispose()
    expect([isDisposed, pipelines.list().length]).toEqual([true, 2])
    await second.dispose()
    expect(pipelines.list().map(({ hostId }) => hostId)).toEqual(['b'])
    expect(told.at(-1)?.map(({ hostId }) => hostId)).toEqual(['b'])
  })

  it('are told of short memory all at once, those that come later, too; not those of other machines', () => {
    const { pipelines } = createRig()
    const reasons = () => pipelines.list().map(({ queue }) => queue.limitReason)
    pipelines.setPressure(true)
    pipelines.guard({ id: 'c', name: 'C', isLocal: true }, createFakeProvider([]))
    pipelines.guard({ id: 'd', name: 'D', isLocal: false }, createFakeProvider([]))
    expect(reasons()).toEqual(['memory is short', 'to begin with', 'memory is short', 'to begin with'])
    pipelines.setPressure(false)
    expect(reasons()).toEqual(['memory was short', 'to begin with', 'memory was short', 'to begin with'])
  })

  it('follow the settings at once: who waits begins as soon as more are allowed, and the screens are told', async () => {
    const { clock, pipelines, settings, a, bareA, told } = createRig()
    Object.assign(settings, { minConcurrency: 1, maxConcurrency: 1 })
    const request = { prompt: 'hi', options: {}, contextLength: null, keepAliveSeconds: 1, onText: () => {} }
    for (let count = 0; count < 3; count++) void a.generate('m', request, never)
    await clock.advance(1_000)
    expect(bareA.answers).toHaveLength(1)
    const before = told.length
    Object.assign(settings, { minConcurrency: 3, maxConcurrency: 3 })
    pipelines.settingsChanged()
    await clock.advance(1_000)
    expect(bareA.answers).toHaveLength(3)
    expect(told.length).toBeGreaterThan(before)
    expect(pipelines.list().map(({ queue }) => queue.limit)).toEqual([3, 3])
  })
})
