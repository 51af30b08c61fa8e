// Would catch: chains that only run on fakes: loads that nobody needs, models taken from their people, options that never arrive.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testChain } from '../shared/chainRig.ts'
import {
  big,
  bigAndMiddle,
  createChainsRig,
  idOf,
  linesOf,
  middle,
  stepOn,
  tiny,
  type ChainsRig
} from './core/coreChainsRig.ts'

const items = 5
let rig: ChainsRig
const start = async (...given: Parameters<typeof createChainsRig>): Promise<void> => {
  rig = await createChainsRig(...given)
}
afterEach(() => rig.close())

const names = async (): Promise<string[]> => (await rig.held()).map(({ name }) => name)
const finals = async (runId: string): Promise<(string | null)[]> =>
  (await rig.items(runId)).map(({ finalOutput }) => finalOutput)

describe.each(['0.11', '0.30'] as const)('a server %s that holds one of two models', (generation) => {
  it('runs a chain of both in the fewest loads, and holds nothing at the end', async () => {
    await start({ generation })
    const run = await rig.run(bigAndMiddle(), items)
    expect(run).toMatchObject({ status: 'done', items: { done: items }, loads: 3, plannedLoads: 3 })
    expect(rig.fake.loads()).toBe(3)
    expect(await names()).toEqual([])
    expect(await finals(run.id)).toEqual(
      Array.from({ length: items }, (_, item) => `[${middle}] three [${big}] two [${middle}] one item-${item}`)
    )
    expect((await rig.detail(run.id)).progress.plan).toMatchObject({ loads: 3, naiveLoads: 15, isProven: true })
  })

  it('swaps at every step of every item where nobody plans', async () => {
    await start({ generation })
    for (let item = 0; item < items; item++) {
      for (const name of [middle, big, middle]) await rig.data('models.generate', { id: idOf(name), prompt: 'x' })
    }
    expect(rig.fake.loads()).toBe(2 * items + 1)
  })
})

describe('what a run loads', () => {
  it('an alias names a model, and two names of one model are one load', async () => {
    await start()
    for (const name of ['writer', 'critic']) await rig.data('aliases.save', { name, target: idOf(middle) })
    const on = (name: string) => ({ model: { hostId: 'alias', name } })
    const chain = testChain([
      stepOn('', 'Draft', 'draft {{input}}', on('writer')),
      stepOn('', 'Judge', 'judge {{steps.Draft}}', on('critic'))
    ])
    const run = await rig.run(chain, items)
    expect(run).toMatchObject({ status: 'done', loads: 1, stepRunsDone: 2 * items })
    expect(rig.fake.loads()).toBe(1)
    const { modelId } = await rig.data('runs.step', { runId: run.id, item: 0, stepId: 'id-Judge' })
    expect(modelId).toEqual(idOf(middle))
  })

  it('a model with a keep-alive of 0 stays from item to item, and goes at the end', async () => {
    await start()
    await rig.data('models.setKeepAlive', { id: idOf(middle), keepAliveSeconds: 0 })
    const run = await rig.run(testChain([stepOn(middle, 'One', '{{input}}')]), items)
    expect([run.status, rig.fake.loads()]).toEqual(['done', 1])
    await expect.poll(names).toEqual([])
  })

  it('stays where the run was told not to unload, with its own time', async () => {
    await start()
    await rig.data('models.setKeepAlive', { id: idOf(middle), keepAliveSeconds: 900 })
    const run = await rig.run(bigAndMiddle(), items, { autoUnload: false })
    expect([run.status, run.loads]).toEqual(['done', 3])
    await expect.poll(names).toEqual([middle])
    await expect.poll(async () => (await rig.held())[0]?.leavesInMs).toBeLessThan(901_000)
  })
})

