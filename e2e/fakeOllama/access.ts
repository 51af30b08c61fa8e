/** Who may ask: foreign pages and foreign host names are turned away before any route. */
import type { IncomingMessage } from 'node:http'
import { hostname } from 'node:os'

export function isAllowed(request: IncomingMessage): boolean {
  return isAllowedOrigin(request.headers.origin, request.headers.host) && isAllowedHost(request.headers.host ?? '')
}

function isAllowedOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) return true
  return (
    /^https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d+)?$/.test(origin) ||
    /^(?:app|file|tauri|vscode-webview|vscode-file):\/\//.test(origin)
  )
}

function isAllowedHost(header: string): boolean {
  const host = header
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase()
  if (host === '' || host === 'localhost' || host === hostname().toLowerCase()) return true
  if (/\.(?:localhost|local|internal)$/.test(host)) return true
  return /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.0\.0\.0$)/.test(host) || ['::1', '::'].includes(host)
}
