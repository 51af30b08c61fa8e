/** Loads that are late, and what loads and answers teach. */
import { beforeEach, describe, expect, it } from 'vitest'
import { StokerError } from '../../shared/errors.ts'
import { createManagerRig, id, you, type ManagerRig } from './managerRig.ts'

let rig: ManagerRig
beforeEach(async () => {
  rig = await createManagerRig(['a', 'b', 'c'])
})

describe('a late load', () => {
  const limit = { phase: 'load' as const, settingMs: 300_000, limitMs: 300_000, reason: null }

  it('goes on; it is said once though it was started over, on the model, in its operation and in the log', async () => {
    await rig.ask('a', {}, 6_000)
    const unload = rig.manager.unload(id('a'), you)
    await rig.settle()
    rig.provider.unloads[0]?.finish()
    await unload
    const load = rig.manager.ensureLoaded(id('a'), { ...you, operationId: 'load-of-a' })
    await rig.settle()
    await rig.clock.advance(300_000)
    expect(rig.manager.get(id('a')).isLoadLate).toBe(false)
    rig.provider.loads[0]?.request.onLate?.(limit)
    rig.provider.loads[0]?.request.onLate?.(limit)
    expect(rig.manager.get(id('a'))).toMatchObject({ state: 'loading', isLoadLate: true })
    expect(rig.operations.list()).toMatchObject([
      { progress: { kind: 'load', elapsedMs: 300_000, fraction: null, isLate: true } }
    ])
    const late = rig.log.filter(({ kind }) => kind === 'load_late')
    expect(late).toMatchObject([
      { actor: 'stoker', reason: 'after 5 min; it usually takes 6 s. Still loading: cancel it, or let it go on.' }
    ])
    rig.provider.loads[0]?.finish()
    await load
    expect(rig.manager.get(id('a'))).toMatchObject({ state: 'ready', isLoadLate: false })
  })

  it('can be cancelled, and the next one starts afresh; a limit that comes after the end says nothing', async () => {
    const load = rig.manager.ensureLoaded(id('a'), { ...you, operationId: 'load-of-a' })
    await rig.settle()
    const request = rig.provider.loads[0]?.request
    request?.onLate?.(limit)
    expect(rig.log.at(-1)?.reason).toBe('after 5 min. Still loading: cancel it, or let it go on.')
    rig.operations.cancel('load-of-a')
    await expect(load).rejects.toMatchObject({ code: 'aborted' })
    request?.onLate?.(limit)
    const again = rig.manager.ensureLoaded(id('a'), you)
    await rig.settle()
    expect(rig.manager.get(id('a'))).toMatchObject({ state: 'loading', isLoadLate: false })
    request?.onLate?.(limit)
    expect(rig.manager.get(id('a')).isLoadLate).toBe(false)
    rig.provider.loads[0]?.finish()
    await again
  })

  it('is told to who joins it later', async () => {
    const load = rig.manager.ensureLoaded(id('a'), you)
    await rig.settle()
    rig.provider.loads[0]?.request.onLate?.(limit)
    const joined = rig.manager.ensureLoaded(id('a'), { ...you, operationId: 'second-caller' })
    await rig.settle()
    const second = rig.operations.list().find((operation) => operation.id === 'second-caller')
    expect(second?.progress).toMatchObject({ kind: 'load', isLate: true })
    rig.provider.loads[0]?.finish()
    await Promise.all([load, joined])
  })
})

