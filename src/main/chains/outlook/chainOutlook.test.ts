import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Step } from '../../../shared/chain.ts'
import { testChain, testStep } from '../../../shared/chainRig.ts'
import type { ModelId } from '../../../shared/model.ts'
import { modelKey } from '../../../shared/modelKey.ts'
import type { Outlook, OutlookWish } from './outlook.ts'
import { createOutlookRig, gigabyte, wishOf, type OutlookRig } from './outlookRig.ts'

let rig: OutlookRig
let small: ModelId
let big: ModelId
beforeEach(() => {
  rig = createOutlookRig()
  small = rig.add('qwen3:8b')
  big = rig.add('big:70b', { parameters: '70.6B', weightsBytes: 8 * gigabyte })
})

const step = (name: string, model: ModelId | null, more: Partial<Step> = {}): Step =>
  testStep(name, '{{input}}', { model, ...more })
const look = (steps: Step[], more: Partial<OutlookWish> = {}): Promise<Outlook> =>
  rig.outlook(wishOf(testChain(steps), more), new AbortController().signal)
const blocking = ({ problems }: Outlook): string[] =>
  problems.filter(({ isBlocking }) => isBlocking).map(({ message }) => message)

describe('whom the steps ask', () => {
  it('is told for aliases, and where a model is missing the step is named', async () => {
    rig.aliases.set('coder', big)
    const outlook = await look([
      step('Draft', { hostId: 'alias', name: 'coder' }),
      step('Judge', { hostId: 'ollama', name: 'gone:1b' }),
      step('Role', { hostId: 'alias', name: 'nobody' }),
      step('Away', { hostId: 'removed', name: 'x' })
    ])
    expect(outlook.steps[0]?.modelId).toEqual(big)
    expect(blocking(outlook)).toEqual([
      '“Judge”: gone:1b is not on Ollama. Choose another model, or add it there.',
      '“Role”: There is no alias “nobody”.',
      '“Away”: x is on a host that was removed. Choose another model.'
    ])
    expect(outlook).toMatchObject({ setups: null, problem: null })
  })

  it('must be able to answer: a model for embeddings and a broken file cannot', async () => {
    const embed = rig.add('nomic', { capabilities: ['embedding'] })
    const error = { code: 'bad_model_file', message: 'The file ends too soon.', hint: null } as const
    const broken = rig.add('broken', { state: 'failed', error })
    expect(blocking(await look([step('A', embed), step('B', broken)]))).toEqual([
      '“A”: nomic makes embeddings only: it cannot answer.',
      '“B”: broken cannot be loaded: The file ends too soon.'
    ])
  })

  it('is worth a word where only the fallback is missing: the run can be begun', async () => {
    const onError = {
      retries: 0,
      fallbackModel: { hostId: 'ollama', name: 'gone' },
      then: 'stop',
      defaultText: ''
    } as const
    const outlook = await look([step('A', small, { onError })])
    expect(outlook.problems).toMatchObject([{ field: 'error', isBlocking: false }])
    expect(outlook.problem).not.toBeNull()
  })

  it('is another model where a fallback was taken', async () => {
    const outlook = await look([step('A', small)], { instead: new Map([['id-A', big]]) })
    expect(outlook.setups?.get('id-A')?.modelId).toEqual(big)
    expect(outlook.models.map(({ id }) => id)).toEqual([big])
  })
})

