/**
 * The core over WebSocket, JSON in every message: each event of the core goes to every socket as it is, and a socket may ask with
 * `{ id, route, input }`, to be answered with `{ id, answer }`. A page asks this way because a browser opens six connections to one
 * origin and no more: six models being pulled over HTTP would leave none for the request that cancels them.
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { z } from 'zod'
import type { CoreEvent, RequestContext } from '../../shared/contract.ts'
import type { Core } from '../../shared/core.ts'
import { requestLimitBytes } from '../../shared/requestLimit.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'

const pingEveryMs = 30_000
/** Above this a reader is slow: memory samples, of which the next says it all, are skipped for it. Tokens never are. */
const slowBytes = 1_048_576
/** Above this it is hopeless, and would hold our memory for nothing: it has to connect again and ask for everything. */
const hopelessBytes = 16_777_216

const requestSchema = z.object({ id: z.number().int().nonnegative(), route: z.string(), input: z.unknown().optional() })
/** WebSocket's own code for a message that breaks the rules of the one who gets it. */
const policyViolation = 1_008

interface WebSocketTransportDeps {
  core: Pick<Core, 'dispatch' | 'subscribe'>
  clock: Clock
  logger: Logger
}

export interface WebSocketTransport {
  /** Takes an upgrade whose sender has been let in already. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, context: RequestContext): void
  dispose(): void
}

export function createWebSocketTransport({ core, clock, logger }: WebSocketTransportDeps): WebSocketTransport {
  const server = new WebSocketServer({ noServer: true, maxPayload: requestLimitBytes, perMessageDeflate: false })
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

  async function answer(
    socket: WebSocket,
    { id, route, input }: SocketRequest,
    context: RequestContext
  ): Promise<void> {
    const message = JSON.stringify({ id, answer: await core.dispatch(route, input, context) })
    if (socket.readyState === socket.OPEN) socket.send(message)
  }

  return {
    accept(request, socket, head, context) {
      server.handleUpgrade(request, socket, head, (accepted) => {
        accepted.on('message', (data, isBinary) => {
          const asked = isBinary ? null : parseRequest(String(data))
          if (asked === null) return accepted.close(policyViolation, 'not a request')
          answer(accepted, asked, context).catch((error: unknown) => logger.error('An answer could not be sent', error))
        })
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

type SocketRequest = z.infer<typeof requestSchema>

function parseRequest(text: string): SocketRequest | null {
  try {
    return requestSchema.parse(JSON.parse(text))
  } catch {
    return null
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
