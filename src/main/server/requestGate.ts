/**
 * Decides, before anything else is looked at, whether a request may come in: the right Host (a page that re-points its own name to this
 * machine has another one), no foreign Origin, and a token or a session.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { RequestContext } from '../../shared/contract.ts'
import type { AccessToken } from './accessToken.ts'

export interface GatedRequest {
  headers: IncomingHttpHeaders
  /** A request that does something or opens a stream: with a cookie alone it must also name its Origin. */
  isAction: boolean
}

export type Refusal = { status: 401 | 403 | 421; reason: string }

export interface RequestGate {
  /** The part that holds for everybody, with or without a token. */
  checkOrigin(headers: IncomingHttpHeaders): Refusal | null
  admit(request: GatedRequest): RequestContext | Refusal
}

interface RequestGateDeps {
  access: Pick<AccessToken, 'matchesToken' | 'matchesCookie'>
  /** Every `host:port` under which this server may be addressed, in lower case. */
  allowedHosts: () => readonly string[]
}

export function createRequestGate({ access, allowedHosts }: RequestGateDeps): RequestGate {
  function checkOrigin({ host, origin }: IncomingHttpHeaders): Refusal | null {
    if (host === undefined || !allowedHosts().includes(host.toLowerCase())) {
      return { status: 421, reason: 'This server is not known under that name.' }
    }
    if (origin !== undefined && origin !== `http://${host}`)
      return { status: 403, reason: 'Requests from other origins are refused.' }
    return null
  }
  return {
    checkOrigin,
    admit({ headers, isAction }) {
      const refusal = checkOrigin(headers)
      if (refusal) return refusal
      if (headers.authorization !== undefined) {
        const [, candidate] = /^Bearer +(\S+)$/i.exec(headers.authorization) ?? []
        if (candidate !== undefined && access.matchesToken(candidate)) return { client: 'script' }
        return { status: 401, reason: 'That token is not the one of this server.' }
      }
      if (!access.matchesCookie(headers.cookie))
        return { status: 401, reason: 'This needs the token that was printed at the start.' }
      if (isAction && headers.origin === undefined) return { status: 403, reason: 'A browser must name its origin.' }
      return { client: 'browser' }
    }
  }
}

export function isRefusal(verdict: RequestContext | Refusal): verdict is Refusal {
  return 'status' in verdict
}