describe('a JSON schema that no answer could be asked for by', () => {
  const asks = (schema: Record<string, unknown>): Partial<Step> => ({ output: { format: 'json', schema } })
  const without = { type: 'object', properties: { a: { not: { type: 'string' } } } }
  const both = { type: 'object', properties: { a: { allOf: [{ type: 'string' }, { minLength: 2 }] } } }
  let builtIn: ModelId
  beforeEach(() => {
    builtIn = rig.add('mine', {}, 'built-in')
  })

  // It was found after the load, once for every item.
  it('keeps the chain from running, with the step and the place', async () => {
    const outlook = await look([step('A', small, asks(without)), step('B', small)])
    expect(outlook.problems).toEqual([
      {
        stepId: 'id-A',
        field: 'output',
        message:
          '“A”: The schema of the answer, at $.properties.a, uses "not": no answer can be checked against that. Change the schema, or ask for any JSON.',
        start: null,
        end: null,
        isBlocking: true
      }
    ])
    expect(outlook).toMatchObject({ setups: null, problem: null })
    expect(blocking(await look([step('A', null, asks(without))]))).toHaveLength(2)
  })

  it('is told of the built-in engine alone where that alone cannot keep to it', async () => {
    rig.aliases.set('role', builtIn)
    expect(blocking(await look([step('A', small, asks(both))]))).toEqual([])
    const refusal =
      '“A”: The schema of the answer, at $.properties.a, uses "allOf": the built-in engine cannot keep to that. Change the schema, or ask for any JSON.'
    expect(blocking(await look([step('A', builtIn, asks(both))]))).toEqual([refusal])
    expect(blocking(await look([step('A', { hostId: 'alias', name: 'role' }, asks(both))]))).toEqual([refusal])
  })

  it('is worth a word where only the fallback cannot keep to it', async () => {
    const onError = { retries: 0, fallbackModel: builtIn, then: 'stop', defaultText: '' } as const
    const { problems, problem } = await look([step('A', small, { ...asks(both), onError })])
    expect(problems).toMatchObject([{ field: 'error', isBlocking: false, message: expect.stringMatching(/"allOf"/) }])
    expect(problem).not.toBeNull()
  })

  // An item is refused by itself then, and goes to its fallback; an alias that points elsewhere by now must not end the run.
  it('does not keep a run from going on that was begun before', async () => {
    expect(blocking(await look([step('A', builtIn, asks(both))], { instead: new Map() }))).toEqual([])
  })

  it('is told once where it is told without any machine', async () => {
    expect(blocking(await look([step('A', builtIn, asks({ type: 'text' }))]))).toHaveLength(1)
  })

  it('whatever JSON it is: refused in a sentence, or not at all', () => {
    const { schemaRefusal } = rig.deps.outlookModels
    let deep: Record<string, unknown> = {}
    for (let level = 0; level < 20_000; level += 1) deep = { items: deep }
    expect(schemaRefusal(builtIn, deep)).toMatch(/nested too deeply/)
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (schema) => {
        for (const id of [small, builtIn]) expect(schemaRefusal(id, schema) ?? '.').toMatch(/\.$/)
      })
    )
  })
})

describe('options', () => {
  it("are the Modelfile's before the local defaults, read once for each digest", async () => {
    const id = rig.add('own', { parametersText: 'temperature 0.9\nstop "<end>"' })
    await look([step('A', id), step('B', id)])
    const { setups } = await look([step('A', id, { options: { topK: 1 } })])
    expect(setups?.get('id-A')?.options).toEqual({
      temperature: 0.9,
      topP: 0.9,
      topK: 1,
      repeatPenalty: 1.1,
      maxTokens: 1_024,
      stop: ['<end>']
    })
    expect(rig.inspected).toEqual(['own'])
  })

  it('are those of models.yaml for the built-in engine', async () => {
    const id = rig.add('mine', {}, 'built-in')
    rig.fileModels = [{ name: 'mine', options: { temperature: 1.5 } }]
    const { steps } = await look([step('A', id)])
    expect(steps[0]?.options[0]).toMatchObject({ name: 'temperature', value: 1.5, source: 'model' })
    expect(rig.inspected).toEqual([])
  })

  // Sent to another machine they would overrule what somebody has set there.
  it('of another machine are left to it', async () => {
    const far = rig.add('far', {}, 'far')
    expect((await look([step('A', far)])).setups?.get('id-A')).toMatchObject({
      options: {},
      contextLength: null,
      windowTokens: null
    })
  })

  it('do not fail with a server that does not answer, and are asked for again', async () => {
    rig.failsToInspect = true
    await look([step('A', small)])
    const { setups } = await look([step('A', small)])
    expect(setups?.get('id-A')?.options.temperature).toBe(0.3)
    expect(rig.inspected).toHaveLength(2)
  })
})

