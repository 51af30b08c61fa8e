/** Sends the built page's files, with the headers that keep it in its own origin. */
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pageHeaders } from '../lib/pageHeaders.ts'
import { resolveStaticFile } from '../lib/staticFile.ts'

export interface StaticFiles {
  /** Answers GET and HEAD for one path of the page. */
  send(pathname: string, response: ServerResponse): Promise<void>
}

export function createStaticFiles(directory: string): StaticFiles {
  return {
    async send(pathname, response) {
      const file = resolveStaticFile(pathname)
      const body = file && (await readFile(join(directory, file.relativePath)).catch(() => null))
      if (!file || !body) return sendText(response, 404, 'There is nothing here.\n')
      response.writeHead(200, {
        ...pageHeaders,
        'content-type': file.contentType,
        'content-length': body.length,
        'cache-control': file.cacheControl
      })
      response.end(body)
    }
  }
}

export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string> = {}
): void {
  response.writeHead(status, {
    ...pageHeaders,
    ...headers,
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store'
  })
  response.end(text)
}
