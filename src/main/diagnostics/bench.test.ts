/** Would catch: a bench that stops at the first failure, changes what was loaded, counts twice, or cannot be ended. */
import { describe, expect, it } from 'vitest'
import { StokerError } from '../../shared/errors.ts'
import { createDiagnosticsRig, id, testHost, testModel, you } from './diagnosticsRig.ts'

const outOfMemory = new StokerError('out_of_memory', 'There is not enough memory.', 'Unload something.')

describe('the test bench', () => {
  it('loads, asks and unloads each installed model, and keeps what was measured', async () => {
    const rig = createDiagnosticsRig([testModel('a'), testModel('b'), testModel('c', { state: 'absent' })])
    const results = await rig.finish(rig.diagnostics.bench(undefined, you))
    expect(rig.state.calls).toEqual(['load a', 'ask a', 'unload a', 'load b', 'ask b', 'unload b'])
    expect(results[0]).toEqual({
      id: id('a'),
      at: expect.any(Number),
      outcome: 'works',
      reason: null,
      loadMs: 1_000,
      firstTokenMs: 40,
      totalMs: 500,
      tokensPerSecond: 31,
      heldBytes: 100e6,
      text: 'Red, green, blue.',
      error: null
    })
    expect(rig.diagnostics.get().bench.map((each) => each.id.name)).toEqual(['b', 'a'])
    expect(rig.state.progress).toContainEqual({ kind: 'steps', done: 1, total: 2, words: '2 of 2: b' })
    expect(rig.state.log.at(-1)).toMatchObject({ kind: 'bench_ended', actor: 'you', reason: '2 of 2 work' })
    expect(rig.running()).toEqual([])
  })

  it('a failure is a result with its reason, and the rest is tried all the same', async () => {
    const rig = createDiagnosticsRig([testModel('a'), testModel('b'), testModel('c'), testModel('d'), testModel('e')])
    rig.manners.set('a', { loadError: outOfMemory })
    rig.manners.set('b', { answerError: new StokerError('timed_out', 'No token.', null, { phase: 'first_token' }) })
    rig.manners.set('c', { answer: { text: ' \n', outputTokens: 0 } })
    rig.manners.set('d', { answer: { tokensPerSecond: 1.5 }, unloadError: outOfMemory })
    const results = await rig.finish(rig.diagnostics.bench(undefined, you))
    expect(results.map(({ outcome, reason }) => `${outcome}: ${reason}`)).toEqual([
      'fails: There is not enough memory.',
      'fails: No token.',
      'fails: It ended its answer without a word.',
      'slow: 1.5 tokens per second',
      'works: null'
    ])
    expect(results[0]).toMatchObject({ loadMs: null, tokensPerSecond: null, error: { code: 'out_of_memory' } })
    expect(results[1]).toMatchObject({ loadMs: 1_000, error: { code: 'timed_out', phase: 'first_token' } })
    // What loaded and then failed does not stay.
    expect(rig.state.calls).toContain('unload b')
    expect(rig.state.log.at(-1)?.reason).toBe('1 of 5 work, 1 slow, 3 failed')
  })

  it('an embedding model is loaded and asked nothing; one that only thought has answered', async () => {
    const rig = createDiagnosticsRig([testModel('embed', { capabilities: ['embedding'] }), testModel('thinker')])
    rig.manners.set('thinker', { answer: { text: '\u0007', outputTokens: 32 } })
    const [embed, thinker] = await rig.finish(rig.diagnostics.bench(undefined, you))
    expect(rig.state.calls).not.toContain('ask embed')
    expect(embed).toMatchObject({ outcome: 'works', text: null, totalMs: null, tokensPerSecond: null, loadMs: 1_000 })
    expect(thinker).toMatchObject({ outcome: 'works', text: null })
  })

  it('a file that was found to be bad fails at once; what a server said before is tried again', async () => {
    const error = { code: 'bad_model_file' as const, message: 'Cut off.', hint: 'Download it again.' }
    const rig = createDiagnosticsRig([
      testModel('bad', { state: 'failed', error }),
      testModel('mended', { id: id('mended', 'ollama'), providerKind: 'ollama', state: 'failed', error })
    ])
    const [bad, mended] = await rig.finish(rig.diagnostics.bench(undefined, you))
    expect(bad).toMatchObject({ outcome: 'fails', reason: 'Cut off.', error, loadMs: null })
    expect(rig.state.calls).not.toContain('load bad')
    expect(mended).toMatchObject({ outcome: 'works' })
  })

  it('asked for some, tries those, also one that is gone', async () => {
    const rig = createDiagnosticsRig([testModel('a'), testModel('b')])
    const results = await rig.finish(rig.diagnostics.bench([id('b'), id('gone')], you))
    expect(results.map((each) => [each.id.name, each.outcome])).toEqual([
      ['b', 'works'],
      ['gone', 'fails']
    ])
    expect(results[1]?.error?.code).toBe('model_not_found')
  })

  it('loaded models stay loaded, are not loaded again, and come back as they were where they had to go', async () => {
    const kept = testModel('kept', { state: 'ready', heldBytes: 9e6, contextLength: 512 })
    const rig = createDiagnosticsRig([testModel('a'), kept], [testHost('built-in')])
    rig.state.maxLoadedModels = 1
    const [first] = await rig.finish(rig.diagnostics.bench(undefined, you))
    expect(first).toMatchObject({ id: id('kept'), loadMs: null, heldBytes: 9e6 })
    expect(rig.state.calls).toEqual(['ask kept', 'load a', 'ask a', 'unload a', 'load kept'])
    expect(rig.find(id('kept'))).toMatchObject({ state: 'ready', contextLength: 512 })
    expect(rig.loadedKeys()).toEqual(['built-in/kept'])
  })

  it('what a person unloads meanwhile is not loaded again', async () => {
    const rig = createDiagnosticsRig([testModel('kept', { state: 'ready' }), testModel('a')])
    const run = rig.diagnostics.bench([id('a')], you)
    await rig.clock.advance(100)
    rig.change(id('kept'), { state: 'unloaded' })
    await rig.finish(run)
    expect(rig.state.calls).not.toContain('load kept')
  })

  it('a model that somebody began to use meanwhile is theirs', async () => {
    const rig = createDiagnosticsRig([testModel('a')])
    const run = rig.diagnostics.bench(undefined, you)
    await rig.clock.advance(1_200)
    rig.change(id('a'), { activeRequests: 1 })
    await rig.finish(run)
    expect(rig.state.calls).not.toContain('unload a')
  })

  it('nor is one unloaded that somebody has asked something meanwhile, though it is idle again', async () => {
    const rig = createDiagnosticsRig([testModel('a')])
    const run = rig.diagnostics.bench(undefined, you)
    await rig.clock.advance(1_200)
    rig.change(id('a'), { lastUsedAt: rig.clock.now() })
    await rig.finish(run)
    expect(rig.state.calls).not.toContain('unload a')
  })

  it('what a person loads meanwhile comes back, too, where it had to go; and one that cannot hides no other', async () => {
    const rig = createDiagnosticsRig([testModel('kept', { state: 'ready' }), testModel('a'), testModel('mine')])
    const run = rig.diagnostics.bench([id('a'), id('kept'), id('a')], you)
    await rig.clock.advance(500)
    rig.arrives('mine')
    rig.state.maxLoadedModels = 1
    rig.manners.set('kept', { loadError: outOfMemory })
    await rig.finish(run)
    expect(rig.state.calls.slice(-2)).toEqual(['load kept', 'load mine'])
    expect(rig.loadedKeys()).toEqual(['built-in/mine'])
  })
})