describe('windows', () => {
  // Two contexts on one model would load it anew for every step.
  it('are one load for all steps of a model: the largest; each step keeps its own', async () => {
    const { setups, problem } = await look([step('A', small), step('B', small, { contextLength: 16_384 })])
    expect(setups?.get('id-A')).toMatchObject({ windowTokens: 4_096, contextLength: 16_384 })
    expect(setups?.get('id-B')).toMatchObject({ windowTokens: 16_384, contextLength: 16_384 })
    expect(problem?.models).toHaveLength(1)
    expect(problem?.models[0]?.needBytes).toBe(4 * gigabyte + 16.384 * 0.1 * gigabyte)
  })

  it('shrink to what the memory holds beside what must stay, and a step that asked for more is told', async () => {
    const other = rig.add('pinned')
    rig.load(other, { isPinned: true, heldBytes: 6 * gigabyte })
    const { steps, problems, setups } = await look([step('A', small, { contextLength: 65_536 })])
    const window = steps[0]?.windowTokens ?? 0
    expect(4 * gigabyte + (window / 1_000) * 0.1 * gigabyte).toBeLessThanOrEqual(6 * gigabyte)
    expect(window).toBeGreaterThan(19_700)
    expect(steps[0]).toMatchObject({ windowLimitedBy: 'memory' })
    expect(setups?.get('id-A')?.contextLength).toBe(window)
    expect(problems).toMatchObject([{ field: 'context', isBlocking: false }])
  })

  it('take a model as it is where it is loaded with as much', async () => {
    rig.load(small, { contextLength: 32_768, heldBytes: 7 * gigabyte })
    const { models, problem, setups } = await look([step('A', small)])
    expect(models[0]).toMatchObject({ isResident: true, contextLength: 32_768, needBytes: 7 * gigabyte })
    expect(problem?.models[0]).toMatchObject({ isResident: true, needBytes: 7 * gigabyte })
    expect(setups?.get('id-A')).toMatchObject({ windowTokens: 4_096, contextLength: 4_096 })
    rig.residents[0] = { ...rig.residents[0]!, contextLength: 2_048 }
    expect((await look([step('A', small)])).problem?.models[0]?.isResident).toBe(false)
  })

  // Or a run would load its model anew whenever another program takes or gives back some memory.
  it('stay as they are loaded where the memory has only become a little larger', async () => {
    rig.load(small, { contextLength: 40_000, heldBytes: 8 * gigabyte })
    rig.room = { ...rig.room, budgetBytes: 9 * gigabyte }
    const { problem, setups } = await look([step('A', small, { contextLength: 100_000 })])
    expect(problem?.models[0]).toMatchObject({ isResident: true })
    expect(setups?.get('id-A')).toMatchObject({ windowTokens: 40_000, contextLength: 40_000 })
  })

  // In the middle of a run, whatever made the memory small when it began has gone: no reason to load every model anew.
  it('of a model that the run has loaded grow only where they can double', async () => {
    rig.load(small, { contextLength: 10_000, heldBytes: 5 * gigabyte })
    const loadedAnew = async (contextLength: number, own: boolean): Promise<boolean> => {
      const wish = own ? { ownModels: new Set([modelKey(small)]) } : {}
      return (await look([step('A', small, { contextLength })], wish)).problem?.models[0]?.isResident === false
    }
    expect(await loadedAnew(16_384, true)).toBe(false)
    expect(await loadedAnew(16_384, false)).toBe(true)
    expect(await loadedAnew(32_768, true)).toBe(true)
  })
})