describe('what others keep', () => {
  beforeEach(() => start({ memoryBytes: null, maxLoadedModels: 3, settings: { maxLoadedModels: 3 } }))

  it('a model that a person loaded before is used as it is and left, with its time', async () => {
    await rig.data('models.load', { id: idOf(middle), keepAliveSeconds: 900 })
    const run = await rig.run(bigAndMiddle(), items)
    // Once more where the run wants a longer context; still it is theirs.
    expect(run.status).toBe('done')
    expect(rig.fake.loads(middle)).toBeLessThanOrEqual(2)
    expect(run.loads).toBe(rig.fake.loads() - 1)
    await expect.poll(names).toEqual([middle])
    await expect.poll(async () => Math.abs(((await rig.held())[0]?.leavesInMs ?? 0) - 900_000)).toBeLessThan(60_000)
  })

  it('a pinned model stays, for ever, whoever loaded it', async () => {
    await rig.data('models.pin', { id: idOf(big), isPinned: true })
    const run = await rig.run(bigAndMiddle(), items)
    expect([run.status, run.loads]).toEqual(['done', 2])
    await expect.poll(names).toEqual([big])
    expect((await rig.held())[0]?.leavesInMs).toBeGreaterThan(86_400_000)
  })

  it('a model that a rule keeps stays', async () => {
    const when = { kind: 'window' as const, time: '00:00', days: [1, 2, 3, 4, 5, 6, 7], minutes: 1_440 }
    const rule = {
      id: 'always',
      name: 'Always',
      isEnabled: true,
      models: [{ id: idOf(tiny), contextLength: null }],
      when
    }
    await rig.data('warmup.save', { rule })
    await expect.poll(names).toEqual([tiny])
    const chain = testChain([stepOn(tiny, 'One', '{{input}}'), stepOn(big, 'Two', '{{steps.One}}')])
    const run = await rig.run(chain, items)
    expect([run.status, run.loads]).toEqual(['done', 1])
    await expect.poll(names).toEqual([tiny])
    expect(rig.fake.loads(tiny)).toBe(1)
  })
})

describe('what a step is asked with', () => {
  it('options of the step come before those of the chain, the Modelfile and this machine', async () => {
    await start({ models: { [middle]: { answer: 'echo', parameters: { top_k: 11, temperature: 0.9, seed: 5 } } } })
    const chain = testChain([stepOn(middle, 'One', '{{input}}', { options: { temperature: 0.1 } })], {
      options: { temperature: 0.5, topP: 0.6, maxTokens: 100_000 }
    })
    await rig.run(chain, 1)
    expect(rig.questions()).toHaveLength(1)
    expect(rig.questions()[0]?.['options']).toMatchObject({
      temperature: 0.1,
      top_p: 0.6,
      repeat_penalty: 1.1,
      num_predict: 2_048
    })
    const { top_k: topK = 11, seed = 5 } = rig.questions()[0]?.['options'] as { top_k?: number; seed?: number }
    // Told or left to the Modelfile, but never this machine's.
    expect([topK, seed]).toEqual([11, 5])
  })

  it('columns, system prompts and JSON of other steps arrive as they were written', async () => {
    await start({ models: { [middle]: { answer: ({ prompt }) => `{"verdict":{"score":7,"why":"${prompt}"}}` } } })
    const schema = { type: 'object', properties: { verdict: { type: 'object' } } }
    const chain = testChain(
      [
        stepOn(middle, 'Judge', '{{input.title}} by {{input["full name"]}}', { output: { format: 'json', schema } }),
        stepOn(big, 'Tell', '{{steps.Judge.json.verdict.score}} \\{{x}}', {
          system: 'Only {{steps.Judge.json.verdict.why}}.'
        })
      ],
      { system: 'Be brief.' }
    )
    const text = 'title,full name\nDune,"Frank, H."\n'
    const { run } = await rig.data('chains.run', { chain, input: { kind: 'csv', text } })
    expect(run).toMatchObject({ status: 'done', items: { done: 1 } })
    const [judge, tell] = rig.questions()
    expect([judge?.['prompt'], judge?.['system'], judge?.['format']]).toEqual([
      'Dune by Frank, H.',
      'Be brief.',
      schema
    ])
    expect([tell?.['prompt'], tell?.['system']]).toEqual(['7 {{x}}', 'Only Dune by Frank, H..'])
  })

  it('a column is asked of an input that is no table: refused as in the plan, not failed item by item', async () => {
    await start()
    const chain = testChain([stepOn(tiny, 'One', '{{input.city}}')])
    const { problems } = await rig.data('chains.plan', { chain, input: linesOf(2) })
    const [problem] = problems.filter(({ isBlocking }) => isBlocking)
    expect(problem?.message).toMatch(/The input has no columns/i)
    const refused = await rig.ask('chains.run', { chain, input: linesOf(2) })
    expect(refused).toMatchObject({ error: { code: 'invalid_input', message: problem?.message } })
    expect((await rig.data('runs.list', {})).runs).toEqual([])
  })

  it('a schema that no answer could be checked against is refused before anything is loaded, as in the plan', async () => {
    await start()
    const schema = { type: 'object', properties: { score: { not: { type: 'string' } } } }
    const chain = testChain([stepOn(tiny, 'One', '{{input}}', { output: { format: 'json', schema } })])
    const { plan, problems } = await rig.data('chains.plan', { chain, input: linesOf(2) })
    expect(plan).toBeNull()
    expect(problems).toMatchObject([{ stepId: chain.steps[0]?.id, field: 'output', isBlocking: true }])
    expect((await rig.data('chains.save', { chain })).problems).toEqual(problems)
    const refused = await rig.ask('chains.run', { chain, input: linesOf(2) })
    expect(refused).toMatchObject({ error: { code: 'invalid_input', message: problems[0]?.message } })
    expect(rig.questions()).toEqual([])
  })

  it('JSON that is none is asked for again, and fails with its place', async () => {
    await start()
    // A server that does not keep to the format.
    rig.fake.script(middle, { answer: () => '{"score":"high"}' })
    const schema = { type: 'object', properties: { score: { type: 'integer' } }, required: ['score'] }
    const chain = testChain([
      stepOn(middle, 'Judge', '{{input}}', {
        output: { format: 'json', schema },
        onError: { retries: 2, fallbackModel: null, then: 'stop', defaultText: '' }
      }),
      stepOn(middle, 'Tell', '{{steps.Judge.json.score}}')
    ])
    const run = await rig.run(chain, 1)
    expect(run).toMatchObject({ status: 'done', items: { failed: 1 } })
    expect(rig.questions()).toHaveLength(3)
    const [item] = await rig.items(run.id)
    expect(item?.error?.message).toMatch(/score/)
    expect(item?.steps.map(({ status, attempts }) => [status, attempts])).toEqual([
      ['failed', 3],
      ['skipped', 0]
    ])
  })
})

