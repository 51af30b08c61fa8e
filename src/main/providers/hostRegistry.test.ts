import { beforeEach, describe, expect, it } from 'vitest'
import { StokerError } from '../../shared/errors.ts'
import type { Host, HostConfig } from '../../shared/model.ts'
import { createFakeClock, type FakeClock } from '../lib/fakeClock.ts'
import { silentLogger } from '../lib/logger.ts'
import { createFakeProvider, type FakeProvider } from './fakeProvider.ts'
import { createHostRegistry, type HostRegistry } from './hostRegistry.ts'

const builtIn: HostConfig = { id: 'built-in', kind: 'llamacpp', name: 'Built-in engine', url: null }
const ollama: HostConfig = { id: 'ollama', kind: 'ollama', name: 'Ollama', url: 'http://127.0.0.1:11434' }

let clock: FakeClock
let providers: Map<string, FakeProvider>
/** Made and not yet disposed. */
let alive: Set<FakeProvider>
let registry: HostRegistry
let saved: HostConfig[][]
let changes: string[]
let problems: string[]
let heldHost: string | null
let refresh: (hostId: string, wish: { isFull: boolean }) => Promise<void>
let saveConfigs: () => Promise<void>

const open = (initial: HostConfig[], more: Partial<Parameters<typeof createHostRegistry>[0]> = {}): HostRegistry =>
  createHostRegistry({
    initial,
    createProvider(config) {
      if (config.url?.startsWith('ftp:')) throw new StokerError('invalid_input', 'That is no address.')
      const provider = createFakeProvider([])
      alive.add(provider)
      provider.dispose = async () => void alive.delete(provider)
      providers.set(config.id, provider)
      return provider
    },
    async saveConfigs(configs) {
      await saveConfigs()
      saved.push(configs)
    },
    isHeldByEnvironment: (hostId) => hostId === heldHost,
    onProblem: (problem) => problems.push(problem),
    refresh: (hostId, wish) => refresh(hostId, wish),
    onChanged: () => {},
    onStatus: (host, change) => changes.push(`${host.id} ${change}`),
    onRemoved: (hostId) => changes.push(`${hostId} removed`),
    onProvider: () => {},
    isWatched: () => true,
    clock,
    logger: silentLogger,
    ...more
  })

