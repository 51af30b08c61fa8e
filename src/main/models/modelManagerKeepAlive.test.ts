/** What other programs make of a keep-alive on a server that keeps time itself, and what becomes of it. */
import { beforeEach, describe, expect, it } from 'vitest'
import { StokerError } from '../../shared/errors.ts'
import { loadedModel } from '../providers/fakeProvider.ts'
import { createManagerRig, id, you, type ManagerRig } from './managerRig.ts'

let rig: ManagerRig
beforeEach(async () => {
  rig = await createManagerRig(['a', 'b'], true)
})

/** As the server tells it from now on: it goes in so many seconds; null: never. */
function serverSays(name: string, inSeconds: number | null): void {
  const unloadsAt = inSeconds === null ? null : rig.clock.now() + inSeconds * 1_000
  rig.provider.loaded.set(name, loadedModel(name, { unloadsAt }))
}

/** Two seconds pass, and the host is asked. */
async function look(): Promise<void> {
  await rig.clock.advance(2_000)
  await rig.refresh()
  await rig.settle()
}

/** In memory for ever, as Stoker told the server. */
async function pinned(): Promise<void> {
  await rig.manager.pin(id('a'), true, you)
  await rig.load('a')
  await look()
}

const kinds = (): string[] => rig.log.map(({ kind }) => kind).filter((kind) => kind.startsWith('keep_alive'))
const keeps = (): string[] => rig.provider.calls.filter((call) => call.startsWith('keep'))
const override = (): unknown => rig.manager.get(id('a')).keepAliveOverride

describe('another program’s keep-alive', () => {
  it('is shown and said once, and cleared when the model goes', async () => {
    await pinned()
    serverSays('a', 300)
    await look()
    await look()
    expect(override()).toEqual({ seconds: 300, noticedAt: rig.clock.now() - 2_000 })
    expect(kinds()).toEqual(['keep_alive_changed'])
    expect(rig.log.at(-1)).toMatchObject({ actor: 'other_program', reason: 'now 5 min, was for ever' })
    expect(keeps()).toEqual([])
    rig.provider.loaded.clear()
    await look()
    expect(override()).toBeNull()
  })

  it('is set right once for a pinned model that another program has loaded, and watched from then on', async () => {
    await rig.manager.pin(id('a'), true, you)
    serverSays('a', 300)
    await look()
    serverSays('a', null)
    await look()
    serverSays('a', 300)
    await look()
    expect(keeps()).toEqual(['keep a -1'])
    expect(kinds()).toEqual(['keep_alive_changed'])
  })

  it('is none of Stoker’s: a model that it never told anything is not watched', async () => {
    serverSays('a', 300)
    await look()
    await rig.manager.pin(id('b'), true, you)
    serverSays('a', 60)
    await look()
    expect([override(), kinds()]).toEqual([null, []])
  })

  it('may put back itself what Stoker told: then nothing is overridden any more', async () => {
    await pinned()
    serverSays('a', 300)
    await look()
    serverSays('a', null)
    await look()
    expect(override()).toBeNull()
    expect(rig.log.at(-1)?.reason).toBe('now for ever, was 5 min')
  })

  it('is not concluded from our own answers, nor while one runs, nor from a list that was asked for before one ended', async () => {
    await rig.manager.pin(id('a'), false, you)
    await rig.load('a')
    serverSays('a', 600)
    await look()
    const answer = rig.manager.generate(id('a'), { ...you, prompt: 'hi' })
    await rig.settle()
    serverSays('a', null)
    await look()
    const listed = Promise.withResolvers<void>()
    const { listLoaded } = rig.provider
    rig.provider.listLoaded = async (signal) => {
      const early = await listLoaded(signal)
      await listed.promise
      return early
    }
    const looking = look()
    await rig.settle()
    rig.provider.answers[0]?.finish()
    await answer
    await rig.clock.advance(1_000)
    listed.resolve()
    await looking
    rig.provider.listLoaded = listLoaded
    serverSays('a', 599)
    await look()
    expect(kinds()).toEqual([])
  })

  it('is not concluded from a model that is going', async () => {
    await pinned()
    rig.provider.loaded.set('a', loadedModel('a', { unloadsAt: rig.clock.now() - 1, isStopping: true }))
    await look()
    expect(kinds()).toEqual([])
  })

  it('is not concluded where the server was never reached by what Stoker wanted to tell', async () => {
    await rig.load('a')
    serverSays('a', 600)
    await look()
    rig.provider.setKeepAlive = async () => {
      throw new StokerError('server_down', 'Not there.')
    }
    await expect(rig.manager.pin(id('a'), true, you)).rejects.toMatchObject({ code: 'server_down' })
    await look()
    expect(kinds()).toEqual([])
    // Nor is it taken for told: the next occasion tells it again.
    let told: number | null = null
    rig.provider.setKeepAlive = async (_, seconds) => void (told = seconds)
    rig.manager.settingsChanged()
    await rig.settle()
    expect(told).toBe(-1)
  })

  it('is not concluded where the server took what Stoker was told had failed', async () => {
    await rig.load('a')
    serverSays('a', 600)
    await look()
    rig.provider.setKeepAlive = async () => {
      throw new StokerError('timed_out', 'No answer.')
    }
    await expect(rig.manager.pin(id('a'), true, you)).rejects.toMatchObject({ code: 'timed_out' })
    serverSays('a', null)
    await look()
    expect(kinds()).toEqual([])
  })

  it('is not concluded where a failed answer may not have told it', async () => {
    serverSays('a', 300)
    await look()
    rig.kept.set('a', 'Mornings')
    const failing = expect(rig.manager.generate(id('a'), { ...you, prompt: 'hi' })).rejects.toBeDefined()
    await rig.settle()
    rig.provider.answers[0]?.fail(new StokerError('server_down', 'Not there.'))
    await failing
    await look()
    expect(kinds()).toEqual([])
  })

  it('is not another program’s where another name of ours on the same engine was told it', async () => {
    rig.machine.engines = new Map([
      ['a', 'same'],
      ['b', 'same']
    ])
    await rig.load('a')
    serverSays('a', 600)
    await look()
    await rig.manager.setKeepAlive(id('b'), 3_600, you)
    await rig.load('b')
    serverSays('a', 3_600)
    serverSays('b', 3_600)
    await look()
    await look()
    expect(kinds()).toEqual([])
  })
})

