/** What keeps models warm, as the manager sees it: savings, the schedule's keeping, warm-up answers, who went for whom, crashes. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { OperationProgress } from '../../shared/operation.ts'
import { StokerError } from '../../shared/errors.ts'
import { loadedModel } from '../providers/fakeProvider.ts'
import { createManagerRig, id, you, type ManagerRig } from './managerRig.ts'

let rig: ManagerRig
beforeEach(async () => {
  rig = await createManagerRig(['a', 'b', 'c'])
})

const schedule = { actor: 'schedule' as const, reason: 'Mornings' }

describe('saved time', () => {
  it('of 3 files at 8 s a load and 12 s an answer: 44 s instead of 60 s', async () => {
    const startedAt = rig.clock.now()
    for (let file = 0; file < 3; file++) await rig.ask('a')
    expect(rig.clock.now() - startedAt).toBe(44_000)
    expect(rig.manager.savings()).toEqual([
      { id: id('a'), usualLoadMs: 8_000, todayColdStarts: 2, todayMs: 16_000, weekColdStarts: 2, weekMs: 16_000 }
    ])
    expect(rig.savings.at(-1)).toEqual(rig.manager.savings())
  })

  it('of 100 files: 1208 s instead of 2000 s', async () => {
    const startedAt = rig.clock.now()
    for (let file = 0; file < 100; file++) await rig.ask('a')
    expect(rig.clock.now() - startedAt).toBe(1_208_000)
    expect(rig.manager.savings()).toMatchObject([{ weekColdStarts: 99, weekMs: 792_000 }])
  })

  it('does not count a burst as many loads: only the first of them found the model idle', async () => {
    await rig.ask('a')
    const burst = Array.from({ length: 5 }, () => rig.manager.generate(id('a'), { ...you, prompt: 'hi' }))
    await rig.settle()
    expect(rig.provider.answers).toHaveLength(5)
    while (rig.provider.answers.length > 0) rig.provider.answers[0]?.finish()
    await Promise.all(burst)
    expect(rig.manager.savings()).toMatchObject([{ weekColdStarts: 1 }])
  })

  it('does not count warm-ups, the test bench, and answers that failed', async () => {
    await rig.ask('a')
    await rig.ask('a', { ...schedule, isWarmup: true })
    await rig.ask('a', { actor: 'diagnostics' })
    const failing = expect(rig.manager.generate(id('a'), { ...you, prompt: 'hi' })).rejects.toBeInstanceOf(StokerError)
    await rig.settle()
    rig.provider.answers[0]?.fail(new StokerError('server_failed', 'No.'))
    await failing
    expect(rig.manager.savings()).toMatchObject([{ weekColdStarts: 0, usualLoadMs: 8_000 }])
  })

  it('does not count an answer that had the model loaded anew with another context', async () => {
    await rig.ask('a')
    const done = rig.manager.generate(id('a'), { ...you, prompt: 'hi', contextLength: 512 })
    await rig.settle()
    rig.provider.unloads[0]?.finish()
    await rig.settle()
    rig.provider.loads[0]?.finish()
    await rig.settle()
    expect(rig.provider.answers[0]?.request.contextLength).toBe(512)
    rig.provider.answers[0]?.finish()
    await done
    expect(rig.manager.savings()).toMatchObject([{ weekColdStarts: 0 }])
  })
})

describe('a warm-up answer', () => {
  it('is no use of the model, asks with the context that is in force, and teaches the first token', async () => {
    await rig.manager.setKeepAlive(id('a'), 0, you)
    const load = rig.manager.ensureLoaded(id('a'), { ...schedule, contextLength: 512 })
    await rig.settle()
    rig.provider.loads[0]?.finish()
    await load
    const warm = rig.manager.generate(id('a'), { ...schedule, prompt: 'Hi', isWarmup: true, contextLength: 512 })
    await rig.settle()
    // By its operation it can be cancelled where it waits.
    const operationId = rig.operations.list().find(({ kind }) => kind === 'generate')?.id ?? 'none'
    expect(rig.provider.answers[0]?.request).toMatchObject({ contextLength: 512, caller: 'schedule', operationId })
    // 0 would have it go before anybody used it.
    expect(rig.provider.answers[0]?.request.keepAliveSeconds).toBe(300)
    rig.provider.answers[0]?.finish()
    await warm
    await rig.clock.advance(1_000)
    expect(rig.provider.calls).toEqual(['load a', 'generate a'])
    expect(rig.manager.get(id('a'))).toMatchObject({ state: 'ready', lastUsedAt: null, tokensPerSecond: null })
    expect(rig.manager.lastActivityAt()).toBeNull()
  })

  it('ends with the signal of who asked for it, and so does the wait for its load', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const load = expect(rig.manager.ensureLoaded(id('a'), { ...schedule, signal })).rejects.toBeDefined()
    const answer = expect(
      rig.manager.generate(id('b'), { ...schedule, prompt: 'Hi', isWarmup: true, signal })
    ).rejects.toMatchObject({ code: 'aborted' })
    await rig.settle()
    controller.abort()
    await Promise.all([load, answer])
    await rig.settle()
    expect([rig.state('a'), rig.state('b')]).toEqual(['unloaded', 'unloaded'])
    expect(rig.operations.list()).toEqual([])
  })
})

describe('an answer that waits for its turn', () => {
  it('says its place and its next attempt, keeps its model, and says no more once its turn has come', async () => {
    await rig.load('a')
    await rig.manager.setKeepAlive(id('a'), 60, you)
    const told = (): OperationProgress | null | undefined => rig.operations.list()[0]?.progress
    const turns: number[] = []
    const onTurn = (): void => void turns.push(rig.clock.now())
    const answer = rig.manager.generate(id('a'), { ...you, prompt: 'hi', caller: 'chain 7', onTurn })
    await rig.settle()
    const request = rig.provider.answers[0]?.request
    expect(request?.caller).toBe('chain 7')
    await rig.clock.advance(100_000)
    request?.onQueued?.({ position: 2, waiting: 3 })
    expect(told()).toEqual({ kind: 'queued', position: 2, waiting: 3, elapsedMs: 100_000 })
    expect(rig.state('a')).toBe('ready')
    const retry = { attempt: 2, attempts: 3, nextAt: 5, reason: 'the server is busy' }
    request?.onRetry?.(retry)
    expect(told()).toEqual({ kind: 'retrying', ...retry })
    expect(turns).toEqual([])
    request?.onQueued?.(null)
    expect(turns).toEqual([rig.clock.now()])
    expect(told()).toBeNull()
    rig.provider.answers[0]?.finish()
    await answer
  })
})

describe('a model that the schedule keeps', () => {
  it('stays for ever, and from its release its own time counts', async () => {
    await rig.load('a')
    rig.kept.set('a', 'Mornings')
    rig.manager.keptChanged([id('a'), id('nobody')])
    expect(rig.manager.get(id('a'))).toMatchObject({
      keptBy: { kind: 'rule', name: 'Mornings' },
      keepAliveSeconds: -1,
      unloadsAt: null
    })
    await rig.clock.advance(10_000_000)
    expect(rig.state('a')).toBe('ready')
    rig.kept.delete('a')
    rig.manager.keptChanged([id('a')])
    expect(rig.manager.get(id('a'))).toMatchObject({ keptBy: null, unloadsAt: rig.clock.now() + 600_000 })
    await rig.clock.advance(600_000)
    expect(rig.state('a')).toBe('unloading')
  })

  it('with keep-alive 0 goes at its release; while it answers, after that', async () => {
    rig.kept.set('a', 'Mornings')
    await rig.manager.setKeepAlive(id('a'), 0, you)
    await rig.load('a')
    const answer = rig.manager.generate(id('a'), { ...you, prompt: 'hi' })
    await rig.settle()
    rig.kept.delete('a')
    rig.manager.keptChanged([id('a')])
    await rig.settle()
    expect(rig.state('a')).toBe('ready')
    rig.provider.answers[0]?.finish()
    await answer
    await rig.settle()
    expect(rig.state('a')).toBe('unloading')
    rig.provider.unloads[0]?.finish()
    await rig.settle()
    expect(rig.log.at(-1)).toMatchObject({ kind: 'unloaded', actor: 'schedule' })
  })

  it('is told to a server that keeps time, though another program had loaded it; and its release, too', async () => {
    rig = await createManagerRig(['a', 'b'], true)
    rig.provider.loaded.set('a', loadedModel('a', { unloadsAt: rig.clock.now() + 300_000 }))
    rig.provider.loaded.set('b', loadedModel('b', { unloadsAt: rig.clock.now() + 300_000 }))
    await rig.refresh()
    rig.kept.set('a', 'Mornings')
    rig.manager.keptChanged([id('a')])
    await rig.settle()
    rig.kept.delete('a')
    rig.manager.keptChanged([id('a'), id('b')])
    await rig.settle()
    expect(rig.provider.calls).toEqual(['keep a -1', 'keep a 600'])
  })

  it('is told it where it was found loaded, or another program loads it within the window; once', async () => {
    rig = await createManagerRig(['a', 'b'], true)
    rig.kept.set('a', 'Mornings')
    rig.manager.keptChanged([id('a')])
    rig.provider.loaded.set('a', loadedModel('a', { unloadsAt: rig.clock.now() + 300_000 }))
    rig.provider.loaded.set('b', loadedModel('b', { unloadsAt: rig.clock.now() + 300_000 }))
    for (let look = 0; look < 3; look++) {
      await rig.refresh()
      await rig.settle()
    }
    expect(rig.provider.calls).toEqual(['keep a -1'])
  })

  it('is told it for another name of its engine, too, and keeps it at the release of that one', async () => {
    rig = await createManagerRig(['a', 'b'], true)
    rig.machine.engines = new Map([
      ['a', 'same'],
      ['b', 'same']
    ])
    rig.kept.set('a', 'Mornings')
    await rig.load('a')
    const answer = rig.manager.generate(id('b'), { ...you, prompt: 'hi' })
    await rig.settle()
    expect(rig.provider.loads[0]?.request.keepAliveSeconds).toBe(-1)
    rig.provider.loads[0]?.finish()
    await rig.settle()
    expect(rig.provider.answers[0]?.request.keepAliveSeconds).toBe(-1)
    rig.provider.answers[0]?.finish()
    await answer
    rig.kept.set('b', 'Evenings')
    rig.manager.keptChanged([id('b')])
    rig.kept.delete('b')
    rig.manager.keptChanged([id('b')])
    await rig.settle()
    expect(rig.provider.calls.filter((call) => call.startsWith('keep'))).toEqual([])
    rig.kept.delete('a')
    rig.manager.keptChanged([id('a')])
    await rig.settle()
    expect(rig.provider.calls.at(-1)).toBe('keep a 600')
  })

  it('gets its own time back when Stoker leaves within the window: nobody would be there to release it', async () => {
    rig = await createManagerRig(['a', 'b', 'c'], true)
    rig.settings.maxLoadedModels = 3
    for (const name of ['a', 'b', 'c']) rig.kept.set(name, 'Mornings')
    await rig.manager.pin(id('b'), true, you)
    await rig.manager.setKeepAlive(id('c'), 0, you)
    for (const name of ['a', 'b', 'c']) await rig.load(name)
    rig.provider.calls.length = 0
    await rig.manager.leave()
    expect(rig.provider.calls).toEqual(['keep a 600', 'keep c 0'])
  })

  it('goes for another load only where nobody else can, and is not pinned', async () => {
    await rig.load('a')
    await rig.clock.advance(1_000)
    await rig.load('b')
    rig.kept.set('a', 'Mornings')
    const third = rig.manager.ensureLoaded(id('c'), you)
    await rig.settle()
    expect(rig.provider.unloads.map(({ name }) => name)).toEqual(['b'])
    rig.provider.unloads[0]?.finish()
    await rig.settle()
    rig.provider.loads[0]?.finish()
    await third
    await rig.manager.pin(id('c'), true, you)
    const fourth = rig.manager.ensureLoaded(id('b'), you)
    await rig.settle()
    expect(rig.provider.unloads.map(({ name }) => name)).toEqual(['a'])
    rig.provider.unloads[0]?.finish()
    await rig.settle()
    rig.provider.loads[0]?.finish()
    await fourth
  })
})

describe('who went for whom', () => {
  it('is known until it is back, and so is when work last ended', async () => {
    rig.settings.maxLoadedModels = 1
    await rig.load('a')
    expect(rig.manager.displaced()).toEqual([])
    const big = rig.manager.ensureLoaded(id('b'), you)
    await rig.settle()
    expect(rig.manager.isBusy()).toBe(true)
    rig.provider.unloads[0]?.finish()
    await rig.settle()
    rig.provider.loads[0]?.finish()
    await big
    const at = rig.clock.now()
    expect(rig.manager.displaced()).toEqual([{ id: id('a'), by: id('b'), at }])
    expect([rig.manager.isBusy(), rig.manager.lastActivityAt()]).toEqual([false, at])
    await rig.clock.advance(1_000)
    await rig.ask('b')
    expect(rig.manager.lastActivityAt()).toBe(at + 13_000)
    const back = rig.manager.ensureLoaded(id('a'), schedule)
    await rig.settle()
    rig.provider.unloads[0]?.finish()
    await rig.settle()
    rig.provider.loads[0]?.finish()
    await back
    expect(rig.manager.displaced().map((one) => one.id.name)).toEqual(['b'])
    // The schedule's own work is no job after which it would have to act.
    expect(rig.manager.lastActivityAt()).toBe(at + 13_000)
  })

  it('says nothing of what a person unloaded', async () => {
    await rig.load('a')
    const unload = rig.manager.unload(id('a'), you)
    await rig.settle()
    rig.provider.unloads[0]?.finish()
    await unload
    expect(rig.manager.displaced()).toEqual([])
  })
})

describe('an engine that dies', () => {
  it('is started again once where its model is pinned, as it was loaded, and not over and over', async () => {
    await rig.manager.pin(id('a'), true, you)
    const load = rig.manager.ensureLoaded(id('a'), { ...you, contextLength: 512 })
    await rig.settle()
    rig.provider.loads[0]?.finish()
    await load
    rig.provider.lose('a')
    await rig.settle()
    expect(rig.provider.loads[0]?.request.contextLength).toBe(512)
    rig.provider.loads[0]?.finish()
    await rig.settle()
    expect(rig.state('a')).toBe('ready')
    rig.provider.lose('a')
    await rig.settle()
    expect(rig.state('a')).toBe('failed')
    expect(rig.log.find(({ actor, kind }) => actor === 'stoker' && kind === 'loaded')).toMatchObject({
      reason: 'after its engine stopped'
    })
    await rig.load('a')
    await rig.clock.advance(300_000)
    rig.provider.lose('a')
    await rig.settle()
    expect(rig.state('a')).toBe('loading')
  })

  it('is left alone where its model is not pinned: what the schedule keeps is the schedule’s to load', async () => {
    rig.kept.set('a', 'Mornings')
    await rig.load('a')
    rig.provider.lose('a')
    await rig.settle()
    expect(rig.state('a')).toBe('failed')
  })
})

describe('a load that waits for room', () => {
  it('goes on when the limit is raised, not only when somebody moves', async () => {
    rig.settings.maxLoadedModels = 1
    const first = rig.manager.ensureLoaded(id('a'), you)
    await rig.settle()
    const second = rig.manager.ensureLoaded(id('b'), you)
    await rig.settle()
    expect(rig.provider.loads.map(({ name }) => name)).toEqual(['a'])
    rig.settings.maxLoadedModels = 2
    rig.manager.settingsChanged()
    await rig.settle()
    expect(rig.provider.loads.map(({ name }) => name)).toEqual(['a', 'b'])
    rig.provider.loads[0]?.finish()
    rig.provider.loads[0]?.finish()
    await Promise.all([first, second])
  })
})
