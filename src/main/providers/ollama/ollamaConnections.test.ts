/** Connections: their limit, their end by a caller's own error, and fresh ones that lose nothing that runs. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startDeafServer, type DeafServer } from '../../../../e2e/fakeOllama/deafServer.ts'
import { StokerError } from '../../../shared/errors.ts'
import { systemClock } from '../../lib/clock.ts'
import { silentLogger } from '../../lib/logger.ts'
import type { ProviderTimeouts } from '../provider.ts'
import { createOllamaProvider } from './ollamaProvider.ts'
import { ask, elsewhere, signal, startProviderRig, until, type ProviderRig } from './providerRig.ts'

describe('a machine that takes no connection', () => {
  let deaf: DeafServer
  beforeEach(async () => {
    deaf = await startDeafServer()
  })
  afterEach(() => deaf.close())

  const reach = (timeouts: () => ProviderTimeouts) =>
    createOllamaProvider({ url: deaf.url, timeouts, clock: systemClock, logger: silentLogger, ...elsewhere })

  it('is given up after its limit, which follows the setting', async () => {
    let timeouts = { connectTimeoutMs: 150, apiTimeoutMs: 20_000 }
    const provider = reach(() => timeouts)
    const failed = async (): Promise<unknown> => provider.health(signal).catch((error: unknown) => error)
    expect(await failed()).toMatchObject({
      code: 'timed_out',
      phase: 'connect',
      message: `${deaf.url} took no connection within 0.2 s.`,
      hint: expect.stringContaining('asleep')
    })
    timeouts = { ...timeouts, connectTimeoutMs: 700 }
    const startedAt = performance.now()
    expect(await failed()).toMatchObject({ phase: 'connect', message: expect.stringContaining('within 0.7 s.') })
    expect(performance.now() - startedAt).toBeGreaterThan(600)
    await provider.dispose()
  })

  it('is not waited for longer than for any answer, and not once cancelled', async () => {
    const provider = reach(() => ({ connectTimeoutMs: 20_000, apiTimeoutMs: 100 }))
    await expect(provider.health(signal)).rejects.toMatchObject({ code: 'timed_out', phase: 'api' })
    const controller = new AbortController()
    const load = provider.load('plain', { keepAliveSeconds: 60 }, controller.signal)
    controller.abort()
    await expect(load).rejects.toMatchObject({ code: 'aborted' })
    const leftAt = performance.now()
    await provider.dispose()
    expect(performance.now() - leftAt).toBeLessThan(5_000)
  })
})

describe('on a server', () => {
  let rig: ProviderRig
  beforeEach(async () => {
    rig = await startProviderRig()
  })
  afterEach(() => rig.close())

  it("a caller's own error ends every call as that error", async () => {
    const tooLong = new StokerError('timed_out', 'Too long.', 'Wait.', { phase: 'total' })
    const { provider, fake } = rig
    fake.fault('*', { kind: 'hang' })
    const calls: ((signal: AbortSignal) => Promise<unknown> | undefined)[] = [
      (own) => provider.health(own),
      (own) => provider.list(own),
      (own) => provider.listLoaded(own),
      (own) => provider.inspect('plain', own),
      (own) => provider.describeNeed('plain', own),
      (own) => provider.load('plain', { keepAliveSeconds: 60 }, own),
      (own) => provider.generate('plain', ask(), own),
      (own) => provider.unload('plain', 9_000, own),
      (own) => provider.setKeepAlive?.('plain', 60, own),
      (own) => provider.pull?.('plain', () => {}, own),
      (own) => provider.copy?.('plain', 'second', own),
      (own) => provider.remove?.('plain', own)
    ]
    for (const call of calls) {
      const controller = new AbortController()
      const done = call(controller.signal)
      setTimeout(() => controller.abort(tooLong), 5)
      await expect(done).rejects.toBe(tooLong)
      const late = new AbortController()
      late.abort(tooLong)
      await expect(call(late.signal)).rejects.toBe(tooLong)
    }
  })

  it('a busy one says when to ask again', async () => {
    rig.fake.fault('/api/tags', { kind: 'busy', retryAfter: '7' })
    await expect(rig.provider.list(signal)).rejects.toMatchObject({ code: 'server_busy', retryAfterMs: 7_000 })
    rig.fake.fault('/api/tags', { kind: 'error', status: 500, text: 'no idea', retryAfter: 'soon' })
    await expect(rig.provider.list(signal)).rejects.toMatchObject({ code: 'server_failed', retryAfterMs: undefined })
  })

  it('a torn connection is a server that is down', async () => {
    rig.fake.fault('/api/version', { kind: 'reset' })
    await expect(rig.provider.health(signal)).rejects.toMatchObject({ code: 'server_down', hint: expect.any(String) })
  })

  it('healed, it goes on over new connections, and loses no answer and no load', async () => {
    const { provider, fake } = rig
    expect(await provider.heal?.(signal)).toBeNull()
    fake.addModel('slow', { loadMs: 150 })
    fake.script('plain', { tokenMs: 20 })
    const work = Promise.all([
      provider.generate('plain', ask(), signal),
      provider.load('slow', { keepAliveSeconds: 60 }, signal)
    ])
    await until(() => fake.requests.filter(({ path }) => path === '/api/generate').length === 2)
    expect(await provider.heal?.(signal)).toBe('Fresh connections from now on.')
    expect(await provider.health(signal)).toMatchObject({ version: '0.11.4' })
    expect(await provider.heal?.(signal)).toBe('Fresh connections from now on.')
    const [answer, loaded] = await work
    expect([answer.text, loaded.name]).toEqual(['Hello there, I am not real.', 'slow'])
  })

  it('ends what runs on old connections, too', async () => {
    const { provider, fake } = rig
    fake.script('plain', { hangs: 'stream' })
    const answer = provider.generate('plain', ask(), signal).catch((error: unknown) => error)
    await until(() => fake.requests.some(({ path }) => path === '/api/generate'))
    await provider.heal?.(signal)
    await provider.dispose()
    expect(await answer).toMatchObject({ code: 'server_down' })
  })
})
