import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Chain } from '../../../../shared/chain.ts'
import { addStep, cardWidth, makeStep, usualCardHeight } from './chainEdits.ts'
import { shapeOf } from './chainShape.ts'
import { layoutChain } from './layoutChain.ts'
import { makeChain } from './makeChain.ts'

/** `mentions`: of each step, the numbers of others. */
function chainOf(mentions: readonly (readonly number[])[]): Chain {
  return mentions
    .map((others, index) => ({
      ...makeStep(`S${index}`, { x: 0, y: 0 }, null),
      id: `s${index}`,
      prompt: others.map((other) => `{{steps.S${other}}}`).join(' ')
    }))
    .reduce(addStep, makeChain('Test'))
}

describe('the layout of cards', () => {
  it('puts each card right of what it mentions, and none upon another, whatever mentions whom', () => {
    const anyChain = fc
      .integer({ min: 0, max: 40 })
      .chain((count) =>
        fc.tuple(
          ...Array.from({ length: count }, (_, index) =>
            fc.array(fc.integer({ min: 0, max: Math.max(0, index - 1) }), { maxLength: index === 0 ? 0 : 3 })
          )
        )
      )
    fc.assert(
      fc.property(anyChain, (mentions) => {
        const chain = chainOf(mentions)
        const places = layoutChain(chain, {})
        for (const { from, to } of shapeOf(chain).edges) expect(places[from ?? 'input']!.x).toBeLessThan(places[to]!.x)
        const all = Object.values(places)
        all.forEach((a, index) =>
          all.slice(index + 1).forEach((b) => {
            expect(Math.abs(a.x - b.x) >= cardWidth || Math.abs(a.y - b.y) >= usualCardHeight).toBe(true)
          })
        )
      }),
      { numRuns: 100 }
    )
  })

  it('ends where steps wait for each other in a circle', () => {
    const places = layoutChain(chainOf([[1], [2], [0], []]), {})
    expect(Object.keys(places)).toHaveLength(5)
    expect(Object.values(places).every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true)
  })

  it('uncrosses what need not cross, and centres a card between the two it mentions', () => {
    const chain = chainOf([[], [], [1], [0], [2, 3]])
    const places = layoutChain(chain, {})
    const isAbove = (a: string, b: string): boolean => places[a]!.y < places[b]!.y
    expect(isAbove('s0', 's1')).toBe(isAbove('s3', 's2'))
    expect(places.s4!.y).toBeCloseTo((places.s2!.y + places.s3!.y) / 2, 0)
  })
})
