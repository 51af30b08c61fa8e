/** Would catch: a check that passes without looking, that disturbs what a person has loaded, or leaves something behind. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Check } from '../../shared/diagnostics.ts'
import { StokerError } from '../../shared/errors.ts'
import { createDiagnosticsRig, id, testHost, testModel, you } from './diagnosticsRig.ts'
import { diskFinding, hostFinding } from './placeChecks.ts'
import { readDisk } from './readDisk.ts'

async function check(rig: ReturnType<typeof createDiagnosticsRig>) {
  const run = await rig.finish(rig.diagnostics.check(you))
  const of = (which: Check['id']): Check => {
    const found = run.checks.find((each) => each.id === which)
    if (!found) throw new Error(`no check ${which}`)
    return found
  }
  return { run, of, outcomes: run.checks.map((each) => `${each.id} ${each.outcome}`) }
}

const small = (): ReturnType<typeof testModel> => testModel('small', { sizeBytes: 50e6 })
const medium = (): ReturnType<typeof testModel> => testModel('medium', { sizeBytes: 300e6 })

describe('a machine where all is well', () => {
  it('loads the smallest, asks it, sees its memory back, and sees one leave for another', async () => {
    const rig = createDiagnosticsRig([medium(), small()])
    const { run, outcomes, of } = await check(rig)
    expect(outcomes).toEqual([
      'server ok',
      'disk ok',
      'load ok',
      'generate ok',
      'unload ok',
      'memory ok',
      'eviction ok'
    ])
    expect(of('load').words).toBe('small loaded in 1.0 s and holds 100 MB.')
    expect(of('generate').words).toBe('It answered: first token after 0.04 s, 31.0 tokens per second.')
    expect(of('memory').words).toBe('100 MB came back: its process is gone.')
    expect(of('eviction').words).toBe('small left for medium, gave 100 MB back. Making room and loading took 1.0 s.')
    expect(rig.state.calls).toEqual([
      'load small',
      'ask small',
      'unload small',
      'load small',
      'load medium',
      'unload medium'
    ])
    expect(rig.loadedKeys()).toEqual([])
    expect(rig.diagnostics.loadedLimit()).toBeNull()
    expect(rig.diagnostics.get().checks).toEqual(run)
    expect(rig.state.log.at(-1)).toMatchObject({ kind: 'check_ended', actor: 'you', reason: '7 of 7 ok' })
    const steps = rig.state.progress.map((each) => (each.kind === 'steps' ? each.words : null))
    expect(steps).toEqual([
      '1 of 7: Built-in engine',
      '2 of 7: Disk space',
      '3 of 7: A model loads',
      '4 of 7: It answers',
      '5 of 7: It unloads',
      '6 of 7: Its memory comes back',
      '7 of 7: Room is made'
    ])
  })
})

describe('a machine without models', () => {
  it('gets the small sample, says so, and is left without it', async () => {
    const rig = createDiagnosticsRig([])
    const { outcomes, of } = await check(rig)
    expect(of('load').words).toContain('the small sample (50 MB) was written for it, and is deleted')
    expect(outcomes.slice(2)).toEqual(['load ok', 'generate ok', 'unload ok', 'memory ok', 'eviction ok'])
    expect(rig.state.calls).toEqual([
      'create small sample',
      'load stoker-sample-small',
      'ask stoker-sample-small',
      'unload stoker-sample-small',
      'copy stoker-sample-small to stoker-sample-small-2',
      'load stoker-sample-small',
      'load stoker-sample-small-2',
      'unload stoker-sample-small-2',
      'remove stoker-sample-small',
      'remove stoker-sample-small-2'
    ])
    expect(rig.state.models).toEqual([])
  })

  it.each([
    ['its disk is full', 'built-in', 100e6],
    ['no host writes samples', 'ollama', 100e9]
  ])('and %s: nothing is written, and what to do is said', async (_, hostId, freeBytes) => {
    const rig = createDiagnosticsRig([], [testHost(hostId)])
    rig.state.freeBytes['models'] = freeBytes
    const { of } = await check(rig)
    expect(of('load')).toMatchObject({ outcome: 'skipped', words: 'There is no model to try.' })
    expect(of('load').hint).toContain('Create the small sample model')
    expect(rig.state.calls).toEqual([])
  })
})

describe('a machine with one model', () => {
  it.each([
    ['of its own', testModel('mine'), 'create small sample', 'stoker-sample-small'],
    [
      'that is the small sample',
      testModel('stoker-sample-small', { isSample: true }),
      'copy stoker-sample-small to stoker-sample-small-2',
      'stoker-sample-small-2'
    ],
    ['of another server', testModel('far', { id: id('far', 'ollama') }), 'create small sample', 'stoker-sample-small']
  ])('%s gets a second one for the while, and room is seen to be made', async (_, model, made, second) => {
    const rig = createDiagnosticsRig([model], [testHost('built-in'), testHost('ollama')])
    rig.state.maxLoadedModels = 1
    const { of } = await check(rig)
    expect(of('eviction')).toMatchObject({
      outcome: 'ok',
      words: expect.stringContaining(`${model.id.name} left for ${second}`),
      hint: null
    })
    expect(rig.state.calls).toContain(made)
    expect(rig.state.models).toEqual([expect.objectContaining({ id: model.id, state: 'unloaded' })])
  })

  it.each([
    ['its disk is full', 100e6, {}, /Free some of the disk/],
    ['no host writes samples', 100e9, { createSample: false, copy: false }, /Pull another small model/],
    ['its host is down', 100e9, {}, /Pull another small model/]
  ])('and %s: what to do is said', async (why, freeBytes, capabilities, hint) => {
    const engine = testHost('built-in')
    const rig = createDiagnosticsRig(
      [testModel('far', { id: id('far', 'ollama') })],
      [
        {
          ...engine,
          status: why === 'its host is down' ? 'down' : 'ok',
          capabilities: { ...engine.capabilities, ...capabilities }
        },
        testHost('ollama')
      ]
    )
    rig.state.freeBytes['models'] = freeBytes
    const { of } = await check(rig)
    expect(of('eviction')).toMatchObject({
      outcome: 'skipped',
      words: 'It takes two small models, and there is only one.',
      hint: expect.stringMatching(hint)
    })
    expect(rig.state.models).toHaveLength(1)
  })

  it('that no load got into memory: the last check says what to do as the first one did', async () => {
    const rig = createDiagnosticsRig([testModel('mine', { state: 'ready' }), small()])
    rig.state.maxLoadedModels = 1
    const { of } = await check(rig)
    expect(of('eviction')).toMatchObject({
      outcome: 'skipped',
      words: 'No model was loaded.',
      hint: 'Unload a model, then run the checks again.'
    })
  })
})

describe('what a person has loaded', () => {
  it('is left alone: a load that would displace it is skipped, and says whose place it would take', async () => {
    const rig = createDiagnosticsRig([testModel('mine', { state: 'ready' }), small()])
    rig.state.maxLoadedModels = 1
    const { of } = await check(rig)
    expect(of('load')).toMatchObject({ outcome: 'skipped', words: 'mine is loaded, and would have to go for it.' })
    expect(of('memory').outcome).toBe('skipped')
    expect(rig.state.calls).toEqual([])
    expect(rig.loadedKeys()).toEqual(['built-in/mine'])
  })

  it('is not displaced by a sample either, where there is no other model', async () => {
    const rig = createDiagnosticsRig([testModel('mine', { state: 'ready' })])
    rig.state.maxLoadedModels = 1
    const { of } = await check(rig)
    expect(of('load')).toMatchObject({ outcome: 'skipped', words: 'mine is loaded, and would have to go for it.' })
    expect(rig.state.calls.filter((call) => call.startsWith('load'))).toEqual([])
    expect(rig.state.models.map((model) => `${model.id.name} ${model.state}`)).toEqual(['mine ready'])
  })

  it('is not used to see how room is made', async () => {
    const rig = createDiagnosticsRig([testModel('mine', { state: 'ready' }), small(), medium()])
    const { of } = await check(rig)
    expect(of('load').outcome).toBe('ok')
    expect(of('eviction')).toMatchObject({ outcome: 'skipped', words: 'mine is loaded, and would have to go for it.' })
    expect(rig.loadedKeys()).toEqual(['built-in/mine'])
  })

  it('nor has to go where it came while the checks loaded theirs', async () => {
    const rig = createDiagnosticsRig([small(), medium(), testModel('mine', { sizeBytes: 900e6 })])
    rig.state.maxLoadedModels = 3
    const run = rig.diagnostics.check(you)
    while (rig.state.calls.filter((call) => call === 'load small').length < 2) await rig.clock.advance(100)
    rig.arrives('mine')
    const { checks } = await rig.finish(run)
    expect(checks.at(-1)).toMatchObject({ outcome: 'skipped', words: 'mine was loaded in between.' })
    expect(rig.loadedKeys()).toEqual(['built-in/mine'])
    expect(rig.diagnostics.loadedLimit()).toBeNull()
  })

  it('may come as soon as room was made: the limit does not last as long as the load', async () => {
    const rig = createDiagnosticsRig([small(), medium()])
    const run = rig.diagnostics.check(you)
    while (rig.state.calls.at(-1) !== 'load medium') await rig.clock.advance(100)
    await rig.clock.advance(0)
    expect(rig.diagnostics.loadedLimit()).toBeNull()
    expect((await rig.finish(run)).checks.at(-1)?.outcome).toBe('ok')
  })

  it('is theirs where they asked a model of the checks something', async () => {
    const rig = createDiagnosticsRig([small(), medium()])
    const run = rig.diagnostics.check(you)
    while (rig.state.calls.at(-1) !== 'load medium') await rig.clock.advance(100)
    await rig.clock.advance(500)
    rig.change(id('medium'), { lastUsedAt: rig.clock.now() })
    await rig.finish(run)
    expect(rig.loadedKeys()).toEqual(['built-in/medium'])
  })

  it('nor are a pinned, an embedding, a far or a too large model tried', async () => {
    const rig = createDiagnosticsRig(
      [
        testModel('pinned', { isPinned: true, sizeBytes: 1 }),
        testModel('embed', { capabilities: ['embedding'], sizeBytes: 2 }),
        testModel('far', { id: id('far', 'far'), sizeBytes: 3 }),
        testModel('down', { id: id('down', 'down'), sizeBytes: 3 }),
        testModel('huge', { sizeBytes: 4 }),
        testModel('right', { sizeBytes: 5 }),
        testModel('unknown', { sizeBytes: null })
      ],
      [testHost('built-in'), testHost('far', { isLocal: false }), testHost('down', { status: 'down' })]
    )
    rig.manners.set('huge', { prediction: { isAllowed: false, verdict: 'does_not_fit' } })
    await check(rig)
    expect(rig.state.calls[0]).toBe('load right')
  })
})

describe('a machine that is ill', () => {
  it('says which step failed, with the reason and what to do, and goes on with what it can', async () => {
    const rig = createDiagnosticsRig([small(), medium()])
    rig.manners.set('small', {
      loadError: new StokerError('out_of_memory', 'There is not enough memory.', 'Unload something.')
    })
    const { of, outcomes } = await check(rig)
    expect(of('load')).toMatchObject({
      outcome: 'failed',
      words: 'small: There is not enough memory.',
      hint: 'Unload something.'
    })
    expect(outcomes.slice(3)).toEqual(['generate skipped', 'unload skipped', 'memory skipped', 'eviction skipped'])
    expect(rig.state.log.at(-1)?.reason).toBe('2 of 7 ok, 1 failed, 4 skipped')
  })

  it('a model that cannot answer is unloaded all the same', async () => {
    const rig = createDiagnosticsRig([small()])
    rig.manners.set('small', { answerError: new StokerError('engine_crashed', 'The engine ended.') })
    const { of } = await check(rig)
    expect(of('generate').outcome).toBe('failed')
    expect(of('memory').outcome).toBe('ok')
  })

  it('memory that was not seen to come back has failed; where nothing could be looked at it is not called seen', async () => {
    const rig = createDiagnosticsRig([small()])
    rig.manners.set('small', {
      unload: { verified: false, bytesReturned: null, evidence: 'its process still holds 3 GB' }
    })
    expect((await check(rig)).of('memory')).toMatchObject({
      outcome: 'failed',
      words: 'Its memory was not seen to come back: its process still holds 3 GB.'
    })
    rig.manners.set('small', { unload: { verified: false, bytesReturned: null, evidence: null } })
    expect((await check(rig)).of('memory').outcome).toBe('warning')
  })

  it('an unload that fails is said, and tried once more at the end', async () => {
    const rig = createDiagnosticsRig([small()])
    rig.manners.set('small', { unloadError: new StokerError('unload_unverified', 'It is still there.') })
    const { of } = await check(rig)
    expect(of('unload')).toMatchObject({ outcome: 'failed', words: 'It is still there.' })
    expect(of('memory').outcome).toBe('skipped')
    expect(of('eviction')).toMatchObject({
      words: 'The model was not unloaded.',
      hint: 'See what “It unloads” found.'
    })
    expect(rig.state.calls.filter((call) => call === 'unload small')).toHaveLength(2)
  })

  it('a model that stays though only one may is not called room made', async () => {
    const rig = createDiagnosticsRig([small(), medium()])
    rig.manners.set('small', { isStubborn: true })
    const { of } = await check(rig)
    expect(of('eviction')).toMatchObject({
      outcome: 'failed',
      words: expect.stringContaining('was not unloaded for medium')
    })
    expect(rig.loadedKeys()).toEqual([])
  })
})

it('a cancel in the middle leaves nothing loaded, nothing written and no limit behind, and is no result', async () => {
  const rig = createDiagnosticsRig([])
  const run = rig.diagnostics.check(you, 'check-0001')
  run.catch(() => {})
  await rig.clock.advance(600)
  expect(rig.state.calls.at(-1)).toBe('load stoker-sample-small')
  rig.operations.cancel('check-0001')
  await rig.clock.advance(0)
  await expect(run).rejects.toMatchObject({ code: 'aborted' })
  expect(rig.state.models).toEqual([])
  expect(rig.diagnostics.loadedLimit()).toBeNull()
  expect(rig.diagnostics.get().checks).toBeNull()
  expect(rig.state.log.at(-1)).toMatchObject({
    kind: 'check_ended',
    actor: 'you',
    reason: 'cancelled after 2 of 7 checks',
    durationMs: 600
  })
})

it('Stoker’s end waits for what the run has to put away: hosts are closed after that', async () => {
  const rig = createDiagnosticsRig([])
  await rig.diagnostics.dispose()
  const run = rig.diagnostics.check(you, 'check-0001')
  run.catch(() => {})
  await rig.clock.advance(600)
  rig.operations.cancelAll()
  const leaving = rig.diagnostics.dispose()
  expect(rig.state.models).toHaveLength(1)
  await leaving
  expect(rig.state.models).toEqual([])
})

describe('a server', () => {
  const down = testHost('ollama', {
    status: 'down',
    error: { code: 'server_down', message: 'Ollama does not answer.', hint: 'Start it.' }
  })
  it('that was configured and is down has failed; a default that was never there is only not there', () => {
    expect(hostFinding(down, true, 5)).toEqual({
      outcome: 'failed',
      words: 'Ollama does not answer.',
      hint: 'Start it.'
    })
    expect(hostFinding(down, false, 5)).toMatchObject({
      outcome: 'skipped',
      words: 'There is no Ollama at http://127.0.0.1:11434.'
    })
  })
  it('that answers says its version and how fast; one that is late is a warning', () => {
    expect(hostFinding(testHost('ollama', { device: null }), true, 12.4).words).toBe(
      'Answers in 12 ms at http://127.0.0.1:11434: version 1.0.'
    )
    expect(hostFinding(testHost('built-in', { version: null, device: null }), true, 0).words).toBe('Answers in 0 ms.')
    expect(hostFinding(testHost('built-in', { version: 'llama.cpp b1' }), true, 0).words).toBe(
      'Answers in 0 ms: llama.cpp b1, CPU.'
    )
    expect(hostFinding({ ...down, status: 'slow' }, true, 5).outcome).toBe('warning')
  })
})

describe('the disks', () => {
  const folders = { models: '/models', data: '/data' }
  const disk = (freeBytes: number, device = 1) => ({ freeBytes, device })
  it.each([
    [50e9, 50e9, 'ok'],
    [9e9, 9e9, 'warning'],
    [0.9e9, 50e9, 'failed'],
    [50e9, 0.9e9, 'failed'],
    [50e9, 5e9, 'ok']
  ])('%d bytes for models and %d for data: %s', (models, data, outcome) => {
    expect(diskFinding({ models: disk(models), data: disk(data, 2) }, folders).outcome).toBe(outcome)
  })
  it('two folders on one disk share what is free', () => {
    expect(diskFinding({ models: disk(50e9), data: disk(50e9) }, folders).words).toBe(
      '50.0 GB free for models and data (/models).'
    )
  })
  it('a folder that is not there yet is asked for by its parent', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'stoker-disk-'))
    const { freeBytes, device } = await readDisk(join(directory, 'models', 'deep'))
    expect(freeBytes).toBeGreaterThan(0)
    expect(device).toBe((await readDisk(directory)).device)
    rmSync(directory, { recursive: true })
  })
})
