/** Would catch: a Stoker that is killed inside a window, and models that stay on their server for days because nobody releases them. */
import { beforeEach, describe, expect, it } from 'vitest'
import { StokerError } from '../../shared/errors.ts'
import { loadedModel } from '../providers/fakeProvider.ts'
import { createManagerRig, id, you, type ManagerRig } from './managerRig.ts'

const names = ['a', 'b', 'c']
let rig: ManagerRig
beforeEach(async () => {
  rig = await createManagerRig(names, true)
  rig.settings.maxLoadedModels = 3
})

/** As kill -9 leaves it, and a start after it. `kept`: what the schedule keeps at its first look. */
async function killed(kept: Record<string, string> = {}): Promise<void> {
  rig = await createManagerRig(names, true, rig)
  rig.provider.calls.length = 0
  for (const [name, rule] of Object.entries(kept)) rig.kept.set(name, rule)
  rig.manager.scheduleStarted()
  await look()
}

async function look(): Promise<void> {
  await rig.clock.advance(2_000)
  await rig.refresh()
  await rig.settle()
}

/** As the server tells it from now on: it goes in so many seconds; null: never. */
function serverSays(name: string, inSeconds: number | null): void {
  const unloadsAt = inSeconds === null ? null : rig.clock.now() + inSeconds * 1_000
  rig.provider.loaded.set(name, loadedModel(name, { unloadsAt }))
}

const keeps = (): string[] => rig.provider.calls.filter((call) => call.startsWith('keep'))
const loadKept = async (name: string): Promise<void> => {
  rig.kept.set(name, 'Mornings')
  await rig.load(name)
}

