/** A core on the network: the token, the gate, the transports and the page's files, put together and listening. */
import { hostname, networkInterfaces } from 'node:os'
import type { Core } from '../../shared/core.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { createHttpTransport } from '../rpc/httpTransport.ts'
import { createWebSocketTransport } from '../rpc/webSocketTransport.ts'
import { createAccessToken } from './accessToken.ts'
import { addressOf, listAllowedHosts } from './allowedHosts.ts'
import { createHttpServer } from './httpServer.ts'
import { createMonitoring } from './monitoring.ts'
import { createRequestGate } from './requestGate.ts'
import { createStaticFiles } from './staticFiles.ts'

interface CoreServerDeps {
  core: Core
  /** 0 takes any free port. */
  port: number
  bind: string
  /** The built page. */
  rendererDirectory: string
  version: string
  clock: Clock
  logger: Logger
}

export interface CoreServer {
  /** `http://host:port`, without the token. */
  origin: string
  token: string
  /** Cuts every connection; the core goes on. */
  dispose(): void
}

/** Rejects with a sentence for a person where it cannot listen. */
export async function startCoreServer(deps: CoreServerDeps): Promise<CoreServer> {
  const { core, bind, clock, logger } = deps
  let port = deps.port
  const access = createAccessToken(() => port)
  const server = createHttpServer({
    access,
    gate: createRequestGate({ access, allowedHosts: () => listAllowedHosts({ bind, port, ownNames: listOwnNames }) }),
    http: createHttpTransport({ core, logger }),
    webSocket: createWebSocketTransport({ core, clock, logger }),
    staticFiles: createStaticFiles(deps.rendererDirectory),
    monitoring: createMonitoring({ core, version: deps.version }),
    logger
  })
  try {
    port = await server.listen(port, bind)
  } catch (error) {
    server.dispose()
    throw new Error(describeListenError(error, port, bind), { cause: error })
  }
  return { origin: addressOf(bind, port), token: access.token, dispose: server.dispose }
}

function describeListenError(error: unknown, port: number, bind: string): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Choose another with --port, or any free one with --port 0.`
  if (code === 'EACCES') return `Stoker may not listen on port ${port}. Choose one above 1023 with --port.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${bind} is not an address of this machine. Check --bind.`
  return `Stoker cannot listen on ${bind}, port ${port}: ${message}`
}

function listOwnNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))
  return [hostname(), `${hostname()}.local`, ...addresses]
}
