import { describe, expect, it } from 'vitest'
import { edgesOf } from '../../../../shared/chainGraph.ts'
import type { Chain } from '../../../../shared/chain.ts'
import {
  addStep,
  changeStep,
  connect,
  deleteSteps,
  disconnect,
  makeStep,
  mentionCount,
  moveCards,
  placeFor,
  withCopies
} from './chainEdits.ts'
import { readingOrder, wouldCircle } from './chainShape.ts'
import { makeChain } from './makeChain.ts'
import { copiedText, readCopied } from './stepClipboard.ts'

const step = (id: string, name: string, prompt: string, x: number) => ({
  ...makeStep(name, { x, y: 0 }, null),
  id,
  prompt
})
const chain: Chain = [
  step('a', 'Draft', 'About {{input}}', 300),
  step('b', 'Judge', 'Judge {{steps.Draft}} for {{input}}, then {{steps.Draft}}', 600)
].reduce(addStep, makeChain('Test'))
const edges = (of: Chain): string[] =>
  edgesOf(of)
    .map(({ from, to }) => `${from ?? 'input'}>${to}`)
    .sort()

describe('changes of a chain', () => {
  it('connects by a mention at the end of the prompt, once', () => {
    const more = addStep(chain, step('c', 'Final step', 'Say it.', 900))
    const connected = connect(more, { from: 'b', to: 'c' })
    expect(connected.steps[2]?.prompt).toBe('Say it.\n\n{{steps.Judge}}')
    expect(connect(connected, { from: 'b', to: 'c' })).toBe(connected)
    expect(edges(connect(more, { from: null, to: 'c' }))).toContain('input>c')
  })

  it('takes a connection out of every template of the step, and nothing else', () => {
    expect(mentionCount(chain, { from: 'a', to: 'b' })).toBe(2)
    const without = disconnect(chain, { from: 'a', to: 'b' })
    expect(edges(without)).toEqual(['input>a', 'input>b'])
    expect(without.steps[1]?.prompt).toBe('Judge  for {{input}}, then')
    expect(without.steps[0]).toBe(chain.steps[0])
  })

  it('copies steps that mention each other as a group of its own, with names that are free', () => {
    const { chain: copied, ids } = withCopies(chain, chain.steps, { x: 10, y: 10 })
    expect(copied.steps.map(({ name }) => name)).toEqual(['Draft', 'Judge', 'Draft 2', 'Judge 2'])
    expect(edges(copied)).toContain(`${ids[0]}>${ids[1]}`)
    expect(edges(copied)).not.toContain(`a>${ids[1]}`)
    expect(new Set(copied.steps.map(({ id }) => id)).size).toBe(4)
  })

  it('gives the same chain where nothing changes, so that no step of the history is made of it', () => {
    expect(changeStep(chain, 'a', { name: 'Draft' })).toBe(chain)
    expect(deleteSteps(chain, new Set(['x']))).toBe(chain)
    expect(moveCards(chain, { a: { x: 300, y: 0 }, input: { x: 0, y: 0 } })).toBe(chain)
    expect(moveCards(chain, { a: { x: 301, y: 0 } }).steps[1]).toBe(chain.steps[1])
  })

  it('knows what would go in a circle before it is connected', () => {
    expect(wouldCircle(chain, { from: 'b', to: 'a' })).toBe(true)
    expect(wouldCircle(chain, { from: 'a', to: 'a' })).toBe(true)
    expect(wouldCircle(chain, { from: 'a', to: 'b' })).toBe(false)
    expect(wouldCircle(chain, { from: null, to: 'a' })).toBe(false)
  })

  it('puts a new card where none is, and goes through cards from left to right', () => {
    const place = placeFor(chain, 'a')
    expect(chain.steps.some(({ position }) => position.x === place.x && position.y === place.y)).toBe(false)
    expect(readingOrder(chain)).toEqual(['input', 'a', 'b'])
  })

  it('reads back what it copied, and takes any other text for what it is', () => {
    expect(readCopied(copiedText(chain.steps))?.map(({ name, prompt }) => [name, prompt])).toEqual(
      chain.steps.map(({ name, prompt }) => [name, prompt])
    )
    for (const text of [
      '',
      'hello',
      '{}',
      '{"kind":"stoker.steps.1"}',
      '{"kind":"stoker.steps.1","steps":[1,null]}',
      'stoker.steps.1'
    ])
      expect(readCopied(text)).toBeNull()
  })
})