describe('a prompt that does not fit', () => {
  const long = Array.from({ length: 900 }, (_, index) => `word${index}`).join(' ')
  const runOn = async (contextPolicy: 'refuse' | 'cut_middle' | 'slide' | 'summarise') => {
    const chain = testChain([
      stepOn(middle, 'Sum', 'Sum up: {{input}} END', { contextPolicy, contextLength: 600, options: { maxTokens: 100 } })
    ])
    const { run } = await rig.data('chains.run', { chain, input: { kind: 'text', text: long } })
    const [item] = await rig.items(run.id)
    return { run, item, step: await rig.data('runs.step', { runId: run.id, item: 0, stepId: 'id-Sum' }) }
  }
  beforeEach(() => start())

  it('is refused, with what it would need', async () => {
    const { item } = await runOn('refuse')
    expect([item?.status, rig.questions().length]).toEqual(['failed', 0])
    expect(item?.error).toMatchObject({ code: 'context_exceeded', message: expect.stringMatching(/600/) as unknown })
  })

  it.each([
    ['cut_middle', /cut from the middle \(estimated\)/, /word0 .*word899 END$/s],
    ['slide', /\(estimated\)/, /word899 END$/s]
  ] as const)('%s keeps the words of the template', async (policy, note, prompt) => {
    const { run, step } = await runOn(policy)
    expect(run.items.done).toBe(1)
    expect(step.contextNote).toMatch(note)
    expect(step.prompt).toMatch(/^Sum up: /)
    expect(step.prompt).toMatch(prompt)
    expect(rig.questions()[0]?.['prompt']).toBe(step.prompt)
  })

  it('is summarised in parts by the same model, which is loaded once', async () => {
    const { run, step } = await runOn('summarise')
    expect(run.items.done).toBe(1)
    expect(rig.questions().length).toBeGreaterThan(2)
    expect(step.contextNote).toMatch(/summar/)
    expect(rig.fake.loads()).toBe(1)
  })
})

it('a prompt that the server cut without a word is noted', async () => {
  await start()
  // To the fake a word is a token: so few that no tokenizer would do it.
  const { run } = await rig.data('chains.run', {
    chain: testChain([stepOn(middle, 'One', '{{input}}')]),
    input: { kind: 'text', text: 'x'.repeat(6_000) }
  })
  const step = await rig.data('runs.step', { runId: run.id, item: 0, stepId: 'id-One' })
  expect(step.contextNote).toMatch(/^Ollama cut the prompt: it read 2 of about /)
})

it('batches are kept and run again; of another kind nothing is added', async () => {
  await start()
  const inputId = 'batch-12345678'
  await rig.data('inputs.add', { inputId, input: linesOf(2) })
  await rig.data('inputs.add', { inputId, input: linesOf(3, 'more') })
  expect(await rig.ask('inputs.add', { inputId, input: { kind: 'csv', text: 'a\n1' } })).toMatchObject({
    ok: false,
    error: { code: 'invalid_input' }
  })
  const chain = testChain([stepOn(tiny, 'One', '{{input}}')])
  for (let time = 0; time < 2; time++) {
    expect(await rig.run(chain, 0, { inputId })).toMatchObject({ status: 'done', items: { done: 5 } })
  }
})
