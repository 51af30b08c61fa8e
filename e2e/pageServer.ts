/** The built page over HTTP, with the headers it has in earnest, for stories and pictures over a scripted core. */
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { pageHeaders } from '../src/main/lib/pageHeaders.ts'
import { resolveStaticFile } from '../src/main/lib/staticFile.ts'

const builtPage = process.env['STOKER_RENDERER'] ?? resolve(import.meta.dirname, '../out/renderer')

let started: Promise<string> | null = null

/** The page's address. One server for the whole process, which it does not keep from ending. */
export function pageAddress(): Promise<string> {
  started ??= listen(
    createServer((request, response) => {
      const file = resolveStaticFile(new URL(request.url ?? '/', 'http://x').pathname)
      if (!file) return void response.writeHead(404).end()
      readFile(join(builtPage, file.relativePath)).then(
        (bytes) => response.writeHead(200, { ...pageHeaders, 'content-type': file.contentType }).end(bytes),
        () => response.writeHead(404).end()
      )
    })
  )
  return started
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  server.unref()
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
