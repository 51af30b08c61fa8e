// Would catch: a batch of a hundred thousand that holds up the whole core, prompts and outputs of megabytes that stay in memory.
import { afterEach, expect, it } from 'vitest'
import { testChain } from '../shared/chainRig.ts'
import { createChainsRig, linesOf, middle, stepOn, tiny, type ChainsRig } from './core/coreChainsRig.ts'

let rig: ChainsRig
afterEach(() => rig.close())

/** For what hangs, not a measure of speed. */
const longestMs = 20_000

it('a hundred thousand items are begun, listed, looked at and cancelled without holding anything up', async () => {
  rig = await createChainsRig()
  const inputId = 'many-12345678'
  for (let piece = 0; piece < 10; piece++)
    await rig.data('inputs.add', { inputId, input: linesOf(10_000, `piece-${piece}`) })
  const timed: Record<string, number> = {}
  const time = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const at = performance.now()
    const result = await work()
    timed[name] = Math.round(performance.now() - at)
    return result
  }
  const chain = testChain([stepOn(tiny, 'One', '{{input}}'), stepOn(middle, 'Two', '{{steps.One}}')])
  const { id } = await time('begin', () => rig.begin(chain, 0, { inputId }))
  await rig.until(id, ({ stepRunsDone }) => stepRunsDone > 20)
  const run = await time('get', () => rig.detail(id))
  expect(run.run.itemCount).toBe(100_000)
  await time('list', () => rig.data('runs.list', {}))
  await time('items', () => rig.data('runs.items', { runId: id, limit: 100 }))
  await time('last items', () => rig.data('runs.items', { runId: id, fromItem: 99_900 }))
  await time('waiting', () => rig.data('runs.items', { runId: id, status: 'waiting', limit: 100 }))
  await time('search', () => rig.data('runs.items', { runId: id, search: 'nowhere' }))
  await time('pause', () => rig.data('runs.pause', { runId: id }))
  await time('resume', () => rig.data('runs.resume', { runId: id, wait: false }))
  await time('cancel', () => rig.data('runs.cancel', { runId: id }))
  await time('remove', () => rig.data('runs.remove', { runId: id }))
  for (const [name, ms] of Object.entries(timed)) expect([name, ms < longestMs]).toEqual([name, true])
})

it('outputs of megabytes are put into prompts and cut there', async () => {
  rig = await createChainsRig({ models: { [tiny]: { answer: () => 'x'.repeat(3_000_000) } } })
  const more = { contextPolicy: 'cut_middle' as const, options: { maxTokens: 100 } }
  const chain = testChain([
    stepOn(tiny, 'One', '{{input}}'),
    stepOn(tiny, 'Two', '{{steps.One}} {{steps.One}} END', more)
  ])
  const run = await rig.run(chain, 4)
  expect(run).toMatchObject({ status: 'done', items: { done: 4 } })
  const step = await rig.data('runs.step', { runId: run.id, item: 3, stepId: 'id-Two' })
  expect(step.contextNote).toMatch(/cut/)
  expect(step.prompt?.length).toBeLessThan(200_000)
  expect(step.prompt).toMatch(/ END$/)
  expect((await rig.items(run.id)).map(({ finalOutput }) => finalOutput?.length)).not.toContain(undefined)
})
