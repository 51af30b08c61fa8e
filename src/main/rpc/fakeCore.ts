/** A Core for the tests of everything that carries one: the real dispatch over handlers that remember what reached them. */
import { requests, type CoreEvent, type RequestContext, type Route } from '../../shared/contract.ts'
import type { Core } from '../../shared/core.ts'
import { StokerError } from '../../shared/errors.ts'
import { createEmitter } from '../lib/emitter.ts'
import { silentLogger } from '../lib/logger.ts'
import { createDispatch, type Handlers } from './dispatch.ts'

interface Call {
  route: Route
  input: unknown
  context: RequestContext
}

export interface FakeCore extends Core {
  /** What handlers were called with, in order. */
  readonly calls: Call[]
  /** Says the same as the core's own events. */
  emit(event: CoreEvent): void
  /** Requests for `models.unload` wait until this is called. */
  finishUnloads(): void
}

export function createFakeCore(): FakeCore {
  const calls: Call[] = []
  const events = createEmitter<CoreEvent>((error) => {
    throw error
  })
  const unloads = Promise.withResolvers<void>()
  let revision = 7

  const answers: Partial<Record<Route, (input: unknown) => unknown>> = {
    'app.info': () => ({
      version: '1.2.3',
      platform: 'linux',
      dataDirectory: '/d',
      modelsDirectory: '/m',
      startedAt: 1,
      problems: []
    }),
    'app.health': () => ({
      status: 'degraded',
      version: '1.2.3',
      problems: ['Ollama is down.'],
      hosts: [],
      loaded: [],
      settings: { maxLoadedModels: 2 }
    }),
    'app.metrics': () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', text: 'stoker_build_info 1\n' }),
    'hosts.list': () => ({ hosts: [] }),
    'models.load': () => {
      throw new StokerError('out_of_memory', 'There is not enough memory.', 'Unload something.')
    },
    'models.remove': () => {
      throw new TypeError('x is not a function')
    },
    'models.unload': () => unloads.promise.then(() => ({ bytesReturned: 5, durationMs: 1, verified: true }))
  }
  const handlers = Object.fromEntries(
    (Object.keys(requests) as Route[]).map((route) => [
      route,
      async (input: unknown, context: RequestContext) => {
        calls.push({ route, input, context })
        return answers[route]?.(input) ?? {}
      }
    ])
  ) as unknown as Handlers

  return {
    calls,
    dispatch: createDispatch({ handlers, revision: () => revision, logger: silentLogger }),
    subscribe: events.subscribe,
    emit(event) {
      revision = event.revision
      events.emit(event)
    },
    finishUnloads: () => unloads.resolve(),
    start: () => Promise.resolve(),
    dispose: () => Promise.resolve()
  }
}