describe('a person who works meanwhile', () => {
  const busy = new StokerError('limit_reached', 'One model is loaded, and none can go: each is busy.')

  it('is waited for, and a model is not called failed because another one was in use', async () => {
    const rig = createDiagnosticsRig([testModel('a'), testModel('mine', { state: 'ready', activeRequests: 1 })])
    rig.manners.set('a', { loadError: busy })
    const run = rig.diagnostics.bench([id('a')], you)
    await rig.clock.advance(5_500)
    rig.change(id('mine'), { activeRequests: 0 })
    rig.manners.set('a', {})
    expect(await rig.finish(run)).toMatchObject([{ outcome: 'works', loadMs: 1_000 }])
  })

  it('may take the room between the load and the question: the model is loaded again when it is idle', async () => {
    const rig = createDiagnosticsRig([testModel('a'), testModel('mine')])
    rig.state.maxLoadedModels = 1
    rig.manners.set('a', { answerError: busy, answerMs: 0 })
    const run = rig.diagnostics.bench([id('a')], you)
    await rig.clock.advance(900)
    rig.change(id('mine'), { activeRequests: 1 })
    await rig.clock.advance(100)
    rig.change(id('a'), { state: 'unloaded' })
    await rig.clock.advance(3_000)
    expect(rig.running()).not.toEqual([])
    rig.change(id('mine'), { activeRequests: 0 })
    rig.manners.set('a', {})
    expect(await rig.finish(run)).toMatchObject([{ outcome: 'works', loadMs: 1_000, totalMs: 500 }])
  })

  it('is waited for two minutes; where the room is pinned, not at all', async () => {
    const rig = createDiagnosticsRig([testModel('a'), testModel('mine', { state: 'ready', activeRequests: 1 })])
    rig.manners.set('a', { loadError: busy })
    const run = rig.diagnostics.bench([id('a')], you)
    await rig.clock.advance(100_000)
    expect(rig.running()).not.toEqual([])
    await rig.clock.advance(30_000)
    expect(await rig.finish(run)).toMatchObject([{ outcome: 'fails', error: { code: 'limit_reached' } }])
    rig.change(id('mine'), { activeRequests: 0, isPinned: true })
    rig.state.calls.length = 0
    expect(await rig.finish(rig.diagnostics.bench([id('a')], you))).toMatchObject([{ outcome: 'fails' }])
    expect(rig.state.calls).toEqual(['load a'])
  })
})

