/** Whatever is asked in whatever order: the budget is kept, no answer loses its model, and everyone is told in the end. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { id, you } from './managerRig.ts'
import { createMemoryRig, gigabyte, type MemoryRig } from './memoryRig.ts'

const names = ['a', 'b', 'c', 'big'] as const
const name = fc.constantFrom(...names)
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('load' as const), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reload' as const), name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('bench' as const), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unload' as const), name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pin' as const), name, isPinned: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), at: fc.nat(9) }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('finish' as const), what: fc.constantFrom('loads', 'unloads', 'answers') })
  },
  { weight: 3, arbitrary: fc.constant({ do: 'settle' as const }) }
)
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

function take(rig: MemoryRig, asked: Promise<unknown>[], one: Step): void {
  const { manager, provider, operations } = rig
  if (one.do === 'load') asked.push(manager.ensureLoaded(id(one.name), you))
  if (one.do === 'reload') asked.push(manager.ensureLoaded(id(one.name), { ...you, contextLength: 4_096 }))
  if (one.do === 'ask') asked.push(manager.generate(id(one.name), { ...you, prompt: 'hi' }))
  if (one.do === 'bench')
    asked.push(manager.generate(id(one.name), { actor: 'diagnostics', reason: null, prompt: 'hi', isWarmup: true }))
  if (one.do === 'unload') asked.push(manager.unload(id(one.name), you))
  if (one.do === 'pin') asked.push(manager.pin(id(one.name), one.isPinned, you))
  if (one.do === 'lose' && provider.loaded.has(one.name)) provider.lose(one.name)
  if (one.do === 'cancel') operations.cancel(operations.list()[one.at]?.id ?? '')
  if (one.do === 'finish') provider[one.what as 'loads' | 'unloads' | 'answers'][0]?.finish()
}

/** Loaded, or on the way there: what could be in memory at this moment. */
function inMemory({ provider }: MemoryRig): Set<string> {
  return new Set([...provider.loaded.keys(), ...provider.loads.map((load) => load.name)])
}

it('200 random stories', { timeout: 100_000 }, async () => {
  let loads = 0
  let evictions = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }),
      fc.integer({ min: 1, max: 3 }),
      async (steps, limit) => {
        const rig = await createMemoryRig()
        rig.settings.maxLoadedModels = limit
        const asked: Promise<unknown>[] = []
        const check = (): void => {
          const held = [...inMemory(rig)].reduce((sum, one) => sum + (rig.machine.needs.get(one)?.weightsBytes ?? 0), 0)
          expect(held).toBeLessThanOrEqual(10 * gigabyte)
          expect(inMemory(rig).size).toBeLessThanOrEqual(limit)
          for (const answer of rig.provider.answers) {
            expect(rig.provider.unloads.map((unload) => unload.name)).not.toContain(answer.name)
          }
        }
        for (const one of steps) {
          take(rig, asked, one)
          for (const promise of asked) promise.catch(() => {})
          if (one.do === 'settle' || one.do === 'finish') await rig.settle()
          check()
        }
        let isOver = false
        const over = Promise.allSettled(asked).then(() => (isOver = true))
        for (let turn = 0; turn < 200 && !(isOver && rig.operations.list().length === 0); turn++) {
          await rig.settle()
          check()
          rig.provider.answers[0]?.finish()
          rig.provider.unloads[0]?.finish()
          rig.provider.loads[0]?.finish()
        }
        expect(
          isOver,
          `never ended: ${JSON.stringify(rig.operations.list().map(({ kind, modelId }) => [kind, modelId?.name]))}`
        ).toBe(true)
        await over
        expect(rig.operations.list()).toEqual([])
        for (const { state } of rig.manager.list()) expect(['unloaded', 'ready', 'failed']).toContain(state)
        loads += rig.provider.calls.filter((call) => call.startsWith('load')).length
        evictions += rig.log.filter(
          ({ kind, actor }) => kind === 'unloaded' && (actor === 'budget' || actor === 'limit')
        ).length
      }
    ),
    { numRuns: 200 }
  )
  expect(loads).toBeGreaterThan(400)
  expect(evictions).toBeGreaterThan(40)
})

