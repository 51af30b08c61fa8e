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
