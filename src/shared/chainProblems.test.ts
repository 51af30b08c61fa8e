/** A mistake that is not told before a run costs the loads of big models first; one that is told without being there forbids good chains. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chainProblemSchema, chainSchema, type Chain, type Step, type StopCondition } from './chain.ts'
import { findProblems } from './chainProblems.ts'
import { testChain, testStep } from './chainRig.ts'

const told = (chain: Chain, columns: string[] | null = null) =>
  findProblems(chain, columns).map(
    ({ stepId, field, message, isBlocking }) =>
      `${isBlocking ? '' : '(warning) '}${stepId ?? 'chain'} ${field}: ${message}`
  )
const ofStep = (more: Partial<Step>, prompt = '{{input}}') => told(testChain([testStep('A', prompt, more)]))
const stop = (condition: Partial<StopCondition> & { kind: StopCondition['kind'] }) =>
  ({ reason: '', finalOutput: null, ...condition }) as StopCondition
const json = (schema: Record<string, unknown> | null): Partial<Step> => ({ output: { format: 'json', schema } })

describe('a chain without mistakes', () => {
  it('has no problems', () => {
    const facts = json({ type: 'object', properties: { risks: { type: 'array' } }, required: ['risks'] })
    const chain = testChain(
      [
        testStep('Facts', '{{input.name}}', {
          ...facts,
          stopConditions: [
            stop({
              kind: 'json_path',
              path: 'risks[0]',
              comparison: 'is_not',
              value: null,
              finalOutput: '{{steps.Facts}}'
            }),
            stop({ kind: 'matches', pattern: '^\\p{L}+$', ignoreCase: true }),
            stop({ kind: 'step_number', number: 2 })
          ],
          onError: {
            retries: 1,
            fallbackModel: { hostId: 'ollama', name: 'small' },
            then: 'default',
            defaultText: '{}'
          }
        }),
        testStep('Draft', '{{steps.Facts.json.risks[0]}} \\{{x')
      ],
      { inputColumns: ['name'], system: 'You know {{input.name}}.' }
    )
    expect(told(chain)).toEqual([])
    expect(told(chain, ['name', 'city'])).toEqual([])
  })
})

describe('a mistake of the whole chain', () => {
  it('no steps', () => {
    expect(told(testChain([]))).toEqual(['chain chain: The chain has no steps. Add one.'])
  })

  it('an input that is never used is worth knowing', () => {
    expect(told(testChain({ A: 'Say hello.' }))).toEqual([
      '(warning) chain input: No step mentions the input, so every item is asked the same. Write {{input}} where it belongs.'
    ])
  })

  it('a cycle is named on each of its steps, at the mention', () => {
    const chain = testChain({ Draft: '{{input}} {{steps.Review}}', Review: '{{steps.Draft}}', Out: '{{steps.Review}}' })
    const words = 'These steps wait for each other: Draft → Review → Draft. Take one of the mentions out.'
    expect(told(chain)).toEqual([`id-Review prompt: ${words}`, `id-Draft prompt: ${words}`])
    const spans = findProblems(chain, null).map(({ stepId, start, end }) => [stepId, start, end])
    expect(spans).toEqual([
      ['id-Review', 0, 15],
      ['id-Draft', 10, 26]
    ])
  })

  it('a step that mentions itself does not hide another cycle', () => {
    expect(told(testChain({ A: '{{input}}{{steps.A}}', B: '{{steps.C}}', C: '{{steps.B}}' }))).toEqual([
      expect.stringContaining('B → C → B'),
      expect.stringContaining('B → C → B'),
      'id-A prompt: Prompt of “A”, line 1, letter 10: “A” mentions itself. Mention another step, or the input.'
    ])
  })

  it('a system prompt for all steps cannot wait for one of them', () => {
    expect(told(testChain({ A: '{{input}}' }, { system: 'x {{steps.A}} {{inputs}}' }))).toEqual([
      "chain system: System prompt of the chain, line 1, letter 3: only a step's own prompts can mention other steps, here “A”.",
      expect.stringContaining('letter 15: “inputs” is neither “input” nor “steps”. Did you mean “input”?')
    ])
  })

  it('two steps with one id', () => {
    expect(told(testChain([testStep('A', undefined, { id: 'x' }), testStep('B', undefined, { id: 'x' })]))).toContain(
      'chain chain: Two steps have the id “x”. Give one of them another.'
    )
  })
})

describe('a mistake of a step', () => {
  it.each([
    ['', 'Step 1 has no name. Templates need one to mention it.'],
    [' ', 'Step 1 has no name. Templates need one to mention it.'],
    ['a.b', '“a.b” may only have letters, digits, spaces, “_” and “-”. Leave the rest out.'],
    ['a ', '“a ” begins or ends with a space. Take that out.'],
    ['x'.repeat(65), '“xxxxxxxxxxxxxxxxxxxx…” is longer than 64 letters. Shorten it.']
  ])('the name %j', (name, message) => {
    expect(told(testChain([testStep(name, undefined, { id: 'one' })]))).toEqual([`one name: ${message}`])
  })

  it('a name that two have', () => {
    const chain = testChain([testStep('A', undefined, { id: 'one' }), testStep('A', undefined, { id: 'two' })])
    const message = 'name: Another step is called “A” too. Give one of them another name.'
    expect(told(chain)).toEqual([`one ${message}`, `two ${message}`])
  })

  it.each<[Partial<Step>, string]>([
    [{ model: null }, 'model: No model is chosen for “A”. Choose one.'],
    [{ prompt: ' \n', system: '{{input}}' }, 'prompt: The prompt of “A” is empty. Write what to ask.'],
    [json({}), 'output: The schema of “A” says nothing of the output.'],
    [json({ title: 'x' }), 'output: The schema of “A” says nothing of the output.'],
    [json({ type: 'objct' }), 'has the type “objct”, which JSON does not have. Did you mean “object”?'],
    [json({ type: 'object', properties: [] }), 'has “properties” that are no object.'],
    [
      json({ type: 'object', properties: { a: 'string' } }),
      'has a property “a” that is no schema. Write {"type": "string"}.'
    ],
    [json({ type: 'object', required: 'a' }), 'has “required” that is no list of names.'],
    [
      json({ properties: { title: {} }, required: ['titel'] }),
      'requires “titel”, which is not among its properties. Did you mean “title”?'
    ],
    [
      { stopConditions: [stop({ kind: 'matches', pattern: '(', ignoreCase: false })] },
      'stop: Stop condition 1 of “A” has “(”, which is no regular expression: Unterminated group.'
    ],
    [
      { ...json(null), stopConditions: [stop({ kind: 'json_path', path: 'a..b', comparison: 'is', value: 'x' })] },
      'Stop condition 1 of “A” has the path “a..b”, mistaken at letter 3: A key is missing after “.”.'
    ],
    [
      { ...json(null), stopConditions: [stop({ kind: 'json_path', path: 'a', comparison: 'over', value: 'much' })] },
      'compares with “much”, which is no number.'
    ],
    [
      { ...json(null), stopConditions: [stop({ kind: 'json_path', path: 'a', comparison: 'under', value: null })] },
      'compares with nothing. Give a number.'
    ],
    [
      { stopConditions: [stop({ kind: 'contains', text: 'x', finalOutput: '\n{{steps.Nobody}}' })] },
      'stop: Final output of stop condition 1 of “A”, line 2, letter 1: there is no step “Nobody”.'
    ]
  ])('%j stops the run', (more, message) => {
    const found = ofStep(more)
    expect(found).toEqual([expect.stringContaining(message)])
    expect(found[0]).not.toContain('(warning)')
  })

  it.each<[Partial<Step>, string]>([
    [
      { onError: { retries: 0, fallbackModel: { hostId: 'ollama', name: 'qwen3:8b' }, then: 'stop', defaultText: '' } },
      'error: The fallback of “A” is the model that has failed by then.'
    ],
    [
      { onError: { retries: 0, fallbackModel: null, then: 'default', defaultText: '' } },
      'error: The default of “A” is empty'
    ],
    [
      { ...json(null), onError: { retries: 0, fallbackModel: null, then: 'default', defaultText: 'none' } },
      'error: The default of “A” is no JSON'
    ],
    [json({ type: 'array' }), 'output: The schema of “A” is not of an object'],
    [
      { stopConditions: [stop({ kind: 'step_number', number: 2 })] },
      'never holds: it waits for step 2, and the chain has 1 step.'
    ],
    [{ stopConditions: [stop({ kind: 'length', comparison: 'under', letters: 0 })] }, 'never holds'],
    [
      { stopConditions: [stop({ kind: 'json_path', path: 'a', comparison: 'is', value: 'x' })] },
      'looks for JSON, and the step answers with text.'
    ]
  ])('%j is worth knowing', (more, message) => {
    const found = ofStep(more)
    expect(found).toEqual([expect.stringContaining(message)])
    expect(found[0]).toContain('(warning)')
  })
})

describe('a mistake of a template', () => {
  it('has its place in words and in letters', () => {
    const chain = testChain({ Draft: '{{input}}', Review: 'Read\n  {{steps.Darft}} {{steps.Draft.title}}' })
    expect(told(chain)).toEqual([
      'id-Review prompt: Prompt of “Review”, line 2, letter 3: there is no step “Darft”. Did you mean “Draft”?',
      'id-Review prompt: Prompt of “Review”, line 2, letter 19: after the name of a step only “.json” can stand: {{steps.Draft.json.title}}.'
    ])
    expect(findProblems(chain, null)[0]).toMatchObject({ start: 7, end: 22 })
  })

  it('is a column that the input does not have; one that only the chain does not expect may yet come', () => {
    const chain = testChain({ A: '{{input.nmae}}' }, { inputColumns: ['name'] })
    expect(told(chain)).toEqual([
      '(warning) id-A prompt: Prompt of “A”, line 1, letter 1: the chain expects no column “nmae”. Did you mean “name”?'
    ])
    expect(told(chain, ['city'])).toEqual([
      'id-A prompt: Prompt of “A”, line 1, letter 1: the input has no column “nmae”.'
    ])
    expect(told(chain, [])).toEqual([expect.stringContaining('the input has no columns. Write {{input}}')])
    expect(told(testChain({ A: '{{input.any}}' }))).toEqual([])
  })

  it('is JSON of a step that answers with text, as a warning', () => {
    expect(told(testChain({ A: '{{input}}', B: '{{steps.A.json.x}}' }))).toEqual([
      '(warning) id-B prompt: Prompt of “B”, line 1, letter 1: “A” answers with text, in which “{{steps.A.json.x}}” may find no JSON. Set its output to JSON.'
    ])
  })

  it('is told twenty times at most for one template', () => {
    const found = findProblems(testChain({ A: '{{input}}\n' + '{{x}}\n'.repeat(5_000) }), null)
    expect(found).toHaveLength(20)
    expect(found.at(-1)?.message).toBe(
      'Prompt of “A”, from line 21, letter 1 on: 4981 more mistakes. Write \\{{ for plain braces.'
    )
  })
})

describe('any chain', () => {
  // What comes from an import is any text at all.
  it('has problems that the contract takes, at places that are in the templates', () => {
    const name = fc.oneof(fc.constantFrom('A', 'B', '', 'a.b'), fc.string({ maxLength: 10 }))
    const piece = fc.oneof(
      fc.constantFrom(
        '{{input}}',
        '{{input.x}}',
        '{{steps.A}}',
        '{{steps.B.json.x}}',
        '{{',
        '}}',
        '\n',
        '\\',
        '{{steps.'
      ),
      fc.string({ maxLength: 5 })
    )
    const template = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
    const step = fc
      .record({ name, prompt: template, system: template })
      .map(({ name: called, prompt, system }) => testStep(called, prompt, { system }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 4 }), template, (list, system) => {
        const chain = testChain(
          list.map((one, place) => ({ ...one, id: `s${place}` })),
          { system }
        )
        expect(chainSchema.safeParse(chain).success).toBe(true)
        for (const problem of findProblems(chain, null)) {
          expect(chainProblemSchema.safeParse(problem).success).toBe(true)
          const owner = chain.steps.find(({ id }) => id === problem.stepId)
          const text = problem.field === 'system' ? (owner?.system ?? chain.system) : (owner?.prompt ?? '')
          expect(problem.end ?? 0).toBeLessThanOrEqual(text.length)
          expect(problem.message).not.toMatch(/undefined|null/)
        }
      })
    )
  })
})
