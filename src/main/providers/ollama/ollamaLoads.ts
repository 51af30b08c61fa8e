/** Loading, keeping and unloading on an Ollama server. */
import type { EmbedRequest, GenerateRequest as WireGenerateRequest } from 'ollama'
import { StokerError } from '../../../shared/errors.ts'
import { abortReason } from '../../lib/abortReason.ts'
import { delay, type Clock } from '../../lib/clock.ts'
import type { LoadRequest, ProviderTimeouts } from '../provider.ts'
import { loadKeepAlive, wireKeepAlive } from './keepAlive.ts'
import { canonicalName } from './modelNames.ts'
import type { RunningModel } from './ollamaAnswers.ts'
import type { OllamaHttp } from './ollamaHttp.ts'
import type { OllamaRunning } from './ollamaRunning.ts'

/** How long to wait before each look at /api/ps after an unload: most models go within a few of them. */
const unloadPollsMs = [20, 50, 100, 200, 500]

interface LoadsDeps {
  http: OllamaHttp
  running: OllamaRunning
  timeouts: () => ProviderTimeouts
  clock: Clock
}

export interface OllamaLoads {
  load(name: string, request: LoadRequest, signal: AbortSignal): Promise<RunningModel | null>
  unload(name: string, limitMs: number, signal: AbortSignal): Promise<void>
  setKeepAlive(name: string, seconds: number, signal: AbortSignal): Promise<void>
  /** The context length Stoker itself loaded the model with; null: the server's own default. */
  askedContext(name: string): number | null
  /** An unload of ours waits for it to go. */
  isLeaving(name: string): boolean
}

export function createOllamaLoads({ http, running, timeouts, clock }: LoadsDeps): OllamaLoads {
  /** For servers before 0.10, whose /api/ps does not tell the context length. */
  const askedContexts = new Map<string, number>()
  const leaving = new Set<string>()
  /** Keep-alives on their way to the server: heard after an unload, they would load the model anew. */
  const telling = new Map<string, Promise<void>>()

  /** A request without a prompt: loads the model where it is not, and sets its keep-alive. */
  async function touch(name: string, keepAlive: number, contextLength: number | null, limits: Limits): Promise<void> {
    const options = contextLength === null ? {} : { options: { num_ctx: contextLength } }
    const body: WireGenerateRequest = { model: name, prompt: '', stream: false, keep_alive: keepAlive, ...options }
    try {
      await http.json('POST', '/api/generate', body, limits)
    } catch (error) {
      if (!(error instanceof StokerError) || error.code !== 'not_supported') throw error
      const embed: EmbedRequest = { model: name, input: [], keep_alive: keepAlive, ...options }
      await http.json('POST', '/api/embed', embed, limits)
    }
  }

  async function waitUntilGone(name: string, until: number, signal: AbortSignal): Promise<void> {
    for (let poll = 0; ; poll++) {
      const pollMs = unloadPollsMs[Math.min(poll, unloadPollsMs.length - 1)] ?? 0
      await pause(Math.max(0, Math.min(pollMs, until - clock.now())), signal)
      const model = await findIfKnown(name, signal)
      if (model === null) return
      if (clock.now() >= until) throw busy(name, model, clock.now())
    }
  }

  async function pause(ms: number, signal: AbortSignal): Promise<void> {
    await delay(clock, ms, signal).catch(() => Promise.reject(abortReason(signal)))
  }

  /** "Not known" (ps overdue) is not "gone": the wait goes on. */
  async function findIfKnown(name: string, signal: AbortSignal): Promise<RunningModel | 'unknown' | null> {
    try {
      return await running.find(name, signal)
    } catch (error) {
      if (error instanceof StokerError && error.code === 'timed_out') return 'unknown'
      throw error
    }
  }

  return {
    async load(name, { contextLength, keepAliveSeconds }, signal) {
      if (contextLength === undefined) askedContexts.delete(canonicalName(name))
      else askedContexts.set(canonicalName(name), contextLength)
      // No time limit: closing this connection would destroy the load.
      await touch(name, loadKeepAlive(keepAliveSeconds), contextLength ?? null, { signal, timeoutMs: null })
      // ps may be slow right after a load; the load is a success all the same, only its numbers are not known yet.
      const model = await findIfKnown(name, signal)
      return model === 'unknown' ? null : model
    },

    async unload(name, limitMs, signal) {
      const until = clock.now() + limitMs
      const body: WireGenerateRequest = { model: name, prompt: '', stream: false, keep_alive: 0 }
      leaving.add(canonicalName(name))
      try {
        await telling.get(canonicalName(name))
        // Answered at once, except in a load of an old server, which ends first.
        await http.json('POST', '/api/generate', body, {
          signal,
          timeoutMs: Math.max(limitMs, timeouts().apiTimeoutMs)
        })
        await waitUntilGone(name, until, signal)
        askedContexts.delete(canonicalName(name))
      } finally {
        leaving.delete(canonicalName(name))
      }
    },

    async setKeepAlive(name, seconds, signal) {
      const key = canonicalName(name)
      const told = Promise.withResolvers<void>()
      const before = telling.get(key)
      const all = Promise.all([before, told.promise]).then(() => {
        if (telling.get(key) === all) telling.delete(key)
      })
      telling.set(key, all)
      try {
        // Only a model that is there and stays: the request below would load any other.
        const model = leaving.has(key) ? null : await running.find(name, signal)
        if (model === null || leaving.has(key)) return
        // The context length in force, told again: left out or different, it would make the server load the model anew. Servers
        // compare the number itself, so telling it is right also where it was never asked for.
        const contextLength = model.contextLength ?? askedContexts.get(key) ?? null
        await touch(name, wireKeepAlive(seconds), contextLength, { signal, timeoutMs: timeouts().apiTimeoutMs })
      } finally {
        told.resolve()
      }
    },

    askedContext: (name) => askedContexts.get(canonicalName(name)) ?? null,
    isLeaving: (name) => leaving.has(canonicalName(name))
  }
}

interface Limits {
  signal: AbortSignal
  timeoutMs: number | null
}

function busy(name: string, model: RunningModel | 'unknown', now: number): StokerError {
  if (model !== 'unknown' && (model.expiresAt === null || model.expiresAt > now)) {
    return new StokerError(
      'model_busy',
      `${name} was unloaded, but another program uses it again.`,
      'Close that program, or unload the model once more.'
    )
  }
  return new StokerError(
    'model_busy',
    `${name} is still answering. Ollama unloads it when the answer ends.`,
    'Wait for it, or stop the answer where it was asked for.'
  )
}