describe('a cancel', () => {
  it.each([
    ['in a load', 700],
    ['in an answer', 1_200]
  ])('%s ends that call, keeps what was done, and leaves nothing loaded', async (_, atMs) => {
    const rig = createDiagnosticsRig([testModel('a'), testModel('b'), testModel('c')])
    const run = rig.diagnostics.bench(undefined, you, 'bench-0001')
    const caught = run.catch((error: unknown) => error)
    await rig.clock.advance(1_500)
    await rig.clock.advance(atMs)
    expect(rig.operations.cancel('bench-0001')).toBe(true)
    await rig.clock.advance(0)
    await expect(run).rejects.toMatchObject({ code: 'aborted' })
    await caught
    expect(rig.diagnostics.get().bench.map((each) => each.id.name)).toEqual(['a'])
    expect(rig.state.calls).not.toContain('load c')
    expect(rig.loadedKeys()).toEqual([])
    expect(rig.running()).toEqual([])
    expect(rig.state.log.at(-1)).toMatchObject({
      kind: 'bench_ended',
      actor: 'you',
      reason: 'cancelled after 1 of 3 models: 1 of 1 work',
      durationMs: 1_500 + atMs,
      error: null
    })
    // The next run may begin.
    expect(await rig.finish(rig.diagnostics.bench([id('b')], you))).toHaveLength(1)
  })
})

it('a run that is cancelled at once, or breaks, is told all the same: the log explains every load', async () => {
  const rig = createDiagnosticsRig([testModel('a')])
  const run = rig.diagnostics.bench(undefined, you, 'bench-0001')
  run.catch(() => {})
  rig.operations.cancel('bench-0001')
  await expect(rig.finish(run)).rejects.toMatchObject({ code: 'aborted' })
  expect(rig.state.log.at(-1)).toMatchObject({ kind: 'bench_ended', reason: 'cancelled after 0 of 1 models' })
  rig.state.models = null as never
  await expect(rig.diagnostics.bench([id('a')], you)).rejects.toThrow()
  expect(rig.state.log.at(-1)).toMatchObject({
    kind: 'bench_ended',
    reason: 'stopped after 0 of 1 models',
    error: { code: 'internal' }
  })
})

it('one run at a time: a second one, of either kind, is refused with a sentence', async () => {
  const rig = createDiagnosticsRig([testModel('a')])
  const run = rig.diagnostics.bench(undefined, you)
  await expect(rig.diagnostics.bench(undefined, you)).rejects.toMatchObject({
    code: 'model_busy',
    message: 'The test bench is running already.'
  })
  await expect(rig.diagnostics.check(you)).rejects.toMatchObject({ code: 'model_busy' })
  await rig.finish(run)
})