const gigabytes = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max })
/** Who is there already: still answers and is to go then, still loads, may go, or is pinned. */
const story = fc.record({
  before: fc.array(
    fc.record({ size: gigabytes(6), is: fc.constantFrom('leaving', 'leaving', 'loading', 'idle', 'pinned') }),
    { minLength: 1, maxLength: 3 }
  ),
  first: gigabytes(9),
  later: fc.array(fc.record({ size: gigabytes(3), isAsked: fc.boolean() }), { minLength: 2, maxLength: 5 }),
  limit: fc.integer({ min: 2, max: 8 })
})

it('whoever waits for room gets it however many pass, though some of them answer for ever', async () => {
  let waited = 0
  let passed = 0
  await fc.assert(
    fc.asyncProperty(story, async ({ before, first, later, limit }) => {
      fc.pre(before.length <= limit && before.reduce((sum, { size }) => sum + size, 0) <= 10)
      const pinned = before.filter(({ is }) => is === 'pinned')
      // Else there is no room that it could wait for.
      fc.pre(pinned.length < limit && pinned.reduce((sum, { size }) => sum + size, first) <= 10)
      const sizes = new Map([['first', first]])
      before.forEach(({ size }, at) => sizes.set(`before-${at}`, size))
      later.forEach(({ size }, at) => sizes.set(`later-${at}`, size))
      const rig = await createMemoryRig(Object.fromEntries(sizes))
      const { manager, provider } = rig
      rig.settings.maxLoadedModels = limit
      const loading = (name: string) => provider.loads.find((load) => load.name.startsWith(name))
      let isRefused = false
      const ask = (name: string): unknown =>
        manager.generate(id(name), { ...you, prompt: 'hi' }).catch(() => (isRefused ||= name === 'first'))
      const load = (name: string): unknown =>
        manager.ensureLoaded(id(name), you).catch(() => (isRefused ||= name === 'first'))

      for (const [at, { is }] of before.entries()) {
        const name = `before-${at}`
        load(name)
        await rig.settle()
        if (is !== 'loading') loading(name)?.finish()
        await rig.settle()
        if (is === 'pinned') await manager.pin(id(name), true, you)
        if (is !== 'leaving') continue
        ask(name)
        await rig.settle()
        manager.unload(id(name), you).catch(() => {})
      }
      load('first')
      await rig.settle()
      for (let turn = 0; turn < 4; turn++) {
        provider.unloads[0]?.finish()
        await rig.settle()
      }
      if (isRefused || loading('first')) return
      waited += 1
      const letAllPass = async (): Promise<void> => {
        for (let one = loading('later'); one && !loading('first'); one = loading('later')) {
          const held = [...inMemory(rig)].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0)
          expect(held).toBeLessThanOrEqual(10)
          expect(inMemory(rig).size).toBeLessThanOrEqual(limit)
          passed += 1
          one.finish()
          await rig.settle()
        }
      }
      for (const [at, { isAsked }] of later.entries()) {
        if (isAsked) ask(`later-${at}`)
        else load(`later-${at}`)
        await rig.settle()
        await letAllPass()
      }
      for (let turn = 0; turn < 10 && !loading('first'); turn++) {
        provider.answers.find(({ name }) => name.startsWith('before'))?.finish()
        loading('before')?.finish()
        await rig.settle()
        provider.unloads[0]?.finish()
        await rig.settle()
        await letAllPass()
      }
      expect([isRefused, loading('first')?.name]).toEqual([false, 'first'])
    }),
    { numRuns: 200 }
  )
  expect(waited).toBeGreaterThan(20)
  expect(passed).toBeGreaterThan(20)
})
