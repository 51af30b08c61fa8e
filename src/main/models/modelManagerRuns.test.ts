/** What runs of chains need of the manager. Would catch: models that go between two steps, that stay after the run, that are loaded anew for nothing, and loads nobody counted. */
import { getEventListeners } from 'node:events'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { loadedModel } from '../providers/fakeProvider.ts'
import { createManagerRig, id, you, type ManagerRig } from './managerRig.ts'
import type { GenerateWish } from './modelRequests.ts'

const chain = { actor: 'chain' as const, reason: 'for the run of Summaries' }
let rig: ManagerRig

function keep(name: string): void {
  rig.keptByRun.set(name, 'the run of Summaries')
  rig.manager.keptChanged([id(name)], 'run')
}

async function letGo(name: string): Promise<void> {
  rig.keptByRun.delete(name)
  rig.manager.keptChanged([id(name)], 'run')
  await rig.settle()
}

const step = (name: string): Promise<void> => rig.ask(name, chain)
const keeps = (): string[] => rig.provider.calls.filter((call) => call.startsWith('keep'))
const loads = (): string[] => rig.provider.calls.filter((call) => call.startsWith('load'))
const kinds = (): string[] => rig.log.map(({ kind }) => kind)

describe('a model that a run keeps, where Stoker keeps the time', () => {
  beforeEach(async () => {
    rig = await createManagerRig(['a', 'b'])
  })

  it('stays between two steps though it is to go after each answer, and goes when the run needs it no longer', async () => {
    await rig.manager.setKeepAlive(id('a'), 0, you)
    keep('a')
    await step('a')
    await rig.clock.advance(3_600_000)
    await step('a')
    expect([rig.state('a'), loads()]).toEqual(['ready', ['load a']])
    expect(rig.manager.get(id('a')).keptBy).toEqual({ kind: 'run', name: 'the run of Summaries' })
    await letGo('a')
    rig.provider.unloads[0]?.finish()
    await rig.settle()
    expect(rig.log.at(-1)).toMatchObject({
      kind: 'unloaded',
      actor: 'chain',
      reason: 'because its run needs it no longer'
    })
    expect(kinds()).not.toContain('released')
  })

  it('has its own time from the end of the run on', async () => {
    keep('a')
    await step('a')
    await rig.clock.advance(3_600_000)
    await letGo('a')
    expect(rig.manager.get(id('a'))).toMatchObject({ keptBy: null, unloadsAt: rig.clock.now() + 600_000 })
  })

  it('that a rule keeps too stays for the one when the other has ended', async () => {
    rig.kept.set('a', 'Mornings')
    keep('a')
    await step('a')
    expect(rig.manager.get(id('a')).keptBy).toEqual({ kind: 'rule', name: 'Mornings' })
    rig.kept.delete('a')
    rig.manager.keptChanged([id('a')])
    expect(rig.manager.get(id('a'))).toMatchObject({ keptBy: { kind: 'run' }, unloadsAt: null })
  })

  it('is no saving of warmth at every step: the plan says what it saved', async () => {
    keep('a')
    await step('a')
    await step('a')
    expect(rig.manager.savings()).toMatchObject([{ todayMs: 0 }])
    await rig.ask('a')
    expect(rig.manager.savings()).toMatchObject([{ todayMs: 8_000 }])
  })
})

