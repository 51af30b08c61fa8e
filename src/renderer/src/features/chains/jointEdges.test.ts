/** A line built anew at every step of a drag, which costs frames, or one that still lies where a card stood before it was moved. */
import { expect, it } from 'vitest'
import type { FlowNode } from './flowStore.ts'
import { createJointPath, partEdges } from './jointEdges.ts'

const card = (id: string, x: number, isMoved = false): FlowNode => ({
  id,
  type: 'step',
  position: { x, y: 0 },
  data: {},
  ...(isMoved && { dragging: true })
})
const edge = (source: string, target: string) => ({ id: `${source}>${target}`, source, target })
const edges = [edge('a', 'b'), edge('b', 'c'), edge('c', 'd'), { ...edge('a', 'd'), selected: true }]

it('draws by themselves the edges of cards being moved, and those that are chosen', () => {
  const { own, joint } = partEdges(edges, new Set(['b']))
  expect(own.map(({ id }) => id)).toEqual(['a>b', 'b>c', 'a>d'])
  expect(joint.map(({ id }) => id)).toEqual(['c>d'])
})

it('keeps the line while a card is moved, and draws it anew after', () => {
  const { joint } = partEdges(edges, new Set(['b']))
  const pathOf = createJointPath(joint)
  const first = pathOf([card('b', 1, true), card('c', 300), card('d', 600)])
  const unread = Object.defineProperty(card('c', 0), 'position', {
    get: () => {
      throw new Error('built anew')
    }
  })
  expect(pathOf([card('b', 2, true), unread, card('d', 600)])).toBe(first)
  expect(pathOf([card('b', 2), card('c', 310), card('d', 600)])).not.toBe(first)
})
