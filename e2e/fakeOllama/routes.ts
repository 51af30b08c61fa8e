/** Every route of the fake in one table. */
import type { FakeState } from './fakeState.ts'
import { chatRoute, embedRoute, generateRoute } from './inferenceRoutes.ts'
import { copyRoute, deleteRoute, psRoute, showRoute, statusRoute, tagsRoute } from './libraryRoutes.ts'
import { pullRoute } from './pullRoute.ts'
import { sendJson, sendText, type Exchange } from './wire.ts'

export interface Handler {
  takesBody: boolean
  /** The Go type that errors about the body name. */
  goName: string
  run: (state: FakeState, exchange: Exchange) => Promise<void>
}

const plain = (run: Handler['run']): Handler => ({ takesBody: false, goName: '', run })
const withBody = (goName: string, run: Handler['run']): Handler => ({ takesBody: true, goName, run })

const root = plain(async (_, { response }) => sendText(response, 200, 'Ollama is running', 'text/plain; charset=utf-8'))
const version = plain(async ({ options }, { response }) => sendJson(response, 200, { version: options.version }))
const tags = plain(tagsRoute)

const routes: Record<string, Record<string, Handler>> = {
  '/': { HEAD: root, GET: root },
  '/api/version': { HEAD: version, GET: version },
  '/api/tags': { HEAD: tags, GET: tags },
  '/api/status': { GET: plain(statusRoute) },
  '/api/ps': { GET: plain(psRoute) },
  '/api/show': { POST: withBody('ShowRequest', showRoute) },
  '/api/copy': { POST: withBody('CopyRequest', copyRoute) },
  '/api/delete': { DELETE: withBody('DeleteRequest', deleteRoute) },
  '/api/pull': { POST: withBody('PullRequest', pullRoute) },
  '/api/generate': { POST: withBody('GenerateRequest', generateRoute) },
  '/api/chat': { POST: withBody('ChatRequest', chatRoute) },
  '/api/embed': { POST: withBody('EmbedRequest', embedRoute) }
}

export function findRoute(method: string, path: string): Handler | undefined {
  return Object.hasOwn(routes, path) ? routes[path]?.[method] : undefined
}

/** For the Allow header of a 405; null when there is no such path. */
export function allowedMethods(path: string): string | null {
  return Object.hasOwn(routes, path) ? Object.keys(routes[path] ?? {}).join(', ') : null
}