beforeEach(() => {
  clock = createFakeClock()
  providers = new Map()
  alive = new Set()
  saved = []
  changes = []
  problems = []
  heldHost = null
  refresh = async () => {}
  saveConfigs = async () => {}
  registry = open([ollama, builtIn])
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

describe('the pipeline around a provider', () => {
  it('is what everyone gets, and goes with its host: a request past it would know no limit', async () => {
    const guarded: string[] = []
    const gone: string[] = []
    const given = new Map<string, unknown>()
    const guarding = open([ollama, builtIn], {
      guard(host, provider) {
        guarded.push(`${host.id} ${host.isLocal}`)
        return {
          ...provider,
          async dispose() {
            gone.push(host.id)
            await provider.dispose()
          }
        }
      },
      onProvider: (hostId, provider) => given.set(hostId, provider)
    })
    expect(guarded).toEqual(['ollama true', 'built-in true'])
    expect(guarding.provider('ollama')).not.toBe(providers.get('ollama'))
    expect(given.get('ollama')).toBe(guarding.provider('ollama'))
    await guarding.save({ ...ollama, url: 'http://10.99.0.1:11434' })
    expect([guarded.at(-1), gone]).toEqual(['ollama false', ['ollama']])
    await guarding.dispose()
    expect(gone.toSorted()).toEqual(['built-in', 'ollama', 'ollama'])
  })

  it('is not put around a provider that is then not used', async () => {
    let guarded = 0
    const guarding = open([ollama, builtIn], {
      guard(_host, provider) {
        guarded += 1
        return provider
      }
    })
    saveConfigs = () => Promise.reject(new StokerError('storage_failed', 'The disk is full.'))
    await expect(guarding.save({ ...ollama, url: 'http://127.0.0.1:9' })).rejects.toThrow()
    expect(guarded).toBe(2)
  })
})

describe('a host that is changed', () => {
  const nonsense: HostConfig = { ...ollama, url: 'ftp://nonsense' }
  const spare: HostConfig = { id: 'spare', kind: 'ollama', name: 'Spare', url: 'http://127.0.0.1:7' }

  it('to an address that makes no sense stays as it was, in the list and in the file', async () => {
    await expect(registry.save(nonsense)).rejects.toMatchObject({ code: 'invalid_input' })
    expect(saved).toEqual([])
    expect(host('ollama')?.url).toBe(ollama.url)
  })

  it('and cannot be written stays as it was, with no provider left over', async () => {
    saveConfigs = () => Promise.reject(new StokerError('storage_failed', 'The disk is full.'))
    await expect(registry.save({ ...ollama, url: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      code: 'storage_failed'
    })
    expect(host('ollama')?.url).toBe(ollama.url)
    expect(alive.size).toBe(2)
  })

  it('in the file to nonsense does not keep Stoker from starting, is reported, and is written again', async () => {
    const other = open([nonsense, builtIn])
    expect(other.hostIds()).toEqual(['built-in'])
    expect(problems).toEqual([expect.stringContaining('Ollama')])
    await other.save(spare)
    expect(saved).toEqual([[nonsense, spare]])
    await other.save(ollama)
    expect(saved.at(-1)).toEqual([spare, ollama])
  })

  it('twice at once leaves one provider, and adding another meanwhile loses neither', async () => {
    const [first, second] = ['http://127.0.0.1:1', 'http://127.0.0.1:2']
    await Promise.all([
      registry.save({ ...ollama, url: first }),
      registry.save({ ...ollama, url: second }),
      registry.save(spare)
    ])
    expect(host('ollama')?.url).toBe(second)
    expect(saved.at(-1)).toEqual([{ ...ollama, url: second }, spare])
    expect(alive.size).toBe(3)
  })

  it('while another is removed leaves what the file says', async () => {
    await registry.save(spare)
    await Promise.all([registry.remove('spare'), registry.save({ ...ollama, url: 'http://127.0.0.1:9' })])
    expect(saved.at(-1)?.map(({ id }) => id)).toEqual(['ollama'])
    expect(registry.hostIds()).toEqual(['built-in', 'ollama'])
    expect(alive.size).toBe(2)
  })

  it('is refused another address that OLLAMA_HOST would undo at the next start, but not another name', async () => {
    heldHost = 'ollama'
    await expect(registry.save({ ...ollama, url: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      code: 'invalid_input',
      hint: expect.stringContaining('OLLAMA_HOST')
    })
    expect(saved).toEqual([])
    await expect(registry.save({ ...ollama, name: 'Mine' })).resolves.toMatchObject({ name: 'Mine' })
  })

  it('after the end is refused and leaves no provider', async () => {
    await registry.dispose()
    await expect(registry.save(spare)).rejects.toMatchObject({ code: 'server_down' })
    expect(alive.size).toBe(0)
  })
})

describe('turns', () => {
  const asked: boolean[] = []
  beforeEach(() => {
    asked.length = 0
    refresh = async (hostId, { isFull }) => void (hostId === 'ollama' && asked.push(isFull))
  })

  it('ask for what is on disk every fifth time, and whenever somebody asks or has changed the host', async () => {
    await registry.start()
    await clock.advance(0)
    for (let turn = 0; turn < 5; turn++) await clock.advance(2_000)
    expect(asked).toEqual([true, false, false, false, false, true])
    await clock.advance(2_000)
    await registry.check('ollama')
    await registry.save({ ...ollama, url: 'http://127.0.0.1:9' })
    expect(asked.slice(6)).toEqual([false, true, true])
  })

  it('ask again at once for a list that did not come, and after the host was down', async () => {
    refresh = async (hostId, { isFull }) => {
      if (hostId !== 'ollama') return
      asked.push(isFull)
      if (asked.length === 1) throw new StokerError('timed_out', 'No list.')
      if (asked.length === 4) throw new StokerError('server_down', 'Gone.')
    }
    await registry.check('ollama')
    for (let turn = 0; turn < 4; turn++) await clock.advance(2_000)
    expect(asked).toEqual([true, true, false, false, true])
  })

  it('that are under way and not full do not answer whoever asks; two who ask share one more', async () => {
    await registry.check('ollama')
    let answer = (): void => {}
    refresh = (hostId, { isFull }) => {
      if (hostId === 'ollama') asked.push(isFull)
      return isFull ? Promise.resolve() : new Promise((resolve) => (answer = resolve))
    }
    await clock.advance(2_000)
    const checks = Promise.all([registry.check('ollama'), registry.check('ollama')])
    answer()
    await checks
    expect(asked).toEqual([true, false, true])
  })

  it('tell of a host that came back, late with its models at first, once', async () => {
    await registry.check('ollama')
    refresh = () => Promise.reject(new StokerError('server_down', 'Gone.'))
    await registry.check('ollama')
    refresh = () => Promise.reject(new StokerError('timed_out', 'No list.'))
    await registry.check('ollama')
    refresh = async () => {}
    await registry.check('ollama')
    expect(changes).toEqual(['ollama down', 'ollama up'])
  })
})