describe('what is measured', () => {
  it('is the load by its engine, without the wait for room; and what failed or was cancelled teaches nothing', async () => {
    rig.settings.maxLoadedModels = 1
    await rig.load('a')
    const load = rig.manager.ensureLoaded(id('b'), you)
    await rig.settle()
    await rig.clock.advance(5_000)
    rig.provider.unloads[0]?.finish()
    await rig.settle()
    await rig.clock.advance(2_000)
    rig.provider.loads[0]?.finish()
    await load
    expect(rig.manager.measuredOf(id('b'))).toMatchObject({ sizeBytes: 1_000, loadMs: [2_000] })
    expect(rig.manager.get(id('b')).lastLoadMs).toBe(2_000)
    expect(rig.log.at(-1)).toMatchObject({ kind: 'loaded', durationMs: 7_000 })
    rig.settings.maxLoadedModels = 2
    const failed = expect(rig.manager.ensureLoaded(id('c'), you)).rejects.toMatchObject({ code: 'bad_model_file' })
    await rig.settle()
    rig.provider.loads[0]?.fail(new StokerError('bad_model_file', 'Broken.'))
    await failed
    expect(rig.manager.measuredOf(id('c')).loadMs).toEqual([])
    await rig.manager.ensureLoaded(id('b'), you)
    expect(rig.manager.measuredOf(id('b')).loadMs).toEqual([2_000])
  })

  it('is the attempt that succeeded: neither those before it nor the pauses between them', async () => {
    const load = rig.manager.ensureLoaded(id('a'), you)
    await rig.settle()
    await rig.clock.advance(4_000)
    const retry = { attempt: 2, attempts: 3, nextAt: rig.clock.now() + 1_000, reason: 'the server is busy' }
    rig.provider.loads[0]?.request.onRetry?.(retry)
    expect(rig.operations.list()[0]?.progress).toEqual({ kind: 'retrying', ...retry })
    await rig.clock.advance(1_000)
    expect(rig.operations.list()[0]?.progress).toMatchObject({ kind: 'load', elapsedMs: 5_000 })
    await rig.clock.advance(2_000)
    rig.provider.loads[0]?.finish()
    await load
    expect(rig.manager.measuredOf(id('a')).loadMs).toEqual([2_000])
  })

  it('is no load where another name of the same engine was in memory already', async () => {
    rig.machine.engines = new Map([
      ['a', 'same'],
      ['b', 'same']
    ])
    await rig.load('a')
    await rig.load('b')
    expect([rig.manager.measuredOf(id('a')).loadMs, rig.manager.measuredOf(id('b')).loadMs]).toEqual([[0], []])
  })

  /** Every answer says that it had a prompt of 100 tokens, and its first token after a second. */
  function withLongPrompts(): void {
    const { generate } = rig.provider
    rig.provider.generate = async (...wish) => ({
      ...(await generate(...wish)),
      promptTokens: 100,
      firstTokenMs: 1_000
    })
  }

  it('is the first token of an answer that was alone: beside another one it says nothing of the model', async () => {
    withLongPrompts()
    await rig.load('a')
    const first = rig.manager.generate(id('a'), { ...you, prompt: 'hi' })
    await rig.settle()
    const second = rig.manager.generate(id('a'), { ...you, prompt: 'hi' })
    await rig.settle()
    rig.provider.answers[1]?.finish()
    await second
    expect(rig.manager.measuredOf(id('a')).promptTokensPerSecond).toBeNull()
    rig.provider.answers[0]?.finish()
    await first
    expect(rig.manager.measuredOf(id('a')).promptTokensPerSecond).toBe(100)
  })

  it('is the speed of an answer that was alone: a plan made of the slower ones beside it would be wrong, and one of nothing says no time', async () => {
    const { generate } = rig.provider
    rig.provider.generate = async (...wish) => ({ ...(await generate(...wish)), tokensPerSecond: 40 })
    await rig.load('a')
    const first = rig.manager.generate(id('a'), { ...you, prompt: 'hi' })
    await rig.settle()
    const second = rig.manager.generate(id('a'), { ...you, prompt: 'hi' })
    await rig.settle()
    rig.provider.answers[1]?.finish()
    await second
    expect(rig.manager.measuredOf(id('a')).tokensPerSecond).toBeNull()
    rig.provider.answers[0]?.finish()
    await first
    expect(rig.manager.measuredOf(id('a')).tokensPerSecond).toBe(40)
  })

  it('is the first token of an answer, too, that only waited in the queue while another one ran', async () => {
    withLongPrompts()
    await rig.load('a')
    const first = rig.manager.generate(id('a'), { ...you, prompt: 'hi', operationId: 'first-answer' })
    await rig.settle()
    const second = rig.manager.generate(id('a'), { ...you, prompt: 'hi' })
    await rig.settle()
    const waiting = rig.provider.answers[1]
    waiting?.request.onQueued?.({ position: 1, waiting: 1 })
    rig.operations.cancel('first-answer')
    await expect(first).rejects.toMatchObject({ code: 'aborted' })
    waiting?.request.onQueued?.(null)
    waiting?.finish()
    await second
    expect(rig.manager.measuredOf(id('a')).promptTokensPerSecond).toBe(100)
  })

  it('is the longest silence of an answer that came to its end', async () => {
    await rig.load('a')
    for (const isCancelled of [true, false]) {
      const answer = rig.manager.generate(id('a'), { ...you, prompt: 'hi', operationId: 'the-answer' })
      await rig.settle()
      for (const gapMs of [0, 20, isCancelled ? 5_000 : 300, 10]) {
        await rig.clock.advance(gapMs)
        rig.provider.answers[0]?.request.onText('x')
      }
      if (isCancelled) rig.operations.cancel('the-answer')
      else rig.provider.answers[0]?.finish()
      await answer.catch(() => {})
    }
    expect(rig.manager.measuredOf(id('a')).longestGapMs).toBe(300)
  })
})
