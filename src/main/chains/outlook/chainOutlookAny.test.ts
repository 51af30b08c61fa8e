import fc from 'fast-check'
import { expect, it } from 'vitest'
import { testChain, testStep } from '../../../shared/chainRig.ts'
import type { ModelId } from '../../../shared/model.ts'
import { createOutlookRig, gigabyte, wishOf } from './outlookRig.ts'
import { planRun } from '../planner.ts'

const names = ['a', 'b', 'c', 'd']
const gigabytes = fc.integer({ min: 0, max: 20 }).map((count) => count * gigabyte)
const model = fc.record({
  weights: fc.option(gigabytes, { freq: 6 }),
  per1000: fc.integer({ min: 0, max: 500 }).map((count) => count * 1e6),
  maxContextLength: fc.option(fc.integer({ min: 512, max: 200_000 })),
  place: fc.constantFrom('ollama', 'built-in', 'far')
})
const resident = fc.record({
  heldBytes: fc.option(gigabytes, { freq: 6 }),
  contextLength: fc.option(fc.integer({ min: 256, max: 100_000 })),
  isPinned: fc.boolean(),
  isBusy: fc.boolean(),
  isThere: fc.boolean(),
  isKept: fc.boolean()
})
const world = fc.record({
  models: fc.tuple(model, model, model, model),
  residents: fc.tuple(resident, resident, resident, resident),
  steps: fc.array(fc.record({ model: fc.nat(2), contextLength: fc.option(fc.integer({ min: 64, max: 150_000 })) }), {
    minLength: 1,
    maxLength: 4
  }),
  budget: fc.option(gigabytes, { freq: 6 }),
  beside: fc.option(gigabytes),
  maxLoadedModels: fc.integer({ min: 1, max: 4 }),
  localTokenLimit: fc.nat(40_000)
})

// Whatever is loaded, pinned and wished for: the planner is never told what is not so, and what it plans stays within the budget.
it('any chain in any world: windows within every limit, a plan within the budget or the reason why not', async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ models, residents, steps, budget, beside, ...limits }) => {
      const rig = createOutlookRig()
      rig.settings = { ...rig.settings, ...limits }
      rig.room = { budgetBytes: budget, besideBytes: beside, hasCards: beside !== null }
      const ids = models.map(({ weights, per1000, maxContextLength, place }, index): ModelId =>
        rig.add(names[index]!, { weightsBytes: weights, per1000Bytes: per1000, maxContextLength }, place)
      )
      for (const [index, { isThere, isKept, ...change }] of residents.entries()) {
        if (isThere) rig.load(ids[index]!, change)
        if (isKept) rig.keptByRule.add(`${ids[index]!.hostId}/${ids[index]!.name}`)
      }
      const chain = testChain(
        steps.map((step, place) =>
          testStep(`s${place}`, place === 0 ? '{{input}}' : `{{steps.s${place - 1}}}`, {
            model: ids[step.model]!,
            contextLength: step.contextLength
          })
        )
      )
      const outlook = await rig.outlook(wishOf(chain), new AbortController().signal)
      const { problem, setups, problems } = outlook
      const isBlocked = problems.some(({ isBlocking }) => isBlocking)
      expect([problem === null, setups === null]).toEqual([isBlocked, isBlocked])

      for (const [place, seen] of outlook.steps.entries()) {
        const step = chain.steps[place]!
        const asked = models[steps[place]!.model]!
        if (seen.windowTokens === null) continue
        if (step.contextLength !== null) expect(seen.windowTokens).toBeLessThanOrEqual(step.contextLength)
        if (asked.maxContextLength !== null && (asked.place !== 'far' || step.contextLength !== null)) {
          expect(seen.windowTokens).toBeLessThanOrEqual(asked.maxContextLength)
        }
        const loaded = setups?.get(step.id)?.contextLength ?? null
        if (setups !== null && loaded !== null) expect(seen.windowTokens).toBeLessThanOrEqual(loaded)
      }
      if (problem === null) return

      expect(problem.models).toHaveLength(outlook.models.length)
      for (const { pool, mustStay, isResident } of problem.models) {
        if (mustStay) expect(isResident).toBe(true)
        if (pool !== null) expect(pool).toBeLessThan(problem.pools.length)
      }
      const answer = planRun(problem)
      if (answer.kind === 'stuck') return
      for (const [pool, most] of problem.pools.entries()) {
        if (most === null) continue
        const inPool = problem.models.filter((each) => each.pool === pool)
        const before = inPool.reduce((sum, each) => sum + (each.isResident ? (each.needBytes ?? 0) : 0), 0)
        const loaded = new Set(problem.models.flatMap((each, place) => (each.isResident ? [place] : [])))
        for (const action of answer.solution.actions) {
          if (action.kind === 'load') loaded.add(action.model)
          if (action.kind === 'unload') loaded.delete(action.model)
          const held = inPool.reduce(
            (sum, each) => sum + (loaded.has(problem.models.indexOf(each)) ? (each.needBytes ?? 0) : 0),
            0
          )
          expect(held).toBeLessThanOrEqual(Math.max(most, before))
        }
      }
    }),
    { numRuns: 400 }
  )
})