describe('a model that a run keeps on a server that keeps the time', () => {
  beforeEach(async () => {
    rig = await createManagerRig(['a', 'b'], true)
  })

  function serverSays(name: string, inSeconds: number | null): void {
    const unloadsAt = inSeconds === null ? null : rig.clock.now() + inSeconds * 1_000
    rig.provider.loaded.set(name, loadedModel(name, { unloadsAt }))
  }
  async function look(): Promise<void> {
    await rig.clock.advance(2_000)
    await rig.refresh()
    await rig.settle()
  }
  /** As kill -9 leaves it, and a start after it. */
  async function killed(): Promise<void> {
    rig = await createManagerRig(['a', 'b'], true, rig)
    rig.provider.calls.length = 0
    rig.manager.scheduleStarted()
    await look()
  }

  it('is told “for ever” with its load and every answer, then its own time, and nothing of that is news', async () => {
    await rig.manager.setKeepAlive(id('a'), 0, you)
    keep('a')
    const answering = rig.manager.generate(id('a'), { ...chain, prompt: 'hi' })
    await rig.settle()
    expect(rig.provider.loads[0]?.request.keepAliveSeconds).toBe(-1)
    rig.provider.loads[0]?.finish()
    await rig.settle()
    expect(rig.provider.answers[0]?.request.keepAliveSeconds).toBe(-1)
    rig.provider.answers[0]?.finish()
    await answering
    serverSays('a', null)
    await look()
    await rig.manager.setKeepAlive(id('a'), 300, you)
    await letGo('a')
    serverSays('a', 300)
    await look()
    await look()
    expect(keeps().at(-1)).toBe('keep a 300')
    expect(kinds()).toEqual(['loaded'])
    expect(rig.manager.get(id('a')).keepAliveOverride).toBeNull()
  })

  it('is told so as well where it was there already', async () => {
    await rig.load('a')
    serverSays('a', 600)
    await look()
    keep('a')
    await rig.settle()
    expect(keeps()).toEqual(['keep a -1'])
    await letGo('a')
    expect(keeps()).toEqual(['keep a -1', 'keep a 600'])
  })

  it('gets its own time at the next start, without a line, where Stoker was killed in the middle of the run', async () => {
    keep('a')
    await step('a')
    serverSays('a', null)
    await killed()
    expect(keeps()).toEqual(['keep a 600'])
    expect(kinds()).toEqual([])
    await killed()
    expect(keeps()).toEqual([])
  })

  it('goes at the next start where its own time is 0, for its run and not for the schedule', async () => {
    await rig.manager.setKeepAlive(id('a'), 0, you)
    keep('a')
    await step('a')
    serverSays('a', null)
    await killed()
    rig.provider.unloads[0]?.finish()
    await rig.settle()
    expect(rig.log).toMatchObject([{ kind: 'unloaded', actor: 'chain', modelId: id('a') }])
  })

  it('gets its own time at the end of Stoker', async () => {
    keep('a')
    await step('a')
    await rig.manager.leave()
    expect(keeps().at(-1)).toBe('keep a 600')
    rig.keptByRun.clear()
    await killed()
    expect(keeps()).toEqual([])
  })
})

describe('a context that is enough', () => {
  beforeEach(async () => {
    rig = await createManagerRig(['a'], true)
  })

  async function ready(minContextLength: number, contextLength?: number): Promise<void> {
    const done = rig.manager.ensureLoaded(id('a'), { ...chain, minContextLength, contextLength })
    await rig.settle()
    rig.provider.unloads[0]?.finish()
    await rig.settle()
    rig.provider.loads[0]?.finish()
    await done
  }
  const contextLength = (): number | null => rig.manager.get(id('a')).contextLength

  it('is what it is loaded with, and more is taken as it is', async () => {
    await ready(1_024)
    expect(contextLength()).toBe(1_024)
    await ready(512)
    await ready(1_024)
    expect([contextLength(), loads().length]).toEqual([1_024, 1])
  })

  it('too little is loaded anew', async () => {
    await ready(1_024)
    await ready(4_096)
    expect([contextLength(), loads().length]).toEqual([4_096, 2])
  })

  it('is taken from whoever loaded it, but not where nobody knows how much it is', async () => {
    rig.provider.loaded.set('a', loadedModel('a', { contextLength: 8_192 }))
    await rig.refresh()
    await ready(4_096)
    expect(loads()).toEqual([])
    rig.provider.loaded.set('a', loadedModel('a', { contextLength: null }))
    await rig.refresh()
    await ready(4_096)
    expect([contextLength(), loads().length]).toEqual([4_096, 1])
  })

  it('may be less than the load asks for', async () => {
    await ready(1_024, 2_048)
    expect(contextLength()).toBe(2_048)
    await ready(1_024, 4_096)
    expect([contextLength(), loads().length]).toEqual([2_048, 1])
  })

  it('is not asked for again of a model that gave less: it can no more', async () => {
    const { load } = rig.provider
    rig.provider.load = async (...wish) => ({ ...(await load(...wish)), contextLength: 4_096 })
    await ready(100_000)
    await ready(100_000)
    expect([contextLength(), loads().length]).toEqual([4_096, 1])
  })

  it('is not what another program has left of it, though Stoker had asked for it once', async () => {
    await ready(4_096)
    await rig.refresh()
    rig.provider.loaded.set('a', loadedModel('a', { contextLength: 512 }))
    await rig.refresh()
    await ready(4_096)
    expect([contextLength(), loads().length]).toEqual([4_096, 2])
  })

  it('is shared with a load that brings it', async () => {
    const first = rig.manager.ensureLoaded(id('a'), { ...you, contextLength: 4_096 })
    const second = rig.manager.ensureLoaded(id('a'), { ...chain, minContextLength: 1_024 })
    await rig.settle()
    rig.provider.loads[0]?.finish()
    await Promise.all([first, second])
    expect(loads()).toHaveLength(1)
  })

  it('goes with an answer as it is, so that the server does not load anew', async () => {
    await ready(4_096)
    const answering = rig.manager.generate(id('a'), { ...chain, prompt: 'hi', minContextLength: 1_024 })
    await rig.settle()
    expect(rig.provider.answers[0]?.request.contextLength).toBe(4_096)
    rig.provider.answers[0]?.finish()
    await answering
  })
})