describe('putting it back', () => {
  beforeEach(() => {
    rig.settings.keepAliveReaction = 'restore'
  })

  it('happens by itself where the person wants that, at most once in five minutes', async () => {
    await pinned()
    serverSays('a', 300)
    await look()
    expect(keeps()).toEqual(['keep a -1'])
    expect(kinds()).toEqual(['keep_alive_changed', 'keep_alive_restored'])
    expect(rig.log.at(-1)).toMatchObject({
      actor: 'stoker',
      reason: 'for ever again; another program had set 5 min'
    })
    expect(override()).toBeNull()
    serverSays('a', null)
    await look()
    for (let again = 0; again < 3; again++) {
      serverSays('a', 300)
      await look()
    }
    expect(keeps()).toEqual(['keep a -1'])
    expect(override()).toMatchObject({ seconds: 300 })
    await rig.clock.advance(300_000)
    serverSays('a', 300)
    await look()
    expect(keeps()).toEqual(['keep a -1', 'keep a -1'])
  })

  it('is tried again after five minutes where it failed, and not said to be done before', async () => {
    await pinned()
    const { setKeepAlive } = rig.provider
    rig.provider.setKeepAlive = async () => {
      throw new StokerError('server_down', 'Not there.')
    }
    serverSays('a', 300)
    await look()
    rig.provider.setKeepAlive = setKeepAlive ?? (async () => {})
    await look()
    expect(kinds()).toEqual(['keep_alive_changed'])
    expect(override()).toMatchObject({ seconds: 300 })
    await rig.clock.advance(300_000)
    serverSays('a', 300)
    await look()
    expect(kinds()).toEqual(['keep_alive_changed', 'keep_alive_restored'])
  })

  it('is done by a person who chooses a time, the same again included', async () => {
    rig.settings.keepAliveReaction = 'tell'
    await pinned()
    serverSays('a', 300)
    await look()
    await rig.manager.setKeepAlive(id('a'), -1, you)
    expect(keeps()).toEqual(['keep a -1'])
    expect(override()).toBeNull()
    serverSays('a', null)
    await look()
    expect(kinds()).toEqual(['keep_alive_changed'])
  })

  it('by an answer of ours that was cancelled is not called another program’s doing', async () => {
    rig.settings.keepAliveReaction = 'tell'
    await pinned()
    serverSays('a', 300)
    await look()
    const answer = rig.manager.generate(id('a'), { ...you, prompt: 'hi', operationId: 'an-answer' })
    await rig.settle()
    rig.operations.cancel('an-answer')
    await expect(answer).rejects.toMatchObject({ code: 'aborted' })
    expect(override()).toMatchObject({ seconds: 300 })
    serverSays('a', null)
    await look()
    expect(override()).toBeNull()
    expect(kinds()).toEqual(['keep_alive_changed'])
  })

  it('is done by the next answer, which carries Stoker’s own time', async () => {
    rig.settings.keepAliveReaction = 'tell'
    await pinned()
    serverSays('a', 300)
    await look()
    const answer = rig.manager.generate(id('a'), { ...you, prompt: 'hi' })
    await rig.settle()
    rig.provider.answers[0]?.finish()
    await answer
    expect(override()).toBeNull()
  })
})
