/**
 * A browser's way to the core: one WebSocket that carries events and requests and comes back by itself. Requests do not go by HTTP,
 * because a browser opens six connections to one origin and no more: six models being pulled would leave none for their cancel.
 */
import type { Answer, CoreEvent } from '../../../shared/contract.ts'
import type { ErrorInfo } from '../../../shared/errors.ts'
import { requestLimitBytes, requestTooLong } from '../../../shared/requestLimit.ts'
import type { Connection, Transport } from './transport.ts'

const firstDelayMs = 500
const longestDelayMs = 5_000
const longestProbeMs = 3_000
/** A question this old, with not a word heard since, was sent into nothing. */
const longestSilenceMs = 10_000

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

/** The core closes the socket of whoever sends more, and with it every other question. */
function isTooLong(message: string): boolean {
  // No letter takes more than three bytes, so most messages need no counting.
  return message.length * 3 > requestLimitBytes && new TextEncoder().encode(message).length > requestLimitBytes
}

/** 0.5 s, then twice as long each time, up to 5 s. */
export function reconnectDelayMs(attempt: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt, 10))
}

/** What the transport needs of the browser. */
export interface WebSurroundings {
  openSocket(address: URL): WebSocket
  /** Whether the core knows this page; throws where nothing answers. */
  isLetIn(): Promise<boolean>
  setTimeout(run: () => void, delayMs: number): void
}

export function browserSurroundings(base: string): WebSurroundings {
  return {
    openSocket: (address) => new WebSocket(address),
    async isLetIn() {
      const response = await fetch(new URL('rpc/app.info', base), {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'content-type': 'application/json' },
        body: '{}',
        signal: AbortSignal.timeout(longestProbeMs)
      })
      return response.status !== 401 && response.status !== 403
    },
    setTimeout: (run, delayMs) => void setTimeout(run, delayMs)
  }
}

type Message = CoreEvent | { id: number; answer: Answer }

interface Asked {
  message: string
  resolve(answer: Answer): void
}

function eventsAddress(base: string): URL {
  const address = new URL('events', base)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  return address
}

export function createWebTransport(base: string, surroundings = browserSurroundings(base)): Transport {
  const listeners = new Set<(event: CoreEvent) => void>()
  const watchers = new Set<(connection: Connection) => void>()
  const asked = new Map<number, Asked>()
  let connection: Connection = 'connecting'
  let socket: WebSocket | null = null
  let attempt = 0
  let lastId = 0
  /** Grows with everything that comes in. */
  let heard = 0

  function become(next: Connection): void {
    if (next === connection) return
    connection = next
    for (const watcher of watchers) watcher(next)
  }

  function take(message: Message): void {
    if (!('id' in message)) {
      for (const listener of listeners) listener(message)
      return
    }
    asked.get(message.id)?.resolve(message.answer)
    asked.delete(message.id)
  }

  /**
   * A refused upgrade looks to a page like any lost socket; one plain request tells the two apart. Refused, it goes on trying: the
   * new address opened in another tab lets this page in too.
   */
  async function closed(): Promise<void> {
    socket = null
    if (connection !== 'refused') become('lost')
    const isLetIn = await surroundings.isLetIn().catch(() => true)
    become(isLetIn ? 'lost' : 'refused')
    for (const { resolve } of asked.values()) resolve({ ok: false, error: isLetIn ? unreachable : refused })
    asked.clear()
    surroundings.setTimeout(connect, isLetIn ? reconnectDelayMs(attempt) : longestDelayMs)
    attempt += 1
  }

  function connect(): void {
    const opening = surroundings.openSocket(eventsAddress(base))
    socket = opening
    opening.onopen = () => {
      heard += 1
      attempt = 0
      for (const { message } of asked.values()) opening.send(message)
      become('open')
    }
    opening.onmessage = (message) => {
      heard += 1
      take(JSON.parse(String(message.data)) as Message)
    }
    opening.onclose = () => void closed()
  }

  /** A network that went away without a word (sleep, a pulled cable) leaves a socket that looks open for minutes. */
  function dropIfSilent(id: number, heardBefore: number): void {
    if (socket === null || heard !== heardBefore || !asked.has(id)) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
    void closed()
  }

  connect()

  return {
    request(route, input) {
      if (connection === 'lost') return Promise.resolve({ ok: false, error: unreachable })
      if (connection === 'refused') return Promise.resolve({ ok: false, error: refused })
      lastId += 1
      const id = lastId
      const message = JSON.stringify({ id, route, input })
      if (isTooLong(message)) return Promise.resolve({ ok: false, error: requestTooLong })
      return new Promise((resolve) => {
        asked.set(id, { message, resolve })
        // Before the socket is open the message waits; onopen sends it.
        if (socket?.readyState === 1) socket.send(message)
        const heardBefore = heard
        surroundings.setTimeout(() => dropIfSilent(id, heardBefore), longestSilenceMs)
      })
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onConnection(listener) {
      watchers.add(listener)
      listener(connection)
      return () => watchers.delete(listener)
    }
  }
}
