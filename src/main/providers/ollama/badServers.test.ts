/** Servers that are down, silent, broken or not Ollama at all: a clear error each time, never a hang, a crash or a full memory. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Fault, FakeScript } from '../../../../e2e/fakeOllama.ts'
import { StokerError, type ErrorCode } from '../../../shared/errors.ts'
import { systemClock } from '../../lib/clock.ts'
import { silentLogger } from '../../lib/logger.ts'
import { createOllamaProvider } from './ollamaProvider.ts'
import { elsewhere, ask, patient, signal, startProviderRig, type ProviderRig } from './providerRig.ts'

const paths = [
  '/api/version',
  '/api/tags',
  '/api/ps',
  '/api/show',
  '/api/generate',
  '/api/chat',
  '/api/pull',
  '/api/copy',
  '/api/delete'
]

const impatient = { connectTimeoutMs: 10_000, apiTimeoutMs: 60 }

let rig: ProviderRig
beforeEach(async () => {
  rig = await startProviderRig()
})
afterEach(() => rig.close())

const generate = (onText: (text: string) => void = () => {}) => rig.provider.generate('plain', ask({ onText }), signal)

/** Every call that has an end of its own; a load has none, by intent. */
const calls: Record<string, () => Promise<unknown> | undefined> = {
  health: () => rig.provider.health(signal),
  list: () => rig.provider.list(signal),
  listLoaded: () => rig.provider.listLoaded(signal),
  inspect: () => rig.provider.inspect('plain', signal),
  generate,
  chat: () => rig.provider.generate('plain', ask({ messages: [] }), signal),
  unload: () => rig.provider.unload('plain', 60, signal),
  pull: () => rig.provider.pull?.('plain', () => {}, signal),
  copy: () => rig.provider.copy?.('plain', 'second', signal),
  remove: () => rig.provider.remove?.('plain', signal)
}
const faultEverything = (fault: Fault): void => paths.forEach((path) => rig.fake.fault(path, fault))
const named = Object.keys(calls)
/** Their limits are around the provider, in the request pipeline. */
const endless = new Set(['pull', 'generate', 'chat'])

describe('down', () => {
  it.each([...named, 'load', 'setKeepAlive'])('%s says that Ollama is not running', async (name) => {
    await rig.fake.stop()
    const all: typeof calls = {
      ...calls,
      load: () => rig.provider.load('plain', { keepAliveSeconds: 60 }, signal),
      setKeepAlive: () => rig.provider.setKeepAlive?.('plain', 1, signal)
    }
    await expect(all[name]?.()).rejects.toMatchObject({
      code: 'server_down',
      message: `Ollama is not running at ${rig.fake.url}.`,
      hint: expect.any(String)
    })
  })

  it('and back: the next call works', async () => {
    await rig.provider.health(signal)
    await rig.fake.stop()
    await expect(rig.provider.health(signal)).rejects.toMatchObject({ code: 'server_down' })
    await rig.fake.restart()
    expect(await rig.provider.health(signal)).toEqual({ version: '0.11.4', device: null })
  })

  it('a name no machine has', async () => {
    const lost = createOllamaProvider({
      url: 'http://no-such-machine.invalid:11434',
      timeouts: () => patient,
      clock: systemClock,
      logger: silentLogger,
      ...elsewhere
    })
    await expect(lost.health(signal)).rejects.toMatchObject({ code: 'server_down' })
    await lost.dispose()
  })
})

describe('silent before the headers', () => {
  it.each(named.filter((name) => !endless.has(name)))('%s ends at its limit', async (name) => {
    rig.timeouts = impatient
    faultEverything({ kind: 'hang' })
    await expect(calls[name]?.()).rejects.toMatchObject({ code: expect.stringMatching(/timed_out|model_busy/) })
  })

  it('a slow ps is slow, not down, and health does not wait for it', async () => {
    rig.fake.fault('/api/ps', { kind: 'hang' })
    rig.timeouts = impatient
    await expect(rig.provider.listLoaded(signal)).rejects.toMatchObject({ code: 'timed_out' })
    rig.timeouts = patient
    expect(await rig.provider.health(signal)).toMatchObject({ version: '0.11.4' })
  })

  it('a load outlasts every limit, and ends when it is cancelled', async () => {
    rig.timeouts = impatient
    rig.fake.script('plain', { loadMs: 200 })
    expect(await rig.provider.load('plain', { keepAliveSeconds: 60 }, signal)).toMatchObject({ name: 'plain' })
    rig.fake.fault('/api/generate', { kind: 'hang' })
    const controller = new AbortController()
    const load = rig.provider.load('plain', { keepAliveSeconds: 60 }, controller.signal)
    setTimeout(() => controller.abort(), 20)
    await expect(load).rejects.toMatchObject({ code: 'aborted' })
  })

  it('a load whose ps is overdue is still a load', async () => {
    rig.timeouts = impatient
    rig.fake.fault('/api/ps', { kind: 'hang' })
    expect(await rig.provider.load('plain', { keepAliveSeconds: 60 }, signal)).toMatchObject({
      name: 'plain',
      heldBytes: null,
      contextLength: null
    })
  })

  it('an unload whose ps is overdue is not taken for done', async () => {
    await rig.provider.load('plain', { keepAliveSeconds: 60 }, signal)
    rig.fake.fault('/api/ps', { kind: 'hang' })
    rig.timeouts = { ...patient, apiTimeoutMs: 500 }
    await expect(rig.provider.unload('plain', 100, signal)).rejects.toMatchObject({ code: 'model_busy' })
  })
})

