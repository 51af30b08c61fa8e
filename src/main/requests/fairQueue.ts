/**
 * Who is next: the callers in turn, each with its oldest entry whose model may run. Plain data, no promises. Adding, removing and taking
 * cost the same however long the queue is; only the numbers of callers and of models count, and both are small.
 */

export interface Ticket<Item> {
  readonly item: Item
  readonly caller: string
  readonly model: string
  /** The order of arrival, kept when it is put back. */
  readonly sequence: number
}

export interface FairQueue<Item> {
  readonly size: number
  add(item: Item, caller: string, model: string): Ticket<Item>
  /** Again, at its old place in its caller's line. Its caller's turn is not brought forward by it. */
  putBack(ticket: Ticket<Item>): void
  has(ticket: Ticket<Item>): boolean
  /** False when it does not wait any more. */
  remove(ticket: Ticket<Item>): boolean
  /** The next one, which then waits no more; null when none may run. */
  take(mayRun: (model: string) => boolean): Ticket<Item> | null
  /** The first so many, in the order in which their turn comes as long as every model may run. */
  inOrder(limit: number): Ticket<Item>[]
  /** The place (from 1) of the youngest entry of a caller, without walking along the queue; 0 when it has none. */
  lastPlaceOf(caller: string): number
}

interface Node<Item> {
  ticket: Ticket<Item>
  previous: Node<Item> | null
  next: Node<Item> | null
}

interface Line<Item> {
  first: Node<Item> | null
  last: Node<Item> | null
}

interface Caller<Item> {
  count: number
  /** One line per model, so that a model that may not run is passed by at once, however many wait for it. */
  lines: Map<string, Line<Item>>
}

export function createFairQueue<Item>(): FairQueue<Item> {
  /** In the order of their turns: who was served goes to the end. */
  const callers = new Map<string, Caller<Item>>()
  const waiting = new Map<Ticket<Item>, Node<Item>>()
  let nextSequence = 0

  function insert(ticket: Ticket<Item>): void {
    if (waiting.has(ticket)) return
    const caller: Caller<Item> = callers.get(ticket.caller) ?? { count: 0, lines: new Map() }
    callers.set(ticket.caller, caller)
    const line: Line<Item> = caller.lines.get(ticket.model) ?? { first: null, last: null }
    caller.lines.set(ticket.model, line)
    const node: Node<Item> = { ticket, previous: null, next: null }
    link(line, node)
    caller.count += 1
    waiting.set(ticket, node)
  }

  function remove(ticket: Ticket<Item>): boolean {
    const node = waiting.get(ticket)
    const caller = callers.get(ticket.caller)
    const line = caller?.lines.get(ticket.model)
    if (!node || !caller || !line) return false
    waiting.delete(ticket)
    unlink(line, node)
    if (line.first === null) caller.lines.delete(ticket.model)
    caller.count -= 1
    if (caller.count === 0) callers.delete(ticket.caller)
    return true
  }

  return {
    get size() {
      return waiting.size
    },
    add(item, caller, model) {
      const ticket: Ticket<Item> = { item, caller, model, sequence: nextSequence++ }
      insert(ticket)
      return ticket
    },
    putBack: insert,
    has: (ticket) => waiting.has(ticket),
    remove,
    take(mayRun) {
      for (const [name, caller] of callers) {
        const ticket = oldestOf(caller, mayRun)
        if (!ticket) continue
        remove(ticket)
        // Its turn is over; without anything else to wait for, it is gone already.
        if (callers.delete(name)) callers.set(name, caller)
        return ticket
      }
      return null
    },
    inOrder: (limit) => roundRobin([...callers.values()].map(inSequence), limit),
    lastPlaceOf(name) {
      const own = callers.get(name)
      if (!own) return 0
      let place = own.count
      let isBefore = true
      for (const [other, { count }] of callers) {
        if (other === name) isBefore = false
        else place += Math.min(count, isBefore ? own.count : own.count - 1)
      }
      return place
    }
  }
}

/** New ones are the youngest and go to the end; one that is put back is among the oldest. */
function link<Item>(line: Line<Item>, node: Node<Item>): void {
  let after: Node<Item> | null = null
  if (line.last !== null && line.last.ticket.sequence > node.ticket.sequence) {
    after = line.first
    while (after !== null && after.ticket.sequence < node.ticket.sequence) after = after.next
  }
  node.next = after
  node.previous = after === null ? line.last : after.previous
  if (node.previous) node.previous.next = node
  else line.first = node
  if (after) after.previous = node
  else line.last = node
}

function unlink<Item>(line: Line<Item>, node: Node<Item>): void {
  if (node.previous) node.previous.next = node.next
  else line.first = node.next
  if (node.next) node.next.previous = node.previous
  else line.last = node.previous
}

function oldestOf<Item>(caller: Caller<Item>, mayRun: (model: string) => boolean): Ticket<Item> | null {
  let oldest: Ticket<Item> | null = null
  for (const [model, { first }] of caller.lines) {
    if (first === null || (oldest !== null && first.ticket.sequence > oldest.sequence)) continue
    if (mayRun(model)) oldest = first.ticket
  }
  return oldest
}

/** One caller's entries, oldest first, whatever their model. */
function* inSequence<Item>({ lines }: Caller<Item>): Generator<Ticket<Item>, void, void> {
  const heads = [...lines.values()].map(({ first }) => first)
  for (;;) {
    let at = -1
    for (const [index, head] of heads.entries()) {
      const best = heads[at]
      if (head && (!best || head.ticket.sequence < best.ticket.sequence)) at = index
    }
    const head = heads[at]
    if (!head) return
    yield head.ticket
    heads[at] = head.next
  }
}

function roundRobin<Item>(sources: Generator<Item, void, void>[], limit: number): Item[] {
  const taken: Item[] = []
  let rest = sources
  while (rest.length > 0) {
    const left: typeof rest = []
    for (const source of rest) {
      if (taken.length >= limit) return taken
      const { value, done } = source.next()
      if (done) continue
      taken.push(value)
      left.push(source)
    }
    rest = left
  }
  return taken
}
