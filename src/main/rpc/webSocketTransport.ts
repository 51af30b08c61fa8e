/** Events over WebSocket: every event of the core to every socket, one JSON message each. Sockets only listen; requests go over HTTP. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { CoreEvent } from '../../shared/contract.ts'
import type { Core } from '../../shared/core.ts'
import type { Clock } from '../lib/clock.ts'

const pingEveryMs = 30_000
/** Nothing of ours is sent by a reader of events. */
const maxMessageBytes = 1_024
/** Above this a reader is slow: memory samples, of which the next says it all, are skipped for it. Tokens never are. */
const slowBytes = 1_048_576
/** Above this it is hopeless, and would hold our memory for nothing: it has to connect again and ask for everything. */
const hopelessBytes = 16_777_216

interface WebSocketTransportDeps {
  core: Pick<Core, 'subscribe'>
  clock: Clock
}

export interface WebSocketTransport {
  /** Takes an upgrade whose sender has been let in already. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
  dispose(): void
}

export function createWebSocketTransport({ core, clock }: WebSocketTransportDeps): WebSocketTransport {
  const server = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false })
  const silent = new WeakSet<WebSocket>()

  const unsubscribe = core.subscribe((event) => {
    if (server.clients.size === 0) return
    const message = JSON.stringify(event)
    for (const socket of server.clients) deliver(socket, event.type, message)
  })

  let stopPinging = clock.after(pingEveryMs, ping)
  function ping(): void {
    for (const socket of server.clients) {
      if (silent.has(socket)) socket.terminate()
      else {
        silent.add(socket)
        socket.ping()
      }
    }
    stopPinging = clock.after(pingEveryMs, ping)
  }

  return {
    accept(request, socket, head) {
      server.handleUpgrade(request, socket, head, (accepted) => {
        accepted.on('pong', () => silent.delete(accepted))
        // A broken socket closes itself; without a listener its error would end the process.
        accepted.on('error', () => accepted.terminate())
      })
    },
    dispose() {
      unsubscribe()
      stopPinging()
      for (const socket of server.clients) socket.terminate()
      server.close()
    }
  }
}

type Delivery = 'send' | 'skip' | 'close'

/** What to do with one event for a reader that still has `bufferedBytes` to read. */
export function chooseDelivery(type: CoreEvent['type'], bufferedBytes: number): Delivery {
  if (bufferedBytes > hopelessBytes) return 'close'
  return bufferedBytes > slowBytes && type === 'memory.sampled' ? 'skip' : 'send'
}

function deliver(socket: WebSocket, type: CoreEvent['type'], message: string): void {
  if (socket.readyState !== socket.OPEN) return
  const delivery = chooseDelivery(type, socket.bufferedAmount)
  if (delivery === 'close') socket.terminate()
  else if (delivery === 'send') socket.send(message)
}