describe('not Ollama', () => {
  it.each<[Fault, string, ErrorCode?]>([
    [{ kind: 'html' }, 'text/html'],
    [{ kind: 'half_json' }, '"half'],
    [{ kind: 'wrong_type' }, 'application/octet-stream'],
    [{ kind: 'wrong_shape' }, 'neither'],
    [{ kind: 'status', status: 404, text: 'File not found' }, 'File not found'],
    [{ kind: 'status', status: 502, text: '<h1>Bad gateway</h1>' }, 'Bad gateway', 'server_failed']
  ])('%j is named', async (fault, came, code = 'bad_answer') => {
    faultEverything(fault)
    for (const name of named.filter((call) => call !== 'copy' && call !== 'unload')) {
      await expect(calls[name]?.(), name).rejects.toMatchObject({
        code,
        message: expect.stringContaining(came),
        hint: expect.any(String)
      })
    }
  })

  it.each(['pull', 'generate', 'chat'])('%s does not keep a line of 2 GB', async (name) => {
    rig.fake.fault(`/api/${name}`, { kind: 'endless_line', bytes: 2 ** 31 })
    await expect(calls[name]?.()).rejects.toMatchObject({
      code: 'bad_answer',
      message: expect.stringContaining('line of more than')
    })
    expect(rig.fake.endlessBytes()).toBeLessThan(64 * 2 ** 20)
  })

  it('nor does a list', async () => {
    rig.fake.fault('/api/tags', { kind: 'endless_line', bytes: 2 ** 31 })
    await expect(rig.provider.list(signal)).rejects.toMatchObject({
      code: 'bad_answer',
      message: 'Ollama sent an answer that never ends.'
    })
    expect(rig.fake.endlessBytes()).toBeLessThan(256 * 2 ** 20)
  })
})

describe('broken in mid-stream', () => {
  it.each<[FakeScript, object]>([
    [{ breaksAfter: 2 }, { code: 'server_down', message: 'Ollama closed the connection.' }],
    [{ endsAfter: 2 }, { code: 'bad_answer', message: expect.stringContaining('broke off') }],
    [{ endsAfter: 0 }, { code: 'bad_answer', message: 'Ollama answered nothing.' }],
    [
      {
        failsAfter: { tokens: 2, error: 'an error was encountered while running the model: CUDA error: out of memory' }
      },
      { code: 'out_of_memory' }
    ],
    [
      {
        failsAfter: {
          tokens: 2,
          error: 'model runner has unexpectedly stopped, this may be due to resource limitations'
        }
      },
      { code: 'engine_crashed' }
    ]
  ])('%j', async (script, error) => {
    rig.fake.script('plain', script)
    await expect(generate()).rejects.toMatchObject(error)
    await expect(calls['chat']?.()).rejects.toMatchObject(error)
  })

  it('an answer has no limit of its own: slower than every other exchange may be, it is let live', async () => {
    rig.timeouts = { ...patient, apiTimeoutMs: 500 }
    rig.fake.script('plain', { promptMs: 600, tokenMs: 80 })
    expect((await generate()).text).toBe('Hello there, I am not real.')
  })

  it.each(['prompt', 'stream'] as const)(
    'a limit of the caller that ends a silence (%s) is what is thrown',
    async (hangs) => {
      rig.fake.script('plain', { hangs })
      const tooLong = new StokerError('timed_out', 'Too long.', 'Wait.', { phase: 'first_token' })
      for (const messages of [undefined, []]) {
        const controller = new AbortController()
        const answer = rig.provider.generate('plain', ask(messages ? { messages } : {}), controller.signal)
        setTimeout(() => controller.abort(tooLong), 30)
        await expect(answer).rejects.toBe(tooLong)
      }
    }
  )

  it('a server that dies while it loads, and while it answers', async () => {
    rig.fake.script('plain', { hangs: 'load' })
    const load = rig.provider.load('plain', { keepAliveSeconds: 60 }, signal)
    setTimeout(() => void rig.fake.stop(), 20)
    await expect(load).rejects.toMatchObject({ code: 'server_down' })
    await rig.fake.restart()
    rig.fake.script('plain', { hangs: 'stream', loadMs: 1 })
    await expect(generate(() => void rig.fake.stop())).rejects.toMatchObject({ code: 'server_down' })
  })

  it('a server that dies while it unloads is down, not done', async () => {
    rig.fake.script('plain', { hangs: 'stream' })
    const answer = generate(() => {})
    answer.catch(() => {})
    while ((await rig.provider.listLoaded(signal)).length === 0) await new Promise((resolve) => setTimeout(resolve, 2))
    const unload = rig.provider.unload('plain', 5_000, signal)
    setTimeout(() => void rig.fake.stop(), 30)
    await expect(unload).rejects.toMatchObject({ code: 'server_down' })
  })
})
