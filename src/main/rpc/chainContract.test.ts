// Would catch: an answer that is not what the contract says, and a question that ends in an error made for programs.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testChain } from '../../shared/chainRig.ts'
import { chainRequests } from '../../shared/chainRequests.ts'
import { requests, type Input, type Output, type Route } from '../../shared/contract.ts'
import { bigAndMiddle, createChainsRig, middle, stepOn, type ChainsRig } from '../core/coreChainsRig.ts'

const told = new Set<Route>()
let rig: ChainsRig
beforeAll(async () => {
  rig = await createChainsRig()
})
afterAll(() => rig.close())

/** As a client reads it; what the schema does not know would be missing from what it gives back. */
async function answered<R extends Route>(route: R, input: Input<R>): Promise<Output<R>> {
  const data = await rig.data(route, input)
  const plain: unknown = JSON.parse(JSON.stringify(data))
  expect(requests[route].output.parse(plain), route).toEqual(plain)
  told.add(route)
  return data
}

test('every route of chains, inputs and runs answers as the contract says', async () => {
  // The second item has no such column, so that there is one to retry.
  const chain = testChain([stepOn(middle, 'One', 'one {{input.a}}')], { id: 'mine' })
  const inputId = 'input-of-mine'
  await answered('inputs.add', { inputId, input: { kind: 'jsonl', text: '{"a":1,"constructor":"x"}\nnone\n"two"' } })
  await answered('inputs.get', { inputId })
  await answered('inputs.items', { inputId })
  await answered('inputs.remove', { inputId: gone.inputId })
  await answered('chains.save', { chain })
  await answered('chains.save', { chain: { ...chain, description: 'changed' } })
  await answered('chains.list', {})
  await answered('chains.get', { chainId: 'mine' })
  const [version] = (await answered('chains.versions', { chainId: 'mine' })).versions
  await answered('chains.version', { chainId: 'mine', savedAt: version?.savedAt ?? 0 })
  const { text } = await answered('chains.export', { chainId: 'mine' })
  await answered('chains.import', { text })
  await answered('chains.samples', {})
  await answered('chains.addSample', { name: 'draft-and-judge' })
  await answered('chains.plan', { chainId: 'mine', inputId })
  await answered('chains.plan', { chainId: 'mine', itemCount: 100_000, order: 'first_result' })
  const { run } = await answered('chains.run', { chainId: 'mine', inputId })
  const runId = run.id
  await answered('runs.list', {})
  await answered('runs.get', { runId })
  await answered('runs.items', { runId, search: '%' })
  await answered('runs.items', { runId })
  await answered('runs.step', { runId, item: 0, stepId: chain.steps[0]?.id ?? '' })
  await answered('runs.item', { runId, item: 0 })
  for (const format of ['csv', 'jsonl', 'markdown', 'files'] as const) await answered('runs.export', { runId, format })
  for (const route of ['runs.cancel', 'runs.pause', 'runs.resume', 'runs.retry'] as const)
    await answered(route, { runId })
  await answered('runs.remove', { runId })
  await answered('chains.remove', { chainId: 'mine' })
  expect([...told].toSorted()).toEqual(Object.keys(chainRequests).toSorted())
})

const gone = { chainId: '__proto__', runId: 'constructor', inputId: 'toString-1234' }
const draft = bigAndMiddle({ id: 'draft' })

test.each<[Route, unknown]>([
  ...(['get', 'remove', 'export', 'versions', 'plan'] as const).map((name): [Route, unknown] => [
    `chains.${name}`,
    gone
  ]),
  ['chains.version', { ...gone, savedAt: 0 }],
  ['chains.addSample', { name: 'constructor' }],
  ...['', 'null', '[[', '{"steps":[{}]}', '{"__proto__":[]}', '['.repeat(100_000)].map((text): [Route, unknown] => [
    'chains.import',
    { text }
  ]),
  ['chains.plan', {}],
  ['chains.plan', { chain: draft, inputId: gone.inputId }],
  ['chains.run', { chain: draft }],
  ['chains.run', { chain: draft, inputId: gone.inputId }],
  ['chains.run', { chain: draft, input: { kind: 'lines', text: '\n \n' } }],
  ['chains.run', { chain: { ...draft, steps: [] }, input: { kind: 'text', text: 'x' } }],
  ['inputs.get', gone],
  ['inputs.items', gone],
  ['inputs.add', { inputId: 'input-odd-1', input: { kind: 'lines', text: 'a\n'.repeat(100_001) } }],
  ...(['get', 'items', 'cancel', 'pause', 'resume', 'retry', 'remove'] as const).map((name): [Route, unknown] => [
    `runs.${name}`,
    gone
  ]),
  ['runs.step', { ...gone, item: 0, stepId: '__proto__' }],
  ['runs.item', { ...gone, item: 99_999 }],
  ['runs.export', { ...gone, format: 'csv' }]
])('%s refuses %.80j with a sentence', async (route, input) => {
  const answer = await rig.ask(route, input as Input<typeof route>)
  expect(answer).toMatchObject({
    ok: false,
    error: { code: 'invalid_input', message: expect.stringMatching(/^\S.*\.$/) }
  })
})

test('of two windows that save the same state of a chain, the later one is refused', async () => {
  const chain = testChain([stepOn(middle, 'One', 'one')], { id: 'shared' })
  const { chain: first } = await rig.data('chains.save', { chain, basedOnSavedAt: 0 })
  const save = (name: string) => rig.ask('chains.save', { chain: { ...chain, name }, basedOnSavedAt: first.savedAt })
  expect(await save('Theirs')).toMatchObject({ ok: true })
  expect(await save('Mine')).toMatchObject({ ok: false, error: { code: 'conflict' } })
  expect((await rig.data('chains.get', { chainId: 'shared' })).chain.name).toBe('Theirs')
})

test('inputs that are gone are said to be gone, not to be empty', async () => {
  expect(await rig.ask('chains.run', { chain: draft, inputId: gone.inputId })).toMatchObject({
    error: { message: 'These inputs are no longer kept.' }
  })
})
