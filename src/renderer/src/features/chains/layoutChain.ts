/**
 * Where the cards stand when nobody places them: in columns from left to right, each card right of all it mentions, near the height of
 * those, in an order with few crossings. Pure; a chain of five hundred steps takes a few milliseconds.
 */
import type { Chain } from '../../../../shared/chain.ts'
import { columnStep, inputNodeId, usualCardHeight, type Place } from './chainEdits.ts'
import { shapeOf } from './chainShape.ts'

const betweenRows = 28
const sweeps = 4

/** `heights` by node id, as measured. The input's card stays where it is, and the rest is laid out around it. */
export function layoutChain(chain: Chain, heights: Readonly<Record<string, number>>): Record<string, Place> {
  const columns = columnsOf(chain)
  orderColumns(chain, columns)
  const heightOf = (id: string): number => heights[id] ?? usualCardHeight
  const { x, y } = chain.inputPosition
  const centres = new Map([[inputNodeId, y + heightOf(inputNodeId) / 2]])
  const places: Record<string, Place> = { [inputNodeId]: { x, y } }
  columns.forEach((ids, column) => {
    const wished = ids.map((id) => mean(parentsOf(chain, id).flatMap((from) => centres.get(from) ?? [])))
    stack(ids.map(heightOf), wished).forEach((centre, index) => {
      const id = ids[index]!
      centres.set(id, centre)
      places[id] = { x: x + (column + 1) * columnStep, y: Math.round(centre - heightOf(id) / 2) }
    })
  })
  return places
}

function parentsOf(chain: Chain, id: string): string[] {
  const mentions = shapeOf(chain).mentions.get(id) ?? []
  // What mentions nothing begins beside the input.
  return mentions.length === 0 ? [inputNodeId] : mentions.map((from) => from ?? inputNodeId)
}

/** Each step in the first column right of all it mentions; what closes a circle counts for nothing. */
function columnsOf(chain: Chain): string[][] {
  const known = new Map<string, number>([[inputNodeId, -1]])
  const open = new Set<string>()
  const columnOf = (id: string): number => {
    const column = known.get(id)
    if (column !== undefined) return column
    if (open.has(id)) return -1
    open.add(id)
    const found = 1 + Math.max(...parentsOf(chain, id).map(columnOf))
    open.delete(id)
    known.set(id, found)
    return found
  }
  const columns: string[][] = []
  for (const { id } of chain.steps) (columns[columnOf(id)] ??= []).push(id)
  return columns
}

/** Back and forth, each card to the mean place of its neighbours. */
function orderColumns(chain: Chain, columns: string[][]): void {
  const { mentionedBy } = shapeOf(chain)
  const place = new Map<string, number>([[inputNodeId, 0.5]])
  const settle = (ids: string[]): void => ids.forEach((id, index) => place.set(id, (index + 0.5) / ids.length))
  columns.forEach(settle)
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const isForth = sweep % 2 === 0
    for (const ids of isForth ? columns : columns.toReversed()) {
      const neighbours = (id: string): readonly string[] =>
        isForth ? parentsOf(chain, id) : (mentionedBy.get(id) ?? [])
      const weight = new Map(
        ids.map((id) => {
          const near = neighbours(id).flatMap((other) => place.get(other) ?? [])
          return [id, near.length === 0 ? (place.get(id) ?? 0) : mean(near)]
        })
      )
      ids.sort((a, b) => (weight.get(a) ?? 0) - (weight.get(b) ?? 0))
      settle(ids)
    }
  }
}

/** Centres as near to the wished ones as their order and heights allow: pushed apart, then moved back together as a whole. */
function stack(heights: readonly number[], wished: readonly number[]): number[] {
  const centres: number[] = []
  heights.forEach((height, index) => {
    const above = centres[index - 1]
    const least = above === undefined ? -Infinity : above + (heights[index - 1] ?? 0) / 2 + betweenRows + height / 2
    centres.push(Math.max(wished[index] ?? 0, least))
  })
  const back = mean(wished) - mean(centres)
  return centres.map((centre) => centre + back)
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
