// Who waits for whom: Stoker's own questions may delay a person's load, never refuse it; one load that waits must not hold up all others.
import { expect, it } from 'vitest'
import { createManagerRig, id, you } from './managerRig.ts'
import { createMemoryRig } from './memoryRig.ts'

const diagnostics = { actor: 'diagnostics' as const, reason: 'for the test bench' }
const ofNobody = { ...diagnostics, prompt: 'hi', isWarmup: true }

it('a person’s load waits for an answer of the bench, then goes on: its model is idle by then', async () => {
  const rig = await createManagerRig(['a', 'b'])
  rig.settings.maxLoadedModels = 1
  await rig.load('a')
  const bench = rig.manager.generate(id('a'), ofNobody)
  await rig.settle()
  const mine = rig.manager.ensureLoaded(id('b'), you)
  let isOver = false
  void mine.finally(() => (isOver = true)).catch(() => {})
  await rig.clock.advance(60_000)
  expect(isOver).toBe(false)
  rig.provider.answers[0]?.finish()
  await bench
  await rig.settle()
  rig.provider.unloads[0]?.finish()
  await rig.settle()
  rig.provider.loads[0]?.finish()
  await mine
  expect([rig.state('a'), rig.state('b')]).toEqual(['unloaded', 'ready'])
})

it('so it does where the bytes are short, and when the bench is cancelled meanwhile', async () => {
  const rig = await createMemoryRig()
  await rig.load('c')
  const bench = rig.manager.generate(id('c'), { ...ofNobody, operationId: 'bench-answer' })
  bench.catch(() => {})
  await rig.settle()
  const mine = rig.manager.ensureLoaded(id('b'), you)
  mine.catch(() => {})
  await rig.settle()
  rig.operations.cancel('bench-answer')
  await rig.finishAll()
  await mine
  expect(rig.states()).toBe('a unloaded, b ready, c unloaded, big unloaded')
})

it('what a person asks is still nobody’s to wait for: beside it the load is refused at once', async () => {
  const rig = await createManagerRig(['a', 'b'])
  rig.settings.maxLoadedModels = 1
  await rig.load('a')
  const answers = [rig.manager.generate(id('a'), ofNobody), rig.manager.generate(id('a'), { ...you, prompt: 'long' })]
  await rig.settle()
  await expect(rig.manager.ensureLoaded(id('b'), you)).rejects.toMatchObject({ code: 'limit_reached' })
  for (const answer of [...rig.provider.answers]) answer.finish()
  await Promise.all(answers)
})

it('an answer of the bench on a pinned model is not waited for: it would not go then either', async () => {
  const rig = await createManagerRig(['a', 'b'])
  rig.settings.maxLoadedModels = 1
  await rig.load('a')
  await rig.manager.pin(id('a'), true, you)
  const bench = rig.manager.generate(id('a'), ofNobody)
  await rig.settle()
  await expect(rig.manager.ensureLoaded(id('b'), you)).rejects.toMatchObject({ code: 'limit_reached' })
  rig.provider.answers[0]?.finish()
  await bench
})

/** c answers somebody, and is to go after it: whoever needs its room waits. */
async function withOneLeaving(weights: Record<string, number>) {
  const rig = await createMemoryRig(weights)
  const { answering } = await rig.loadAndAsk('c')
  const leaving = rig.manager.unload(id('c'), you)
  await rig.settle()
  /** It has answered, and is gone. */
  async function letGo(): Promise<void> {
    rig.provider.answers[0]?.finish()
    await rig.settle()
    rig.provider.unloads[0]?.finish()
    await rig.settle()
  }
  const loading = (): string[] => rig.provider.loads.map(({ name }) => name)
  return { rig, loading, letGo, over: Promise.all([answering, leaving]) }
}

it('a load that fits right now, and beside the one that waits, is not held up by it; nobody has to go for that', async () => {
  const { rig, loading, over } = await withOneLeaving({ a: 4, b: 5, c: 6, remote: 1 })
  const [b, a] = [rig.manager.ensureLoaded(id('b'), you), rig.manager.ensureLoaded(id('a'), you)]
  await rig.settle()
  expect(loading()).toEqual(['a'])
  rig.provider.loads[0]?.finish()
  await a
  expect([rig.state('a'), rig.state('b'), rig.state('c')]).toEqual(['ready', 'loading', 'unloading'])
  rig.provider.answers[0]?.finish()
  await rig.finishAll()
  await Promise.all([b, over])
  expect([rig.state('a'), rig.state('b'), rig.state('c')]).toEqual(['ready', 'ready', 'unloaded'])
})

it('one that would take the room which the first one waits for stays behind it', async () => {
  const { rig, loading, letGo, over } = await withOneLeaving({ a: 4, b: 7, c: 6 })
  const [b, a] = [rig.manager.ensureLoaded(id('b'), you), rig.manager.ensureLoaded(id('a'), you)]
  await rig.settle()
  expect(loading()).toEqual([])
  await letGo()
  expect(loading()).toEqual(['b'])
  await rig.finishAll()
  await Promise.all([a, b, over])
})

it('nor do two that each leave it room enough, and together do not', async () => {
  const { rig, loading, letGo, over } = await withOneLeaving({ c: 4, first: 7, p: 3, q: 3 })
  const waiting = ['first', 'p', 'q'].map((name) => rig.manager.ensureLoaded(id(name), you))
  await rig.settle()
  expect(loading()).toEqual(['p'])
  rig.provider.loads[0]?.finish()
  await rig.settle()
  expect(loading()).toEqual([])
  await letGo()
  expect(loading()).toEqual(['first'])
  await rig.finishAll()
  await Promise.all([...waiting, over])
})

it('nor one that would take it from somebody else who came before it: that one would be refused in its turn', async () => {
  const { rig, loading, over } = await withOneLeaving({ c: 6, first: 8, second: 10, late: 1 })
  const ask = (name: string) => rig.manager.ensureLoaded(id(name), you)
  const waiting = [ask('first'), ask('second')]
  await rig.settle()
  const late = rig.manager.generate(id('late'), { ...you, prompt: 'hi' })
  await rig.settle()
  expect(loading()).toEqual([])
  rig.provider.answers[0]?.finish()
  await rig.finishAll()
  await Promise.all([...waiting, over])
  rig.provider.answers[0]?.finish()
  await late
  expect(rig.provider.calls.filter((call) => call.startsWith('load'))).toEqual([
    'load c',
    'load first',
    'load second',
    'load late'
  ])
})

it('one of whose need nothing is known does not pass, and one that is cancelled in the line is not let in', async () => {
  const { rig, loading, over } = await withOneLeaving({ a: 4, b: 5, c: 6, odd: 1 })
  rig.machine.needs.delete('odd')
  const b = rig.manager.ensureLoaded(id('b'), you)
  await rig.settle()
  const odd = rig.manager.ensureLoaded(id('odd'), you)
  const a = rig.manager.ensureLoaded(id('a'), { ...you, operationId: 'load-of-a' })
  a.catch(() => {})
  rig.operations.cancel('load-of-a')
  await rig.settle()
  expect(loading()).toEqual([])
  await expect(a).rejects.toMatchObject({ code: 'aborted' })
  rig.provider.answers[0]?.finish()
  await rig.finishAll()
  await Promise.all([b, odd, over])
})
