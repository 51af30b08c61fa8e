/** Whatever happens in whatever order, with a kill at any moment: what only a rule or a run kept for ever is not for ever in the end. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { StokerError } from '../../shared/errors.ts'
import { loadedModel } from '../providers/fakeProvider.ts'
import { createManagerRig, id, you, type ManagerRig } from './managerRig.ts'

const names = ['a', 'b']
const name = fc.constantFrom(...names)
const isOn = fc.boolean()
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('load' as const), name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const), name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unload' as const), name }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('keep' as const),
      name,
      isOn,
      by: fc.constantFrom('rule' as const, 'run' as const)
    })
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pin' as const), name, isOn }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('always' as const), name, isOn }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), at: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('down' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const), isOn }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('look' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('finish' as const), what: fc.constantFrom('loads', 'answers', 'unloads') })
  }
)
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

/** A server that takes what it is told with every request as Ollama does, and may refuse the message of its own. */
async function createWorld() {
  const seconds = new Map<string, number>()
  const world = { rig: await start(null), isRefusing: false }
  world.rig.manager.scheduleStarted()

  async function start(before: ManagerRig | null): Promise<ManagerRig> {
    const rig = await createManagerRig(names, true, before)
    rig.settings.maxLoadedModels = 2
    return rig
  }
  const { provider } = world.rig
  const { load, generate, listLoaded } = provider
  provider.load = (one, request, signal) => {
    seconds.set(one, request.keepAliveSeconds)
    return load(one, request, signal)
  }
  provider.generate = (one, request, signal) => {
    seconds.set(one, request.keepAliveSeconds)
    return generate(one, request, signal)
  }
  provider.setKeepAlive = async (one, told) => {
    if (world.isRefusing) throw new StokerError('server_busy', 'Not now.')
    seconds.set(one, told)
  }
  provider.listLoaded = async (signal) =>
    (await listLoaded(signal)).map((model) => {
      const told = seconds.get(model.name) ?? 300
      return { ...model, unloadsAt: told < 0 ? null : world.rig.clock.now() + told * 1_000 }
    })

  async function look(): Promise<void> {
    await world.rig.clock.advance(2_000)
    await world.rig.refresh()
    await world.rig.settle()
  }

  /** The killed one never hears of anything again; the server ends what it was asked all the same. */
  async function kill(): Promise<void> {
    const killed = world.rig.provider
    const provider = { ...killed }
    const never = (): Promise<never> => new Promise(() => {})
    Object.assign(killed, { load: never, generate: never, unload: never, setKeepAlive: never, listLoaded: never })
    for (const one of provider.loads) provider.loaded.set(one.name, loadedModel(one.name))
    for (const one of provider.unloads) provider.loaded.delete(one.name)
    for (const list of [provider.loads, provider.answers, provider.unloads]) list.length = 0
    world.rig.provider = provider
    const kept = world.rig.kept
    world.rig = await start(world.rig)
    // A run that was killed goes on only when somebody says so.
    for (const [one, rule] of kept) world.rig.kept.set(one, rule)
    world.rig.manager.scheduleStarted()
    await look()
  }

  async function take(one: Step): Promise<void> {
    const { rig } = world
    const { manager } = rig
    const quiet = (work: Promise<unknown>): void => void work.catch(() => {})
    if (one.do === 'load') quiet(manager.ensureLoaded(id(one.name), you))
    if (one.do === 'ask') quiet(manager.generate(id(one.name), { ...you, prompt: 'hi' }))
    if (one.do === 'unload') quiet(manager.unload(id(one.name), you))
    if (one.do === 'pin') quiet(manager.pin(id(one.name), one.isOn, you))
    if (one.do === 'always') quiet(manager.setKeepAlive(id(one.name), one.isOn ? -1 : 900, you))
    if (one.do === 'cancel') rig.operations.cancel(rig.operations.list()[one.at]?.id ?? '')
    if (one.do === 'down') manager.hostDown('h')
    if (one.do === 'refuse') world.isRefusing = one.isOn
    if (one.do === 'look') await look()
    if (one.do === 'kill') await kill()
    if (one.do === 'finish') provider[one.what as 'loads' | 'answers' | 'unloads'][0]?.finish()
    if (one.do === 'leave') {
      await manager.leave()
      await kill()
    }
    if (one.do === 'keep') {
      const kept = one.by === 'rule' ? rig.kept : rig.keptByRun
      if (one.isOn) kept.set(one.name, 'Mornings')
      else kept.delete(one.name)
      manager.keptChanged([id(one.name)], one.by)
    }
    await rig.settle()
  }

  async function end(): Promise<void> {
    for (let turn = 0; turn < 12; turn++) {
      for (const list of [provider.loads, provider.answers, provider.unloads]) list[0]?.finish()
      await world.rig.settle()
    }
    for (const by of ['rule', 'run'] as const)
      for (const one of names) await take({ do: 'keep', name: one, isOn: false, by })
    world.isRefusing = false
    await look()
    await look()
  }

  const forEver = () => [...provider.loaded.keys()].filter((one) => (seconds.get(one) ?? 0) < 0)
  return { take, end, kill, forEver }
}

it('200 random stories', { timeout: 100_000 }, async () => {
  let owed = 0
  const stories = fc.array(step, { minLength: 3, maxLength: 25, size: 'max' })
  await fc.assert(
    fc.asyncProperty(stories, fc.boolean(), async (steps, isKilled) => {
      const { take, end, kill, forEver } = await createWorld()
      for (const one of steps) await take(one)
      owed += forEver().length
      if (isKilled) await kill()
      await end()
      // What a person chose stays, though it may have been chosen otherwise while the host did not hear.
      const isChosen = steps.some((one) => (one.do === 'pin' || one.do === 'always') && one.isOn)
      expect(isChosen ? [] : forEver()).toEqual([])
    }),
    { numRuns: 200 }
  )
  expect(owed).toBeGreaterThan(20)
})
