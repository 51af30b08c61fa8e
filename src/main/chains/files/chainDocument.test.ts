/** A chain that comes back other than it went, or a refusal that names no place, is work lost. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Chain, StopCondition } from '../../../shared/chain.ts'
import { chainSchema } from '../../../shared/chain.ts'
import { testChain, testStep } from '../../../shared/chainRig.ts'
import { StokerError } from '../../../shared/errors.ts'
import { readChain, writeChain } from './chainDocument.ts'

const read = (document: unknown): Chain =>
  readChain(typeof document === 'string' ? document : JSON.stringify(document), () => 'new-id')
const refusalOf = (document: unknown): { message: string; hint: string | null } => {
  try {
    read(document)
  } catch (error) {
    if (error instanceof StokerError && error.code === 'invalid_input') return error
    throw error
  }
  throw new Error('it was read')
}
const minimal = {
  name: 'Mine',
  steps: [
    { name: 'Draft', prompt: 'Write: {{input}}' },
    { name: 'Review', prompt: 'Judge: {{steps.Draft}}' }
  ]
}

const conditions: StopCondition[] = [
  { kind: 'contains', text: 'STOP', ignoreCase: true, reason: 'enough', finalOutput: null },
  { kind: 'matches', pattern: '^no', ignoreCase: false, reason: '', finalOutput: '{{input}}' },
  { kind: 'length', comparison: 'over', letters: 10, reason: '', finalOutput: null },
  { kind: 'json_path', path: 'a[0].b', comparison: 'over', value: '3', reason: '', finalOutput: null },
  { kind: 'step_number', number: 2, reason: '', finalOutput: null }
]
const text = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.toWellFormed())
const chain: fc.Arbitrary<Chain> = fc
  .array(
    fc.record({
      name: text,
      prompt: text,
      system: text,
      options: fc.record(
        {
          temperature: fc.double({ min: 0, max: 5, noNaN: true }).map(Math.abs),
          seed: fc.integer(),
          stop: fc.constant<string[]>(['x'])
        },
        { requiredKeys: [] }
      ),
      contextLength: fc.option(fc.integer({ min: 64, max: 100_000 })),
      stopConditions: fc.subarray(conditions),
      position: fc.record({ x: fc.integer(), y: fc.integer() }),
      output: fc.oneof(
        fc.constant({ format: 'text' as const }),
        fc.constant({ format: 'json' as const, schema: { type: 'object', required: ['a'] } })
      )
    }),
    { maxLength: 6 }
  )
  .map((steps) =>
    testChain(
      steps.map((step, index) => ({ ...testStep(`s${index}`), ...step })),
      { name: 'Any', description: 'x' }
    )
  )

describe('a chain as a file', () => {
  it('comes back as it went, and its text is the same the next time', () => {
    fc.assert(
      fc.property(chain, (one) => {
        const { text: written } = writeChain(one)
        expect(read(written)).toEqual(one)
        expect(writeChain(read(written)).text).toBe(written)
      })
    )
  })

  it('is written with one key a line in the order of the schema, whatever order it had', () => {
    const { steps, ...rest } = testChain({ Draft: '{{input}}' })
    const { fileName, text: written } = writeChain({ steps, ...rest, name: 'A/B: "test"' })
    expect(fileName).toBe('A-B- -test.chain.json')
    expect(Object.keys(JSON.parse(written) as object)).toEqual(Object.keys(chainSchema.shape))
    expect(written).toContain('\n      "contextPolicy": "refuse",\n')
  })

  it('may be written by hand: name and steps with name and prompt are enough', () => {
    const read1 = read(minimal)
    expect(read1).toMatchObject({ version: 1, id: 'new-id', system: '', inputColumns: [] })
    expect(read1.steps.map(({ id, model, output, position }) => ({ id, model, output, position }))).toEqual([
      { id: 'step-1', model: null, output: { format: 'text' }, position: { x: 290, y: 0 } },
      { id: 'step-2', model: null, output: { format: 'text' }, position: { x: 580, y: 0 } }
    ])
    expect(chainSchema.safeParse(read1).success).toBe(true)
    expect(read(`\ufeff${JSON.stringify(minimal)}`)).toEqual(read1)
  })

  it('may leave out the rest of what it names in part', () => {
    const [step] = read({
      name: 'x',
      steps: [
        {
          name: 'A',
          prompt: 'p',
          output: { format: 'json' },
          onError: { then: 'skip' },
          stopConditions: [
            { kind: 'contains', text: 'x' },
            { kind: 'json_path', path: 'a' }
          ]
        }
      ]
    }).steps
    expect(step).toMatchObject({
      output: { format: 'json', schema: null },
      onError: { retries: 0, fallbackModel: null, then: 'skip', defaultText: '' },
      stopConditions: [
        { kind: 'contains', text: 'x', ignoreCase: false, reason: '', finalOutput: null },
        { kind: 'json_path', path: 'a', comparison: 'is', value: null }
      ]
    })
  })

  it('of which two steps have one id gets another for the second, and never one that a third has', () => {
    const steps = ['a', 'a', 'step-2', undefined, 'no id!', 7].map((id) => ({ id, name: 'x', prompt: 'p' }))
    const ids = read({ name: 'x', id: 'kept', steps }).steps.map(({ id }) => id)
    expect(ids).toEqual(['a', 'step-3', 'step-2', 'step-4', 'step-5', 'step-6'])
    expect(read({ ...minimal, id: 'kept' }).id).toBe('kept')
    expect(read({ ...minimal, id: 'not an id' }).id).toBe('new-id')
  })

  it('with fields that nobody knows is read without them', () => {
    expect(read({ ...minimal, colour: 'red', steps: minimal.steps.map((step) => ({ ...step, mood: 1 })) })).toEqual(
      read(minimal)
    )
  })

  it('of five hundred steps that all mention each other, last ones first, is placed at once: it stopped everything for eight seconds', () => {
    const steps = Array.from({ length: 500 }, (_, at) => ({
      name: `n${at}`,
      prompt: at === 0 ? '{{input}}' : Array.from({ length: at }, (_, before) => `{{steps.n${before}}}`).join('')
    })).toReversed()
    const xs = read({ name: 'x', steps }).steps.map(({ position }) => position.x)
    expect(xs).toEqual([...new Set(xs)].toSorted((a, b) => b - a))
  })

  it('of a cycle is read: a draft may be unfinished', () => {
    expect(
      read({
        name: 'x',
        steps: [
          { name: 'A', prompt: '{{steps.B}}' },
          { name: 'B', prompt: '{{steps.A}}' }
        ]
      }).steps
    ).toHaveLength(2)
  })
})

describe('a broken chain is refused with the place', () => {
  const withStep = (step: object) => ({ ...minimal, steps: [...minimal.steps, { name: 'X', prompt: 'p', ...step }] })
  it.each([
    ['{"name": "x"\n  "steps": []}', 'line 2, column 3: a comma is missing'],
    ['', 'line 1, column 1: there is nothing'],
    ['[]', 'it is not an object with a name and steps'],
    ['null', 'it is not an object with a name and steps'],
    [{ steps: [] }, 'name: is missing'],
    [{ name: 'x' }, 'steps: is missing'],
    [{ name: '', steps: [] }, 'name: must not be empty'],
    [{ ...minimal, version: 'one' }, 'version: must be 1'],
    [{ ...minimal, steps: 'none' }, 'steps: must be a list'],
    [{ ...minimal, steps: [7] }, 'steps 1: must be an object'],
    [{ ...minimal, steps: [{ name: 'x' }] }, 'steps 1, prompt: is missing'],
    [withStep({ prompt: 7 }), 'steps 3, prompt: must be text'],
    [
      withStep({ contextPolicy: 'guess' }),
      'steps 3, contextPolicy: must be "refuse", "cut_middle", "slide" or "summarise"'
    ],
    [withStep({ options: { temperature: 9 } }), 'steps 3, options, temperature: must be at most 5'],
    [withStep({ options: { topK: 1.5 } }), 'steps 3, options, topK: must be a whole number'],
    [withStep({ model: 'llama3' }), 'steps 3, model: must be an object'],
    [withStep({ onError: { then: 'cry' } }), 'steps 3, onError, then: must be "stop", "skip" or "default"'],
    [withStep({ stopConditions: [{ kind: 'mood' }] }), 'steps 3, stopConditions 1, kind: must be'],
    [withStep({ stopConditions: [{ kind: 'contains' }] }), 'steps 3, stopConditions 1, text: is missing'],
    [withStep({ output: { format: 'xml' } }), 'steps 3, output, format: must be']
  ])('%j: %s', (document, words) => {
    const { message, hint } = refusalOf(document)
    expect(message).toContain(`The chain was not imported: ${words}`)
    expect(message).toMatch(/[^.]\.$/)
    expect(hint).toMatch(/(Choose a file that Stoker exported|Mend that in the file, or export the chain again)\.$/)
  })

  it('names further mistakes in the hint', () => {
    expect(refusalOf({ name: 7, steps: [{ name: 'x' }] })).toMatchObject({
      message: 'The chain was not imported: name: must be text.',
      hint: 'Also: steps 1, prompt: is missing. Mend that in the file, or export the chain again.'
    })
    expect(refusalOf({ nodes: [], connections: {} }).hint).toBe(
      'Also: steps: is missing. Choose a file that Stoker exported.'
    )
  })

  it('of a newer Stoker says so', () => {
    expect(refusalOf({ ...minimal, version: 2, steps: 'of the future' })).toMatchObject({
      message: expect.stringMatching(/newer Stoker \(version 2 of its format; this one reads up to 1\)/),
      hint: 'Update Stoker, then import it again.'
    })
  })

  it('or read, whatever the text is: nothing else comes out', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('x', 1, null, [], {}))
    const keys = [
      'name',
      'prompt',
      'id',
      'model',
      'options',
      'output',
      'onError',
      'stopConditions',
      'position',
      'kind',
      '__proto__'
    ]
    const fields = fc.dictionary(fc.constantFrom(...keys), value)
    const document = fc.record(
      {
        name: value,
        steps: fc.oneof(fc.array(fc.oneof(fields, value)), value),
        id: value,
        version: value,
        inputPosition: value
      },
      { requiredKeys: [] }
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          document.map((one) => JSON.stringify(one))
        ),
        (any) => {
          try {
            expect(chainSchema.safeParse(read(any)).success).toBe(true)
          } catch (error) {
            if (!(error instanceof StokerError)) throw error
            expect(error.message.length).toBeLessThan(400)
          }
        }
      ),
      { numRuns: 500 }
    )
  })
})