describe('a load that a caller waited for', () => {
  let told: { loadMs: number; isShared: boolean }[]
  const wish = (): Pick<GenerateWish, 'onLoad'> => ({ onLoad: (load) => told.push(load) })
  beforeEach(async () => {
    rig = await createManagerRig(['a'])
    told = []
  })

  it('is told with what it took; that the model was there is not', async () => {
    await rig.ask('a', { ...chain, ...wish() })
    expect(told).toEqual([{ loadMs: 8_000, isShared: false }])
    await rig.ask('a', { ...chain, ...wish() })
    await rig.manager.ensureLoaded(id('a'), { ...chain, ...wish() })
    expect(told).toHaveLength(1)
  })

  it('that somebody else had begun is told as that', async () => {
    const theirs = rig.manager.ensureLoaded(id('a'), you)
    const ours = rig.manager.ensureLoaded(id('a'), { ...chain, ...wish() })
    await rig.clock.advance(3_000)
    rig.provider.loads[0]?.finish()
    await Promise.all([theirs, ours])
    expect(told).toEqual([{ loadMs: 3_000, isShared: true }])
  })

  it('and that failed is none', async () => {
    const loading = rig.manager.ensureLoaded(id('a'), { ...chain, ...wish() })
    await rig.settle()
    rig.provider.loads[0]?.fail(new Error('no'))
    await expect(loading).rejects.toThrow('no')
    expect(told).toEqual([])
  })

  it('tells what the model holds in the same moment', async () => {
    const held: (number | null)[] = []
    await rig.ask('a', { ...chain, onLoad: () => held.push(rig.manager.get(id('a')).heldBytes) })
    expect(held).toEqual([1_100])
    expect(rig.manager.residents(null)).toMatchObject([{ heldBytes: 1_100 }])
  })
})

describe('an answer', () => {
  beforeEach(async () => {
    rig = await createManagerRig(['a'])
    await rig.load('a')
  })

  it('is asked for in its format, and its text comes in pieces that are the whole of it', async () => {
    const pieces: string[] = []
    const format = { format: 'json', schema: { type: 'boolean' } } as const
    const answering = rig.manager.generate(id('a'), {
      ...chain,
      prompt: 'hi',
      format,
      onText: (text) => pieces.push(text)
    })
    await rig.settle()
    const [asked] = rig.provider.answers
    expect(asked?.request.format).toEqual(format)
    for (const piece of ['t', 'r', 'u']) asked?.request.onText(piece)
    await rig.clock.advance(40)
    expect(pieces.join('')).toBe('tru')
    expect(pieces.length).toBeLessThan(3)
    asked?.request.onText('e')
    asked?.finish()
    await answering
    expect(pieces.join('')).toBe('true')
  })
})

describe('what an answer leaves behind', () => {
  // Node keeps such a signal as long as anybody listens to it: five thousand answers of a run once held 25 MB.
  it('is nobody who still listens to the signals of its run', async () => {
    rig = await createManagerRig(['a'])
    await rig.load('a')
    const made = vi.spyOn(AbortSignal, 'any')
    const { signal } = new AbortController()
    const answer = rig.manager.generate(id('a'), { ...chain, prompt: 'Hi', signal })
    await rig.settle()
    const together = made.mock.results.map(({ value }) => value as AbortSignal)
    made.mockRestore()
    const listeners = (): number[] => [signal, ...together].map((one) => getEventListeners(one, 'abort').length)
    expect(Math.max(...listeners())).toBe(1)
    rig.provider.answers[0]?.finish()
    await answer
    expect(Math.max(...listeners())).toBe(0)
  })
})

describe('tokens', () => {
  const { signal } = new AbortController()
  beforeEach(async () => {
    rig = await createManagerRig(['a'])
  })
  const count = (): Promise<number | null> => rig.manager.countTokens(id('a'), 'one two', signal)

  it('are counted by a host that can, of a model that is loaded', async () => {
    rig.provider.countTokens = async (_, text) => text.split(' ').length
    expect(await count()).toBeNull()
    await rig.load('a')
    expect(await count()).toBe(2)
  })

  it('are not made up: null where the host cannot count, or failed to', async () => {
    await rig.load('a')
    expect(await count()).toBeNull()
    rig.provider.countTokens = () => Promise.reject(new Error('no'))
    expect(await count()).toBeNull()
  })

  it('of a model that nobody knows, or for a caller who has left, are an error', async () => {
    await rig.load('a')
    rig.provider.countTokens = () => Promise.reject(new Error('aborted'))
    await expect(rig.manager.countTokens(id('x'), '', signal)).rejects.toMatchObject({ code: 'model_not_found' })
    await expect(rig.manager.countTokens(id('a'), '', AbortSignal.abort())).rejects.toThrow('aborted')
  })
})
