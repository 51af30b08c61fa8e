import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFairQueue, type Ticket } from './fairQueue.ts'

const any = (): boolean => true
/** Takes until nothing may run any more. */
function drain(queue: ReturnType<typeof createFairQueue<string>>, mayRun: (model: string) => boolean = any): string[] {
  const taken: string[] = []
  for (let ticket = queue.take(mayRun); ticket; ticket = queue.take(mayRun)) taken.push(ticket.item)
  return taken
}

describe('the next in the queue', () => {
  it('is of another caller each time: a script with a thousand requests must not keep a person waiting for all of them', () => {
    const queue = createFairQueue<string>()
    for (let count = 1; count <= 4; count++) queue.add(`script ${count}`, 'script', 'm')
    queue.add('you 1', 'you', 'm')
    expect(drain(queue)).toEqual(['script 1', 'you 1', 'script 2', 'script 3', 'script 4'])
  })

  it('is the oldest of its caller, and one that is put back keeps its place', () => {
    const queue = createFairQueue<string>()
    queue.add('a', 'you', 'm')
    queue.add('b', 'you', 'n')
    queue.add('c', 'you', 'm')
    const first = queue.take(any)
    if (first) queue.putBack(first)
    expect(drain(queue)).toEqual(['a', 'b', 'c'])
  })

  it('is one whose model may run: a model that is busy must not hold up the others', () => {
    const queue = createFairQueue<string>()
    queue.add('busy', 'you', 'busy')
    queue.add('free', 'you', 'free')
    expect(drain(queue, (model) => model !== 'busy')).toEqual(['free'])
    expect(drain(queue)).toEqual(['busy'])
  })

  it('keeps the turn of a caller that was passed by', () => {
    const queue = createFairQueue<string>()
    queue.add('slow', 'one', 'busy')
    for (let count = 1; count <= 3; count++) queue.add(`quick ${count}`, 'two', 'free')
    queue.take((model) => model === 'free')
    expect(queue.take(any)?.item).toBe('slow')
  })

  it('ten thousand wait behind a busy model and are passed by without a look at each', () => {
    const queue = createFairQueue<string>()
    for (let count = 0; count < 10_000; count++) queue.add('behind', 'you', 'busy')
    queue.add('free', 'you', 'free')
    let looks = 0
    const taken = queue.take((model) => {
      looks += 1
      return model === 'free'
    })
    expect(taken?.item).toBe('free')
    expect(looks).toBeLessThan(5)
  })
})

type Step =
  { kind: 'add'; caller: number; model: number } | { kind: 'remove' | 'putBack'; pick: number } | { kind: 'take' }
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), caller: fc.nat(3), model: fc.nat(2) }),
  fc.record({ kind: fc.constantFrom('remove' as const, 'putBack' as const), pick: fc.nat(50) }),
  fc.constant<Step>({ kind: 'take' })
)

describe('whatever comes and goes', () => {
  it('none is lost, none comes twice, and the places told are those in which they come', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.nat(7), (steps, blocked) => {
        const queue = createFairQueue<number>()
        const waiting = new Map<number, Ticket<number>>()
        const taken: Ticket<number>[] = []
        const mayRun = (model: string): boolean => (blocked & (1 << Number(model))) === 0
        let count = 0
        for (const todo of steps) {
          if (todo.kind === 'add') {
            const ticket = queue.add(count, `caller ${todo.caller}`, String(todo.model))
            waiting.set(count++, ticket)
            const place = queue.inOrder(Infinity).indexOf(ticket) + 1
            expect(queue.lastPlaceOf(ticket.caller)).toBe(place)
          } else if (todo.kind === 'remove') {
            const ticket = [...waiting.values()][todo.pick]
            if (ticket) expect(queue.remove(ticket)).toBe(waiting.delete(ticket.item))
            if (ticket) expect(queue.remove(ticket)).toBe(false)
          } else if (todo.kind === 'putBack') {
            const ticket = taken.splice(todo.pick, 1)[0]
            if (ticket) queue.putBack(ticket)
            if (ticket) waiting.set(ticket.item, ticket)
          } else {
            const ticket = queue.take(mayRun)
            const mayBe = [...waiting.values()].filter(({ model }) => mayRun(model))
            expect(ticket !== null).toBe(mayBe.length > 0)
            if (!ticket) continue
            expect(waiting.delete(ticket.item)).toBe(true)
            const older = mayBe.filter((one) => one.caller === ticket.caller && one.sequence < ticket.sequence)
            expect(older).toEqual([])
            taken.push(ticket)
          }
          expect(queue.size).toBe(waiting.size)
        }
        const order = queue.inOrder(Infinity)
        const came: Ticket<number>[] = []
        for (let next = queue.take(() => true); next; next = queue.take(() => true)) came.push(next)
        expect(came).toEqual(order)
        expect(new Set(came.map(({ item }) => item))).toEqual(new Set(waiting.keys()))
      })
    )
  })

  it('no caller waits for more than one turn of each other caller', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 200 }), (callers) => {
        const queue = createFairQueue<number>()
        callers.forEach((caller, index) => queue.add(index, `caller ${caller}`, 'm'))
        const left = new Map<string, number>()
        for (const caller of callers) left.set(`caller ${caller}`, (left.get(`caller ${caller}`) ?? 0) + 1)
        const sinceTurn = new Map<string, number>()
        for (let ticket = queue.take(any); ticket; ticket = queue.take(any)) {
          for (const [caller, count] of left) {
            if (count === 0 || caller === ticket.caller) continue
            sinceTurn.set(caller, (sinceTurn.get(caller) ?? 0) + 1)
            expect(sinceTurn.get(caller)).toBeLessThan(new Set(callers).size)
          }
          left.set(ticket.caller, (left.get(ticket.caller) ?? 1) - 1)
          sinceTurn.set(ticket.caller, 0)
        }
        expect([...left.values()].every((count) => count === 0)).toBe(true)
      })
    )
  })
})
