/** A browser's way to the core: requests as POST, events over one WebSocket that comes back by itself. */
import type { Answer, CoreEvent } from '../../../shared/contract.ts'
import type { ErrorInfo } from '../../../shared/errors.ts'
import type { Connection, Transport } from './transport.ts'

const firstDelayMs = 500
const longestDelayMs = 5_000

const refused: ErrorInfo = {
  code: 'forbidden',
  message: 'This page may not talk to Stoker.',
  hint: 'Open the address with its token again, as Stoker printed it when it started.'
}
const unreachable: ErrorInfo = {
  code: 'server_down',
  message: 'Stoker’s core does not answer.',
  hint: 'Check that Stoker is still running.'
}

/** 0.5 s, then twice as long each time, up to 5 s. */
export function reconnectDelayMs(attempt: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt, 10))
}

export function createWebTransport(origin: string): Transport {
  const events = new Set<(event: CoreEvent) => void>()
  const watchers = new Set<(connection: Connection) => void>()
  let connection: Connection = 'connecting'
  let socket: WebSocket | null = null
  let attempt = 0

  function become(next: Connection): void {
    if (next === connection) return
    connection = next
    for (const watcher of watchers) watcher(next)
  }

  async function request(route: string, input: unknown): Promise<Answer> {
    try {
      const response = await fetch(new URL(`rpc/${route}`, origin), {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input)
      })
      if (response.status === 401 || response.status === 403) {
        become('refused')
        return { ok: false, error: refused }
      }
      return (await response.json()) as Answer
    } catch {
      return { ok: false, error: unreachable }
    }
  }

  /** A refused upgrade looks like any lost socket to a page; one request tells the two apart. */
  async function closed(): Promise<void> {
    socket = null
    const answer = await request('app.info', {})
    if (!answer.ok && answer.error === refused) return
    become('lost')
    setTimeout(connect, reconnectDelayMs(attempt))
    attempt += 1
  }

  function connect(): void {
    const address = new URL('events', origin)
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
    socket = new WebSocket(address)
    socket.onopen = () => {
      attempt = 0
      become('open')
    }
    socket.onmessage = (message) => {
      const event = JSON.parse(String(message.data)) as CoreEvent
      for (const listener of events) listener(event)
    }
    socket.onclose = () => void closed()
  }

  return {
    request,
    subscribe(listener) {
      events.add(listener)
      if (socket === null && events.size === 1) connect()
      return () => events.delete(listener)
    },
    onConnection(listener) {
      watchers.add(listener)
      listener(connection)
      return () => watchers.delete(listener)
    }
  }
}
