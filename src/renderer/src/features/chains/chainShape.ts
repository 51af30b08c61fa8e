/** Who mentions whom in a chain, worked out once for each state of it; the order in which the keyboard goes through its cards. */
import type { Chain, Step } from '../../../../shared/chain.ts'
import { edgesOf, type ChainEdge } from '../../../../shared/chainGraph.ts'
import { inputNodeId } from './chainEdits.ts'

interface ChainShape {
  byId: ReadonlyMap<string, Step>
  /** One a line: the same text while no name changes, however the chain does. */
  names: string
  edges: readonly ChainEdge[]
  /** By step id: what it mentions; null is the input. */
  mentions: ReadonlyMap<string, readonly (string | null)[]>
  /** By step id, and the input's under its node's: the steps that mention it. */
  mentionedBy: ReadonlyMap<string, readonly string[]>
}

const shapes = new WeakMap<Chain, ChainShape>()

export function shapeOf(chain: Chain): ChainShape {
  const known = shapes.get(chain)
  if (known !== undefined) return known
  const edges = edgesOf(chain)
  const mentions = new Map<string, (string | null)[]>()
  const mentionedBy = new Map<string, string[]>()
  const add = <Value>(map: Map<string, Value[]>, key: string, value: Value): void => {
    const list = map.get(key)
    if (list === undefined) map.set(key, [value])
    else list.push(value)
  }
  for (const { from, to } of edges) {
    add(mentions, to, from)
    add(mentionedBy, from ?? inputNodeId, to)
  }
  const names = chain.steps.map(({ name }) => name).join('\n')
  const shape = { names, byId: new Map(chain.steps.map((step) => [step.id, step])), edges, mentions, mentionedBy }
  shapes.set(chain, shape)
  return shape
}

/** All that `stepId` mentions, directly or through others. */
export function ancestorsOf(chain: Chain, stepId: string): Set<string> {
  const { mentions } = shapeOf(chain)
  const found = new Set<string>()
  const open = [stepId]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const from of mentions.get(id) ?? []) {
      if (from === null || found.has(from)) continue
      found.add(from)
      open.push(from)
    }
  }
  return found
}

/** Whether mentioning `from` in `to` would make the chain go in a circle. */
export function wouldCircle(chain: Chain, { from, to }: ChainEdge): boolean {
  return from !== null && (from === to || ancestorsOf(chain, from).has(to))
}

/** By columns from left to right, each from top to bottom: as one reads the canvas. */
export function readingOrder(chain: Chain): string[] {
  const cards = [
    { id: inputNodeId, position: chain.inputPosition },
    ...chain.steps.map(({ id, position }) => ({ id, position }))
  ]
  const columnOf = (x: number): number => Math.round(x / 140)
  return cards
    .sort((a, b) => columnOf(a.position.x) - columnOf(b.position.x) || a.position.y - b.position.y)
    .map(({ id }) => id)
}
