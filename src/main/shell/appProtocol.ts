/** Serves the built page to the window under its own scheme, with the same files and headers as the headless server. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { protocol } from 'electron'
import { pageHeaders } from '../lib/pageHeaders.ts'
import { pageHost, pageScheme } from '../lib/pageOrigin.ts'
import { resolveStaticFile } from '../lib/staticFile.ts'

/** To be called before the app is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }
  ])
}

export function servePage(rendererDirectory: string): void {
  protocol.handle(pageScheme, async ({ url, method }) => {
    const { host, pathname } = new URL(url)
    const file = host === pageHost && method === 'GET' ? resolveStaticFile(pathname) : null
    const body = file && (await readFile(join(rendererDirectory, file.relativePath)).catch(() => null))
    if (!file || !body) return new Response('There is nothing here.', { status: 404, headers: pageHeaders })
    const headers = { ...pageHeaders, 'content-type': file.contentType, 'cache-control': file.cacheControl }
    return new Response(new Uint8Array(body), { headers })
  })
}
