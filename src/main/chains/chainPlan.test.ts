import { expect, it } from 'vitest'
import { testChain, testStep } from '../../shared/chainRig.ts'
import { planSchema } from '../../shared/plan.ts'
import { planChain } from './chainPlan.ts'
import { createOutlookRig, gigabyte } from './outlook/outlookRig.ts'

const never = new AbortController().signal
const wish = { order: 'fewest_loads', autoUnload: true, itemCount: 30, inputLetters: null, columns: null } as const

function rigWithTwo() {
  const rig = createOutlookRig()
  const measured = { usualLoadMs: 4_000, promptTokensPerSecond: 500 }
  const a = rig.add('a', { weightsBytes: 7 * gigabyte, measured: { ...measured, tokensPerSecond: 40 } })
  const b = rig.add('b', { weightsBytes: 8 * gigabyte, measured: { ...measured, tokensPerSecond: 20 } })
  const chain = testChain([
    testStep('Draft', '{{input}}', { model: a }),
    testStep('Judge', '{{steps.Draft}}', { model: b }),
    testStep('Final', '{{steps.Judge}}', { model: a })
  ])
  return { rig, chain, a, b }
}

it('A B A on a machine that holds one: three loads for thirty items, never over the budget', async () => {
  const { rig, chain } = rigWithTwo()
  const { plan, problems, steps } = await planChain(rig.outlook, { ...wish, chain }, never)
  expect(problems).toEqual([])
  expect(steps.map(({ windowTokens }) => windowTokens)).toEqual([4_096, 4_096, 4_096])
  expect(planSchema.parse(plan)).toMatchObject({
    loads: 3,
    naiveLoads: 90,
    stepRuns: 90,
    itemCount: 30,
    isProven: true
  })
  expect(plan?.peakBytes).toBeLessThanOrEqual(12 * gigabyte)
  expect(plan?.durationMs).toBeGreaterThan(12_000)
})

// What is kept of a run would be as if it had never been planned.
it('is still read as it was kept before it told how sure it is', async () => {
  const { rig, chain } = rigWithTwo()
  const { plan } = await planChain(rig.outlook, { ...wish, chain }, never)
  const before = JSON.parse(
    JSON.stringify(plan, (key, value: unknown) => (told.has(key) ? undefined : value))
  ) as unknown
  const read = planSchema.parse(before)
  expect(plan?.models[0]?.needSource).toBe('learned')
  expect(plan?.answerTokens).toEqual({ least: 400, most: 400 })
  expect(read).toEqual({ ...plan, answerTokens: null, models: plan?.models.map((m) => ({ ...m, needSource: null })) })
})
const told = new Set(['needSource', 'answerTokens'])

it('says no time where a model was never measured', async () => {
  const { rig, chain, b } = rigWithTwo()
  rig.add(b.name, { weightsBytes: 8 * gigabyte })
  const { plan } = await planChain(rig.outlook, { ...wish, chain }, never)
  expect(plan).toMatchObject({ loads: 3, durationMs: null, firstResultMs: null })
})

it('has no plan but the reason where a model does not fit', async () => {
  const { rig, chain, b } = rigWithTwo()
  rig.add(b.name, { weightsBytes: 47 * gigabyte })
  const { plan, problems } = await planChain(rig.outlook, { ...wish, chain }, never)
  expect(plan).toBeNull()
  expect(problems).toMatchObject([
    { stepId: 'id-Judge', field: 'model', isBlocking: true, message: expect.stringContaining('the budget is 12.0 GB') }
  ])
})

it('counts no load for what is in memory already', async () => {
  const { rig, chain, a } = rigWithTwo()
  rig.load(a, { heldBytes: 7.4 * gigabyte })
  const { plan } = await planChain(rig.outlook, { ...wish, chain, itemCount: 1 }, never)
  expect(plan).toMatchObject({ loads: 2 })
  expect(plan?.models[0]).toMatchObject({ isResident: true, isForeign: false })
})