describe('a model that was told “for ever” only for a rule', () => {
  it('gets its own time back at the next start where no rule keeps it, once, and that is said', async () => {
    await loadKept('a')
    await killed()
    expect(keeps()).toEqual(['keep a 600'])
    expect(rig.log).toMatchObject([{ kind: 'released', actor: 'schedule', modelId: id('a'), reason: 'Mornings' }])
    await look()
    expect(keeps()).toHaveLength(1)
    await killed()
    expect(keeps()).toEqual([])
  })

  it('is left as it is before the schedule has said what it keeps', async () => {
    await loadKept('a')
    rig = await createManagerRig(names, true, rig)
    await look()
    expect(keeps()).toEqual([])
  })

  it('stays where its window is still open, and gets its time back at the end of that', async () => {
    await loadKept('a')
    await killed({ a: 'Mornings' })
    expect(keeps()).not.toContain('keep a 600')
    rig.kept.delete('a')
    rig.manager.keptChanged([id('a')])
    await rig.settle()
    expect(keeps().at(-1)).toBe('keep a 600')
    await killed()
    expect(keeps()).toEqual([])
  })

  it('is one as well where an answer told it, or a message because another program had loaded it', async () => {
    await rig.load('a')
    rig.kept.set('a', 'Mornings')
    await rig.ask('a')
    serverSays('b', 300)
    rig.kept.set('b', 'Mornings')
    await look()
    serverSays('b', null)
    await killed()
    expect(keeps()).toEqual(['keep a 600', 'keep b 600'])
  })

  it('is written down before its server hears it: a kill may come in between', async () => {
    rig.kept.set('a', 'Mornings')
    void rig.manager.ensureLoaded(id('a'), you)
    await rig.settle()
    expect(rig.provider.loads).toHaveLength(1)
    serverSays('a', null)
    await killed()
    expect(keeps()).toEqual(['keep a 600'])
  })

  it('goes where its own time is 0', async () => {
    await rig.manager.setKeepAlive(id('a'), 0, you)
    await loadKept('a')
    await killed()
    expect(rig.provider.unloads.map(({ name }) => name)).toEqual(['a'])
  })

  it('gets it when its host is back, and again where the host did not take it', async () => {
    await loadKept('a')
    rig = await createManagerRig(names, true, rig)
    rig.manager.hostDown('h')
    rig.manager.scheduleStarted()
    const { setKeepAlive } = rig.provider
    rig.provider.setKeepAlive = async () => {
      throw new StokerError('server_busy', 'Not now.')
    }
    await look()
    expect(rig.log).toEqual([])
    rig.provider.setKeepAlive = setKeepAlive ?? (async () => {})
    rig.provider.calls.length = 0
    await look()
    expect(keeps()).toEqual(['keep a 600'])
  })

  it('gets it, too, where its window ended while its host was away', async () => {
    rig.manager.scheduleStarted()
    await loadKept('a')
    rig.manager.hostDown('h')
    rig.kept.delete('a')
    rig.manager.keptChanged([id('a')])
    await look()
    expect(keeps()).toEqual(['keep a 600'])
  })

  it.each(['load', 'answer'] as const)(
    'gets it, too, where its window ended within the %s that had told it, and the message after it failed',
    async (kind) => {
      rig.manager.scheduleStarted()
      if (kind === 'answer') await rig.load('a')
      rig.kept.set('a', 'Mornings')
      const telling =
        kind === 'load'
          ? rig.manager.ensureLoaded(id('a'), you)
          : rig.manager.generate(id('a'), { ...you, prompt: 'hi' })
      await rig.settle()
      const { setKeepAlive } = rig.provider
      rig.provider.setKeepAlive = async () => {
        throw new StokerError('server_busy', 'Not now.')
      }
      rig.kept.delete('a')
      rig.manager.keptChanged([id('a')])
      await rig.settle()
      rig.provider[kind === 'load' ? 'loads' : 'answers'][0]?.finish()
      await telling
      await rig.settle()
      rig.provider.setKeepAlive = setKeepAlive ?? (async () => {})
      await killed()
      expect(keeps()).toEqual(['keep a 600'])
    }
  )

  it('gets it, too, where an answer from before the rule was out of sight for a while, and ends', async () => {
    rig.manager.scheduleStarted()
    await rig.load('a')
    const answer = rig.manager.generate(id('a'), { ...you, prompt: 'hi' })
    await rig.settle()
    rig.kept.set('a', 'Mornings')
    rig.manager.keptChanged([id('a')])
    await rig.settle()
    rig.manager.hostDown('h')
    rig.kept.delete('a')
    rig.provider.answers[0]?.finish()
    await answer
    rig.provider.calls.length = 0
    await look()
    expect(keeps()).toEqual(['keep a 600'])
  })

  it.each(['taken', 'refused'])(
    'gets it, too, where only a cancelled answer had told it, and the message at the end of its window is %s',
    async (ending) => {
      rig.manager.scheduleStarted()
      await rig.load('a')
      const { setKeepAlive = async () => {} } = rig.provider
      const refuse = async (): Promise<void> => {
        throw new StokerError('server_busy', 'Not now.')
      }
      rig.provider.setKeepAlive = refuse
      rig.kept.set('a', 'Mornings')
      const answer = rig.manager.generate(id('a'), { ...you, prompt: 'hi', operationId: 'answer' })
      answer.catch(() => {})
      await rig.settle()
      rig.operations.cancel('answer')
      await rig.settle()
      serverSays('a', null)
      rig.provider.setKeepAlive = ending === 'taken' ? setKeepAlive : refuse
      rig.kept.delete('a')
      rig.manager.keptChanged([id('a')])
      await rig.settle()
      rig.provider.setKeepAlive = setKeepAlive
      await look()
      expect(keeps()).toEqual(['keep a 600'])
    }
  )

  it('gets it at the next start where another name on its engine had told it, whose load was cancelled', async () => {
    const engines = new Map(names.map((name) => [name, 'same']))
    rig.machine.engines = engines
    await rig.load('b')
    rig.kept.set('a', 'Mornings')
    const loading = rig.manager.ensureLoaded(id('a'), { ...you, operationId: 'load-of-a' })
    loading.catch(() => {})
    await rig.settle()
    rig.operations.cancel('load-of-a')
    await rig.settle()
    serverSays('b', null)
    await killed()
    expect(keeps()).toEqual(['keep b 600'])
  })

  it('is not asked while something of ours runs on it: the answer itself tells the time', async () => {
    await loadKept('a')
    rig = await createManagerRig(names, true, rig)
    rig.provider.calls.length = 0
    await look()
    const answer = rig.manager.generate(id('a'), { ...you, prompt: 'hi' })
    await rig.settle()
    rig.manager.scheduleStarted()
    await look()
    expect(rig.provider.answers[0]?.request.keepAliveSeconds).toBe(600)
    rig.provider.answers[0]?.finish()
    await answer
    await look()
    expect(keeps()).toEqual([])
  })
})