describe('room', () => {
  it('blocks a model that fits nowhere, with the sum', async () => {
    rig.add('huge:72b', { weightsBytes: 47.2 * gigabyte, parameters: '72.7B' })
    const outlook = await look([step('A', { hostId: 'ollama', name: 'huge:72b' })])
    expect(blocking(outlook)).toEqual([
      'huge:72b needs 47.4 GB, the budget is 12.0 GB: 35.4 GB too much. Choose a smaller model.'
    ])
    rig.load(small, { isPinned: true, heldBytes: 5 * gigabyte })
    expect(blocking(await look([step('A', big)]))).toEqual([
      'big:70b needs 8.2 GB, the budget is 12.0 GB, and qwen3:8b (5.0 GB) stays: 1.2 GB too much. Unload or unpin qwen3:8b, or choose a smaller model.'
    ])
    rig.settings = { ...rig.settings, maxLoadedModels: 1 }
    expect(blocking(await look([step('A', rig.add('tiny', { weightsBytes: 1 }))]))[0]).toMatch(
      /only one model may be loaded at once\. Unload or unpin it, or allow more models in Settings\.$/
    )
  })

  it('is said as surely as the need is known', async () => {
    const huge = rig.add('huge:72b', { weightsBytes: 47.2 * gigabyte, source: 'file_size' })
    expect(blocking(await look([step('A', huge)]))[0]).toMatch(/^huge:72b needs roughly 47\.4 GB, /)
  })

  it('is not kept by the schedule where the run cannot do beside it, and is where it can', async () => {
    rig.load(small, { heldBytes: 5 * gigabyte, isKept: true })
    rig.keptByRule.add(modelKey(small))
    const beside = await look([step('A', rig.add('tiny', { weightsBytes: 1e9 }))])
    expect(beside.models[1]).toMatchObject({ isForeign: true, isKept: true })
    expect(beside.problem?.models[1]).toMatchObject({ mustStay: true, isResident: true })
    const instead = await look([step('A', big)])
    expect(instead.models[1]).toMatchObject({ isForeign: true, isKept: false })
    expect(instead.problem?.models[1]?.mustStay).toBe(false)
  })

  // A run keeps its own models itself: that must not look as if the schedule did.
  it('of the models that the run itself keeps, or asks just now, is free to be used again', async () => {
    rig.load(big, { isKept: true, isBusy: true, contextLength: 16_384, heldBytes: 5 * gigabyte })
    const { problem } = await look([step('A', small), step('B', big)], { ownModels: new Set([modelKey(big)]) })
    expect(problem?.models[1]).toMatchObject({ isResident: true, mustStay: false, isOwn: true })
  })

  it('is left to those who answer somebody else, and to another run', async () => {
    const other = rig.add('other')
    rig.load(other, { isBusy: true, heldBytes: 1 * gigabyte })
    expect((await look([step('A', small)])).problem?.models[1]?.mustStay).toBe(true)
    rig.residents = []
    rig.load(other, { heldBytes: 5 * gigabyte })
    expect((await look([step('A', big)])).problem?.models[1]?.mustStay).toBe(false)
    expect(blocking(await look([step('A', big)], { heldByOthers: new Set([modelKey(other)]) }))).toHaveLength(1)
  })

  it('on cards: what does not fit lies beside them, and engines without cards lie there anyway', async () => {
    rig.room = { budgetBytes: 6 * gigabyte, besideBytes: 20 * gigabyte, hasCards: true }
    const onCpu = rig.add('cpu', {}, 'built-in')
    const { problem, problems } = await look([step('A', small), step('B', big), step('C', onCpu)])
    expect(problem?.pools).toEqual([6 * gigabyte, 20 * gigabyte])
    expect(problem?.models.map(({ pool, needBytes }) => [pool, (needBytes ?? 0) <= 6 * gigabyte])).toEqual([
      [0, true],
      [0, true],
      [1, true]
    ])
    expect(problems).toMatchObject([
      { isBlocking: false, message: expect.stringMatching(/of big:70b will lie in memory/) }
    ])
  })

  it('of other machines is no matter of this one', async () => {
    const far = rig.add('far', { weightsBytes: 900 * gigabyte }, 'far')
    const { problem, models } = await look([step('A', far, { contextLength: 9_000 })])
    expect(problem?.models[0]).toMatchObject({ pool: null, needBytes: 0 })
    expect(models[0]?.needBytes).toBe(0)
  })

  // Shown as a fact, a guess by formula would look as if it had been measured.
  it('tells how each need is known: predicted, or held by now', async () => {
    const guessed = rig.add('guessed', { source: 'formula' })
    const far = rig.add('far', {}, 'far')
    const sources = async (more: Partial<OutlookWish> = {}): Promise<unknown[]> => {
      const { steps, models } = await look([step('A', guessed), step('B', small), step('C', far)], more)
      expect(steps.map(({ needSource }) => needSource)).toEqual(models.slice(0, 3).map(({ needSource }) => needSource))
      return models.map(({ needSource }) => needSource)
    }
    expect(await sources()).toEqual(['formula', 'learned', null])
    expect(await sources({ seenBytes: new Map([[modelKey(guessed), gigabyte]]) })).toEqual([null, 'learned', null])
    const resident = rig.load(guessed)
    expect(await sources()).toEqual([null, 'learned', null])
    rig.residents[0] = { ...resident, isLoading: true, heldBytes: 1, needBytes: 4.4 * gigabyte }
    expect(await sources()).toEqual(['formula', 'learned', null])
    rig.load(rig.add('other', { source: 'file_size' }), { heldBytes: null, needBytes: gigabyte })
    expect(await sources()).toEqual(['formula', 'learned', null, 'file_size'])
  })

  it('unknown is unknown, and what was seen in this run beats what was predicted', async () => {
    const odd = rig.add('odd', { weightsBytes: null })
    const { problem, models } = await look([step('A', odd), step('B', small)], {
      seenBytes: new Map([[modelKey(small), 6 * gigabyte]])
    })
    expect(models[0]?.needBytes).toBeNull()
    expect(problem?.models.map(({ needBytes }) => needBytes)).toEqual([null, 6 * gigabyte])
  })
})

