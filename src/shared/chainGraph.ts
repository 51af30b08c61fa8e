/** What depends on what in a chain: told by its templates alone, never drawn by hand. Pure. */
import type { Chain, Step } from './chain.ts'
import { parseTemplate } from './template.ts'

/** `from` null: the input. */
export interface ChainEdge {
  from: string | null
  to: string
}

/** Everything at once, for whoever asks more than one question of a chain: each template is read once. Steps are named by their ids. */
export interface ChainGraph {
  /** By the place of `to` in the chain, the input first, then by the place of `from`. */
  edges: readonly ChainEdge[]
  /** Steps that must have ended before this one can be asked, in the order of the chain. Itself among them: a cycle of one. */
  before: ReadonlyMap<string, readonly string[]>
  /** Steps that mention this one. */
  after: ReadonlyMap<string, readonly string[]>
  /** Null where a cycle is. */
  order: readonly string[] | null
  results: readonly string[]
}

/** Ids by name; of two steps with one name the first is meant. */
export function stepsByName(chain: Pick<Chain, 'steps'>): ReadonlyMap<string, string> {
  const byName = new Map<string, string>()
  for (const { id, name } of chain.steps) if (!byName.has(name)) byName.set(name, id)
  return byName
}

/**
 * Ids of the steps that this one mentions in prompt, system prompt and final outputs, each once. A final output may say what its own step
 * answered; that is no edge. Names that nobody has are left out.
 */
export function stepsMentioned(step: Step, byName: ReadonlyMap<string, string>): string[] {
  return mentionsOf(step, byName).steps
}

export function graphOf(chain: Chain): ChainGraph {
  const byName = stepsByName(chain)
  const place = new Map(chain.steps.map(({ id }, index) => [id, index]))
  const asksInput = mentionsInput(chain.system)
  const edges: ChainEdge[] = []
  const before = new Map<string, string[]>()
  const after = new Map<string, string[]>(chain.steps.map(({ id }) => [id, []]))
  for (const step of chain.steps) {
    const mentioned = mentionsOf(step, byName)
    const steps = mentioned.steps.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0))
    if (mentioned.input || (asksInput && step.system.trim() === '')) edges.push({ from: null, to: step.id })
    for (const from of steps) {
      edges.push({ from, to: step.id })
      after.get(from)?.push(step.id)
    }
    before.set(step.id, steps)
  }
  const ids = chain.steps.map(({ id }) => id)
  return { edges, before, after, order: sorted(ids, before, after), results: ids.filter((id) => isResult(id, after)) }
}

export function edgesOf(chain: Chain): ChainEdge[] {
  return [...graphOf(chain).edges]
}

/** Ids, each after all that it mentions; where several could come next, the first of the chain does. Null: a cycle. */
export function orderOf(chain: Chain): string[] | null {
  const { order } = graphOf(chain)
  return order === null ? null : [...order]
}

/** Ids of the steps whose outputs are the item's result: no other step mentions them. */
export function resultSteps(chain: Chain): string[] {
  return [...graphOf(chain).results]
}

/** The shortest cycle through the first step that is in one, as the output goes: ids, the first one again at the end. */
export function cycleSteps(chain: Chain, graph: ChainGraph = graphOf(chain)): string[] | null {
  if (graph.order !== null) return null
  for (const { id } of chain.steps) {
    const cycle = shortestWayBack(id, graph.after)
    if (cycle !== null) return cycle
  }
  return null
}

/** Names: ["Draft", "Review", "Draft"]; null where there is none. */
export function cycleOf(chain: Chain, graph: ChainGraph = graphOf(chain)): string[] | null {
  const names = new Map(chain.steps.map(({ id, name }) => [id, name]))
  return cycleSteps(chain, graph)?.map((id) => names.get(id) ?? id) ?? null
}

function mentionsOf(step: Step, byName: ReadonlyMap<string, string>): { steps: string[]; input: boolean } {
  const steps = new Set<string>()
  let input = false
  const look = (template: string, mayMentionItself: boolean): void => {
    if (!template.includes('{{')) return
    for (const part of parseTemplate(template).parts) {
      if (part.kind === 'input') input = true
      const id = part.kind === 'step' ? byName.get(part.name) : undefined
      if (id !== undefined && !(mayMentionItself && id === step.id)) steps.add(id)
    }
  }
  look(step.prompt, false)
  look(step.system, false)
  for (const { finalOutput } of step.stopConditions) look(finalOutput ?? '', true)
  return { steps: [...steps], input }
}

function mentionsInput(template: string): boolean {
  return parseTemplate(template).parts.some(({ kind }) => kind === 'input')
}

function isResult(id: string, after: ReadonlyMap<string, readonly string[]>): boolean {
  return (after.get(id) ?? []).every((other) => other === id)
}

function sorted(
  ids: readonly string[],
  before: ReadonlyMap<string, readonly string[]>,
  after: ReadonlyMap<string, readonly string[]>
): string[] | null {
  const open = new Map(ids.map((id) => [id, before.get(id)?.length ?? 0]))
  const order: string[] = []
  while (order.length < ids.length) {
    const next = ids.find((id) => open.get(id) === 0)
    if (next === undefined) return null
    order.push(next)
    open.delete(next)
    for (const id of after.get(next) ?? []) open.set(id, (open.get(id) ?? 0) - 1)
  }
  return order
}

function shortestWayBack(id: string, after: ReadonlyMap<string, readonly string[]>): string[] | null {
  const cameFrom = new Map<string, string>()
  let border = [id]
  while (border.length > 0) {
    const next: string[] = []
    for (const from of border) {
      for (const to of after.get(from) ?? []) {
        if (to === id) return [...wayFrom(id, from, cameFrom), id]
        if (cameFrom.has(to)) continue
        cameFrom.set(to, from)
        next.push(to)
      }
    }
    border = next
  }
  return null
}

function wayFrom(start: string, end: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [end]
  for (let id = end; id !== start;) {
    id = cameFrom.get(id) ?? start
    way.unshift(id)
  }
  return way
}