describe('what is not Stoker’s own “for ever” for a rule is left alone', () => {
  it('what a person chose: pinned, or always', async () => {
    await rig.manager.pin(id('a'), true, you)
    await rig.manager.setKeepAlive(id('b'), -1, you)
    await loadKept('a')
    await loadKept('b')
    await killed()
    expect(keeps()).not.toContainEqual(expect.stringMatching(/600/))
    await rig.manager.pin(id('a'), false, you)
    rig.provider.calls.length = 0
    await killed()
    expect(keeps()).toEqual([])
  })

  it('what was pinned after the rule had told it', async () => {
    await loadKept('a')
    await rig.manager.pin(id('a'), true, you)
    await killed()
    expect(keeps()).toEqual([])
    expect(rig.log).toEqual([])
  })

  it('what is not loaded any more, though another program loads it later', async () => {
    await loadKept('a')
    rig.provider.loaded.clear()
    await killed()
    serverSays('a', null)
    await look()
    expect([keeps(), rig.log.map(({ kind }) => kind)]).toEqual([[], ['loaded']])
  })

  it('what a person unloaded within its window, and another program loaded later', async () => {
    rig.manager.scheduleStarted()
    await loadKept('a')
    const unloading = rig.manager.unload(id('a'), you)
    await rig.settle()
    rig.provider.unloads[0]?.finish()
    await unloading
    await look()
    serverSays('a', null)
    await killed()
    expect(keeps()).toEqual([])
  })

  it('what another program has given a time meanwhile', async () => {
    await loadKept('a')
    serverSays('a', 300)
    await killed()
    serverSays('a', null)
    await look()
    expect(keeps()).toEqual([])
  })

  it('what Stoker itself has released, at the end of the window or at its own', async () => {
    await loadKept('a')
    rig.kept.delete('a')
    rig.manager.keptChanged([id('a')])
    await rig.settle()
    await loadKept('b')
    await rig.manager.leave()
    serverSays('a', null)
    serverSays('b', null)
    await killed()
    expect(keeps()).toEqual([])
  })

  it('what lies on the built-in engine, which ends with Stoker', async () => {
    rig = await createManagerRig(names)
    await loadKept('a')
    const facts = rig.database
      .prepare('SELECT count(*) AS count FROM model_facts WHERE kept_for_rule IS NOT NULL')
      .get()
    expect(facts).toEqual({ count: 0 })
  })
})

it('one name of an engine is kept by a rule, another is asked: the time in force is given back once', async () => {
  rig.machine.engines = new Map([
    ['a', 'same'],
    ['b', 'same']
  ])
  await loadKept('a')
  await rig.ask('b')
  const before = rig.machine.engines
  rig = await createManagerRig(names, true, rig)
  rig.machine.engines = before
  rig.provider.calls.length = 0
  rig.manager.scheduleStarted()
  await look()
  await look()
  expect(keeps().slice(0, 1)).toEqual(['keep a 600'])
  expect(keeps().length).toBeLessThanOrEqual(2)
  await look()
  expect(keeps().length).toBeLessThanOrEqual(2)
})
