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
