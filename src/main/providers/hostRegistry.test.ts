import { beforeEach, describe, expect, it } from 'vitest'
import { StokerError } from '../../shared/errors.ts'
import type { Host, HostConfig } from '../../shared/model.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { createFakeProvider, type FakeProvider } from '../models/fakeProvider.ts'
import { createHostRegistry, type HostRegistry } from './hostRegistry.ts'

const builtIn: HostConfig = { id: 'built-in', kind: 'llamacpp', name: 'Built-in engine', url: null }
const ollama: HostConfig = { id: 'ollama', kind: 'ollama', name: 'Ollama', url: 'http://127.0.0.1:11434' }

let clock: FakeClock
let providers: Map<string, FakeProvider>
let registry: HostRegistry
let saved: HostConfig[][]
let changes: string[]
let refresh: (hostId: string) => Promise<void>

beforeEach(() => {
  clock = createFakeClock()
  providers = new Map()
  saved = []
  changes = []
  refresh = async () => {}
  registry = createHostRegistry({
    initial: [ollama, builtIn],
    createProvider(config) {
      const provider = createFakeProvider([])
      providers.set(config.id, provider)
      return provider
    },
    saveConfigs: async (configs) => void saved.push(configs),
    refresh: (hostId) => refresh(hostId),
    onChanged: () => {},
    onStatus: (host, change) => changes.push(`${host.id} ${change}`),
    onRemoved: (hostId) => changes.push(`${hostId} removed`),
    onProvider: () => {},
    isWatched: () => true,
    clock,
    logger: silentLogger
  })
})
const host = (hostId: string): Host | undefined => registry.list().find(({ id }) => id === hostId)
const ill = (hostId: string, error: Error): void => {
  const provider = providers.get(hostId)
  if (provider) provider.health = () => Promise.reject(error)
}

describe('hosts', () => {
  it('that die are tried again later and later, with the time of the next try said, and are seen to come back', async () => {
    await registry.start()
    await clock.advance(0)
    expect(host('ollama')?.status).toBe('ok')
    ill('ollama', new StokerError('server_down', 'Ollama does not answer.'))
    await clock.advance(2_000)
    const waits: number[] = []
    for (let turn = 0; turn < 6; turn++) {
      const next = host('ollama')?.nextCheckAt ?? 0
      waits.push(next - clock.now())
      await clock.advance(next - clock.now())
    }
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    expect(host('ollama')).toMatchObject({ status: 'down', error: { code: 'server_down' } })
    const provider = providers.get('ollama')
    if (provider) provider.health = async () => ({ version: '0.35.1', device: null })
    await registry.check('ollama')
    expect(host('ollama')).toMatchObject({ status: 'ok', version: '0.35.1', error: null })
    expect(changes).toEqual(['ollama down', 'ollama up'])
  })

  it('that only are late with their models are slow, not down', async () => {
    refresh = (hostId) =>
      hostId === 'ollama' ? Promise.reject(new StokerError('timed_out', 'No list in 4 s.')) : Promise.resolve()
    await registry.check('ollama')
    expect(host('ollama')?.status).toBe('slow')
  })

  it('that hang do not hold the start, and are given up after a limit', async () => {
    const provider = providers.get('ollama')
    if (provider) {
      provider.health = (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    await registry.start()
    expect(host('ollama')?.status).toBe('checking')
    await clock.advance(4_000)
    expect(host('ollama')).toMatchObject({ status: 'down', error: { code: 'timed_out' } })
  })

  it('are saved before they are used, and a saved one replaces the old', async () => {
    await registry.save({ ...ollama, url: 'http://127.0.0.1:9' })
    expect(saved).toEqual([[{ ...ollama, url: 'http://127.0.0.1:9' }]])
    expect(registry.list().filter(({ id }) => id === 'ollama')).toHaveLength(1)
    await registry.remove('ollama')
    expect(host('ollama')).toBeUndefined()
    expect(() => registry.provider('ollama')).toThrow(/no host/)
  })

  it('never include a second or a changed built-in engine', async () => {
    await expect(registry.save({ ...builtIn, name: 'Mine' })).rejects.toMatchObject({ code: 'not_supported' })
    await expect(registry.remove('built-in')).rejects.toMatchObject({ code: 'not_supported' })
  })
})
