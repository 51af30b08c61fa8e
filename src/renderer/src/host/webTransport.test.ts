import { describe, expect, it } from 'vitest'
import type { CoreEvent } from '../../../shared/contract.ts'
import { maxQuestionLetters } from '../../../shared/requestLimit.ts'
import type { Connection } from './transport.ts'
import { createWebTransport, reconnectDelayMs } from './webTransport.ts'

class FakeSocket {
  readyState = 0
  sent: string[] = []
  onopen: (() => void) | null = () => undefined
  onclose: (() => void) | null = () => undefined
  onmessage: ((message: { data: string }) => void) | null = () => undefined

  isClosed = false

  close(): void {
    this.isClosed = true
  }

  send(text: string): void {
    this.sent.push(text)
  }

  open(): void {
    this.readyState = 1
    this.onopen?.()
  }

  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

function createBench() {
  const sockets: FakeSocket[] = []
  const delays: number[] = []
  const timers: (() => void)[] = []
  const state: { isLetIn: boolean | Promise<boolean> } = { isLetIn: true }
  const transport = createWebTransport('http://127.0.0.1:1/', {
    openSocket: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket as unknown as WebSocket
    },
    isLetIn: async () => state.isLetIn,
    setTimeout: (run, delayMs) => {
      delays.push(delayMs)
      timers.push(run)
    }
  })
  const seen: Connection[] = []
  transport.onConnection((connection) => seen.push(connection))
  return {
    transport,
    sockets,
    seen,
    delays,
    state,
    socket: () => sockets.at(-1) ?? new FakeSocket(),
    async close() {
      sockets.at(-1)?.onclose?.()
      await new Promise((resolve) => setTimeout(resolve, 0))
    },
    again: () => timers.shift()?.()
  }
}

describe('the way through a WebSocket', () => {
  it('sends what was asked before the socket was open, and gives each answer to its own question', async () => {
    const bench = createBench()
    const first = bench.transport.request('app.info', {})
    expect(bench.socket().sent).toEqual([])
    bench.socket().open()
    const second = bench.transport.request('hosts.list', {})
    bench.socket().say({ id: 2, answer: { ok: true, data: 'hosts', revision: 1 } })
    bench.socket().say({ id: 1, answer: { ok: true, data: 'info', revision: 1 } })
    expect(await first).toMatchObject({ data: 'info' })
    expect(await second).toMatchObject({ data: 'hosts' })
  })

  it('does not leave a question open for ever when the socket breaks', async () => {
    const bench = createBench()
    bench.socket().open()
    const question = bench.transport.request('models.load', {})
    await bench.close()
    expect(await question).toMatchObject({ ok: false, error: { code: 'server_down' } })
    expect(await bench.transport.request('hosts.list', {})).toMatchObject({ ok: false })
  })

  it('comes back by itself, slower each time, and at once quick again after a success', async () => {
    const bench = createBench()
    for (let time = 0; time < 3; time += 1) {
      await bench.close()
      bench.again()
    }
    bench.socket().open()
    await bench.close()
    expect(bench.delays).toEqual([500, 1_000, 2_000, 500])
    expect(bench.seen).toEqual(['connecting', 'lost', 'open', 'lost'])
    expect(reconnectDelayMs(30)).toBe(5_000)
  })

  it('goes on trying when the core does not know the page, and says so all the while: a new token may come', async () => {
    const bench = createBench()
    bench.state.isLetIn = false
    await bench.close()
    bench.again()
    await bench.close()
    expect(bench.seen).toEqual(['connecting', 'lost', 'refused'])
    expect(bench.delays).toEqual([5_000, 5_000])
    expect(await bench.transport.request('hosts.list', {})).toMatchObject({ error: { code: 'forbidden' } })
    bench.again()
    bench.socket().open()
    expect(bench.seen.at(-1)).toBe('open')
  })

  it('says that the connection is lost before it knows why', async () => {
    const bench = createBench()
    bench.socket().open()
    bench.state.isLetIn = new Promise(() => undefined)
    await bench.close()
    expect(bench.seen.at(-1)).toBe('lost')
  })

  it('gives up a socket that looks open and says nothing, and keeps one that spoke while a long answer is awaited', async () => {
    const bench = createBench()
    bench.socket().open()
    void bench.transport.request('models.pull', {})
    bench.socket().say({ type: 'hosts.changed', revision: 1, payload: { hosts: [] } })
    bench.again()
    expect(bench.socket().isClosed).toBe(false)
    const question = bench.transport.request('memory.current', {})
    bench.again()
    expect(bench.socket().isClosed).toBe(true)
    expect(bench.seen.at(-1)).toBe('lost')
    expect(await question).toMatchObject({ ok: false, error: { code: 'server_down' } })
    expect(bench.delays).toEqual([10_000, 10_000, 500])
  })

  it('sends the longest question, and refuses what would cost the page its socket, with the limit', async () => {
    const bench = createBench()
    bench.socket().open()
    void bench.transport.request('models.generate', { prompt: '\u0001'.repeat(maxQuestionLetters) })
    expect(bench.socket().sent).toHaveLength(1)
    const refused = await bench.transport.request('models.generate', {
      prompt: '\u0001'.repeat(maxQuestionLetters + 200_000)
    })
    expect(refused).toMatchObject({ ok: false, error: { message: expect.stringContaining('at most 25 MB') } })
    expect(bench.socket().sent).toHaveLength(1)
  })

  it('hands every event to every listener until it leaves', () => {
    const bench = createBench()
    const seen: number[] = []
    const leave = bench.transport.subscribe((event) => seen.push(event.revision))
    const event: CoreEvent = { type: 'hosts.changed', revision: 7, payload: { hosts: [] } }
    bench.socket().say(event)
    leave()
    bench.socket().say({ ...event, revision: 8 })
    expect(seen).toEqual([7])
  })
})
