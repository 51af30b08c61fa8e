/** A wrong edge asks a step before its input is there, or never. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StopCondition } from './chain.ts'
import { cycleOf, edgesOf, graphOf, orderOf, resultSteps, stepsByName, stepsMentioned } from './chainGraph.ts'
import { testChain, testStep } from './chainRig.ts'

const ends = (finalOutput: string): StopCondition => ({
  kind: 'contains',
  text: 'x',
  ignoreCase: false,
  reason: '',
  finalOutput
})
const diamond = testChain({ A: '{{input}}', B: '{{steps.A}}', C: '{{steps.A}}', D: '{{steps.C}} {{steps.B.json.x}}' })

describe('the graph of a chain', () => {
  it('is what prompt, system prompt and final outputs mention, each once', () => {
    const chain = testChain([
      testStep('A'),
      testStep('B'),
      testStep('C'),
      testStep('D', '{{steps.B}} {{steps.B.json.a}} \\{{steps.C}} {{steps.Nobody}}', {
        system: 'As {{steps.A}}',
        stopConditions: [ends('{{steps.C}} {{steps.D}}')]
      })
    ])
    expect(stepsMentioned(testStep('D', '{{steps.B}}{{steps.B}}'), stepsByName(chain))).toEqual(['id-B'])
    expect(edgesOf(chain)).toEqual([
      ...['A', 'B', 'C'].map((name) => ({ from: null, to: `id-${name}` })),
      ...['A', 'B', 'C'].map((name) => ({ from: `id-${name}`, to: 'id-D' }))
    ])
  })

  it('counts the input that the system prompt of the chain mentions for the steps without one of their own', () => {
    const chain = testChain([testStep('A', 'x'), testStep('B', 'x', { system: 'mine' })], { system: '{{input}}' })
    expect(edgesOf(chain)).toEqual([{ from: null, to: 'id-A' }])
  })

  it('has an order that keeps the order of the chain where it may', () => {
    expect(orderOf(diamond)).toEqual(['id-A', 'id-B', 'id-C', 'id-D'])
    expect(orderOf(testChain({ Z: '{{steps.A}}', Y: '', A: '', X: '' }))).toEqual(['id-Y', 'id-A', 'id-Z', 'id-X'])
  })

  it('ends in the steps that nobody mentions', () => {
    expect(resultSteps(diamond)).toEqual(['id-D'])
    expect(resultSteps(testChain({ A: '', B: '{{steps.A}}', C: '{{steps.A}}' }))).toEqual(['id-B', 'id-C'])
  })

  it('takes the first of two steps with one name', () => {
    const chain = testChain([
      testStep('A', '', { id: 'one' }),
      testStep('A', '', { id: 'two' }),
      testStep('B', '{{steps.A}}')
    ])
    expect(graphOf(chain).before.get('id-B')).toEqual(['one'])
  })

  it.each<[Record<string, string>, string[] | null]>([
    [{ A: '', B: '{{steps.A}}' }, null],
    [{ Draft: '{{steps.Review}}', Review: '{{steps.Draft}}' }, ['Draft', 'Review', 'Draft']],
    [{ A: '{{steps.A}}' }, ['A', 'A']],
    // What hangs on a cycle is not in it, and the shortest is the easiest to mend.
    [
      {
        Out: '{{steps.C}}',
        In: '',
        A: '{{steps.In}}{{steps.B}}{{steps.C}}',
        B: '{{steps.A}}{{steps.C}}',
        C: '{{steps.B}}'
      },
      ['A', 'B', 'A']
    ]
  ])('names the cycle of %j', (prompts, cycle) => {
    expect(cycleOf(testChain(prompts))).toEqual(cycle)
    expect(orderOf(testChain(prompts)) === null).toBe(cycle !== null)
  })

  it('of any chain has either an order, in which nothing comes before what it mentions, or a cycle of real edges', () => {
    const places = fc.nat({ max: 7 })
    fc.assert(
      fc.property(fc.array(fc.tuple(places, places), { maxLength: 14 }), (pairs) => {
        const mentioned = (to: number) => pairs.flatMap(([from, other]) => (other === to ? [`{{steps.S${from}}}`] : []))
        const chain = testChain(
          Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`S${n}`, mentioned(n).join(' ')]))
        )
        const isEdge = new Set(pairs.map(([from, to]) => `S${from}>S${to}`))
        const order = orderOf(chain)
        const cycle = cycleOf(chain)
        expect(order === null).toBe(cycle !== null)
        for (const [place, name] of (cycle ?? []).entries())
          if (place > 0) expect(isEdge.has(`${cycle?.[place - 1]}>${name}`)).toBe(true)
        expect(cycle?.[0]).toBe(cycle?.at(-1))
        for (const { from, to } of order === null ? [] : edgesOf(chain))
          if (from !== null) expect(order?.indexOf(from)).toBeLessThan(order?.indexOf(to) ?? -1)
      })
    )
  })

  it('of 500 steps that all mention the ones before is told too', () => {
    const chain = testChain(
      Object.fromEntries(
        Array.from({ length: 500 }, (_, n) => [
          `S${n}`,
          Array.from({ length: n }, (_, m) => `{{steps.S${m}}}`).join('')
        ])
      )
    )
    expect(orderOf(chain)).toHaveLength(500)
  })
})