describe('times', () => {
  it('are measured where anything was measured, and guessed and said so where not', async () => {
    expect((await look([step('A', small)])).hasGuesses).toBe(true)
    const known = rig.add('known', {
      measured: { usualLoadMs: 3_000, tokensPerSecond: 100, promptTokensPerSecond: 1_000 }
    })
    const { hasGuesses, problem, models } = await look([step('A', known, { options: { maxTokens: 200 } })])
    expect(hasGuesses).toBe(false)
    expect(models[0]?.loadMs).toBe(3_000)
    // 200 tokens at 100 a second, and 1,000 letters of prompt.
    expect(problem?.steps[0]?.runMs).toBeGreaterThan(2_200)
    expect(problem?.steps[0]?.runMs).toBeLessThan(2_400)
    const seen = await look([step('A', known)], { seenRunMs: new Map([['id-A', 77]]) })
    expect(seen.problem?.steps[0]?.runMs).toBe(77)
  })
})

describe('the length of answers', () => {
  it('is told as it is counted: the limit, or what is usual; of samples always the limit', async () => {
    const sample = rig.add('sample', { isSample: true })
    const short = step('A', small, { options: { maxTokens: 64 } })
    expect((await look([step('B', small)])).answerTokens).toEqual({ least: 400, most: 400 })
    expect((await look([short, step('B', small)])).answerTokens).toEqual({ least: 64, most: 400 })
    expect((await look([short, step('B', sample)])).answerTokens).toEqual({ least: 64, most: 1_024 })
    const timed = new Map([['id-A', 77]])
    expect((await look([short, step('B', small)], { seenRunMs: timed })).answerTokens).toEqual({
      least: 400,
      most: 400
    })
    expect((await look([short], { seenRunMs: timed })).answerTokens).toBeNull()
  })
})

describe('the problem for the planner', () => {
  it('has the steps after what they mention, and prefetches only where memory is not short', async () => {
    const chain = [
      { ...step('Last', small), prompt: '{{steps.First}}' },
      { ...step('First', big), prompt: '{{input}}' }
    ]
    const { problem } = await look(chain)
    expect(problem?.steps.map(({ id, after, model }) => [id, after, model])).toEqual([
      ['id-First', [], 1],
      ['id-Last', [0], 0]
    ])
    expect(problem).toMatchObject({ mayPrefetch: true, maxLoaded: 2, autoUnload: true })
    rig.isMemoryShort = true
    expect((await look(chain)).problem?.mayPrefetch).toBe(false)
  })

  it('is none of a chain that goes in a circle, which is said', async () => {
    const outlook = await look([
      { ...step('A', small), prompt: '{{steps.B}}' },
      { ...step('B', small), prompt: '{{steps.A}}' }
    ])
    expect(outlook.problem).toBeNull()
    expect(blocking(outlook).join()).toContain('A → B')
  })
})
