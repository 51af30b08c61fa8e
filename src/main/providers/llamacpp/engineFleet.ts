/** The engine children of this provider, one per model: started, asked, ended; a death nobody asked for is told. */
import { StokerError } from '../../../shared/errors.ts'
import type { GenerateResult } from '../../../shared/model.ts'
import type { CacheType } from '../../../shared/need.ts'
import { abortReason } from '../../lib/abortReason.ts'
import { createEmitter } from '../../lib/emitter.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { GenerateRequest, LoadedModel } from '../provider.ts'
import { explainExit } from './engineExit.ts'
import { allocatedParts, heldMemory, type ProcessBytes } from './engineMemory.ts'
import type { EngineBuffer } from './engineProtocol.ts'
import type { EngineSession, SessionLoad } from './engineSession.ts'

export interface EngineFleet {
  has(name: string): boolean
  /** Null when it is not loaded. */
  buffers(name: string): readonly EngineBuffer[] | null
  /** What the engine computes on; null until one has said so. */
  device(): string | null
  list(): Promise<LoadedModel[]>
  /** With another context length than it has, a loaded model is ended first. `prepare` looks at the file before a process is started. */
  load(
    name: string,
    contextLength: number | null,
    prepare: () => Promise<SessionLoad>,
    signal: AbortSignal
  ): Promise<LoadedModel>
  unload(name: string, limitMs: number, signal: AbortSignal): Promise<void>
  generate(name: string, request: GenerateRequest, signal: AbortSignal): Promise<GenerateResult>
  countTokens(name: string, text: string, signal: AbortSignal): Promise<number>
  /** Ends each engine that nobody waits for and that does not hear us any more; answers their names. The listeners of `onLost` are told. */
  endHung(signal: AbortSignal): Promise<string[]>
  onLost(listener: (lost: { name: string; error: StokerError }) => void): () => void
  dispose(): Promise<void>
}

interface Engine {
  session: EngineSession
  /** `leaving`: its load failed or was cancelled, and the process is not gone yet. */
  state: 'loading' | 'ready' | 'stopping' | 'leaving'
  /** What was asked for, null for the default: the engine rounds it up, or cuts it to what the model was trained for. */
  askedContextLength: number | null
  cacheType: CacheType
  /** Ends its load. */
  cancelLoad: AbortController
  /** The unload under way; settles when the process is gone, or when that unload was given up. */
  ending: Promise<void> | null
}

interface FleetDeps {
  startSession: (name: string) => EngineSession
  processMemory: (pid: number) => Promise<ProcessBytes | null>
  clock: Clock
  logger: Logger
}

/** An engine whose pages are swapped out needs a while before it says a word. */
const pingLimitMs = 8_000

export function createEngineFleet({ startSession, processMemory, clock, logger }: FleetDeps): EngineFleet {
  const engines = new Map<string, Engine>()
  /** Being looked at, before there is a process. */
  const starting = new Set<string>()
  const lost = createEmitter<{ name: string; error: StokerError }>((error) =>
    logger.error('a listener of lost models failed', error)
  )
  let device: string | null = null
  let isDisposed = false

  function held(name: string): Engine | null {
    const engine = engines.get(name)
    return engine?.state === 'ready' || engine?.state === 'stopping' ? engine : null
  }

  async function describe(name: string, { session, state, cacheType }: Engine): Promise<LoadedModel> {
    const memory = session.pid === undefined ? null : await processMemory(session.pid)
    const { sharedBytes, buffers, contextLength } = session.facts
    return {
      name,
      ...heldMemory(memory, sharedBytes, buffers),
      contextLength,
      unloadsAt: null,
      isStopping: state === 'stopping',
      pid: session.pid ?? null,
      weightsPath: null,
      allocated: allocatedParts(buffers),
      cacheType
    }
  }

  function start(name: string, askedContextLength: number | null, cacheType: CacheType): Engine {
    const session = startSession(name)
    const engine: Engine = {
      session,
      state: 'loading',
      askedContextLength,
      cacheType,
      cancelLoad: new AbortController(),
      ending: null
    }
    engines.set(name, engine)
    void session.exited.then((exit) => {
      engines.delete(name)
      if (engine.state !== 'ready') return
      logger.warn(`the engine of ${name} was lost`, exit)
      lost.emit({ name, error: explainExit(name, exit) })
    })
    return engine
  }

  /** Waits for its answers, then ends it; resolves when the process is gone. */
  async function end(name: string, engine: Engine, limitMs: number | null, signal: AbortSignal): Promise<void> {
    // Another's try may be given up, and then it is our turn.
    while (engine.ending) await patiently(Promise.allSettled([engine.ending]), limitMs, signal, name)
    if (engines.get(name) !== engine) return
    if (engine.state === 'leaving') return patiently(engine.session.exited, limitMs, signal, name)
    engine.ending = endNow(name, engine, limitMs, signal)
    await engine.ending.finally(() => (engine.ending = null))
  }

  async function endNow(name: string, engine: Engine, limitMs: number | null, signal: AbortSignal): Promise<void> {
    const { session } = engine
    engine.state = 'stopping'
    try {
      await patiently(Promise.race([session.idle(), session.exited]), limitMs, signal, name)
    } catch (error) {
      engine.state = 'ready'
      throw error
    }
    await session.quit()
  }

  function patiently(work: Promise<unknown>, limitMs: number | null, signal: AbortSignal, name: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        cancel()
        signal.removeEventListener('abort', onAbort)
        finish()
      }
      const onAbort = (): void => settle(() => reject(abortReason(signal)))
      const cancel =
        limitMs === null ? () => {} : clock.after(limitMs, () => settle(() => reject(stillAnswering(name))))
      if (signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort, { once: true })
      void work.then(() => settle(resolve))
    })
  }

  async function loadNew(
    name: string,
    contextLength: number | null,
    prepare: () => Promise<SessionLoad>,
    signal: AbortSignal
  ): Promise<LoadedModel> {
    const wish = await prepare()
    if (signal.aborted || isDisposed) throw abortReason(signal)
    const engine = start(name, contextLength, wish.cacheType)
    try {
      await engine.session.load(wish, AbortSignal.any([signal, engine.cancelLoad.signal]))
      // Cancelled in the very moment it was done.
      if (engine.state !== 'loading') throw abortReason(signal)
    } catch (error) {
      engine.state = 'leaving'
      void engine.session.kill()
      throw error
    }
    engine.state = 'ready'
    device = engine.session.facts.device
    return describe(name, engine)
  }

  async function endIfHung(name: string, engine: Engine, signal: AbortSignal): Promise<boolean> {
    const { session } = engine
    const mayEnd = (): boolean => engines.get(name) === engine && engine.state === 'ready' && session.isIdle()
    if (!mayEnd() || (await session.ping(pingLimitMs, signal)) || !mayEnd()) return false
    await session.killHung()
    return true
  }

  return {
    has: (name) => engines.has(name) || starting.has(name),
    buffers: (name) => held(name)?.session.facts.buffers ?? null,
    device: () => device,

    async list() {
      const names = [...engines].filter(([name]) => held(name))
      const models = await Promise.all(names.map(([name, engine]) => describe(name, engine)))
      // One may have ended while its memory was read.
      return models.filter(({ name }) => engines.has(name))
    },

    async load(name, contextLength, prepare, signal) {
      if (signal.aborted) throw abortReason(signal)
      const before = engines.get(name)
      if (starting.has(name) || before?.state === 'loading') throw busy(`${name} is being loaded already.`)
      if (before?.state === 'ready' && hasContext(before, contextLength)) return describe(name, before)
      starting.add(name)
      try {
        if (before) await end(name, before, null, signal)
        return await loadNew(name, contextLength, prepare, signal)
      } finally {
        starting.delete(name)
      }
    },

    async unload(name, limitMs, signal) {
      const engine = engines.get(name)
      if (!engine) return
      if (engine.state === 'loading') {
        engine.state = 'leaving'
        engine.cancelLoad.abort()
      }
      await end(name, engine, limitMs, signal)
    },

    async generate(name, request, signal) {
      const engine = engines.get(name)
      if (engine?.state === 'ready') return engine.session.generate(request, signal)
      if (engine?.state === 'stopping') throw busy(`${name} is being unloaded.`)
      throw notLoaded(name)
    },

    async countTokens(name, text, signal) {
      const engine = held(name)
      if (!engine) throw notLoaded(name)
      return engine.session.countTokens(text, signal)
    },

    async endHung(signal) {
      if (signal.aborted) throw abortReason(signal)
      const all = [...engines]
      const ended = await Promise.all(all.map(([name, engine]) => endIfHung(name, engine, signal)))
      return all.flatMap(([name], at) => (ended[at] ? [name] : []))
    },

    onLost: (listener) => lost.subscribe(listener),

    async dispose() {
      isDisposed = true
      const ending = [...engines.values()].map((engine) => {
        engine.state = 'leaving'
        engine.cancelLoad.abort()
        return engine.session.kill()
      })
      await Promise.all(ending)
    }
  }
}

function hasContext({ session, askedContextLength }: Engine, contextLength: number | null): boolean {
  return contextLength === null || contextLength === askedContextLength || contextLength === session.facts.contextLength
}

function notLoaded(name: string): StokerError {
  return new StokerError('model_not_found', `${name} is not loaded.`, 'Load it first.')
}

function busy(message: string): StokerError {
  return new StokerError('model_busy', message, 'Wait a moment, then try again.')
}

function stillAnswering(name: string): StokerError {
  return new StokerError('model_busy', `${name} is still answering.`, 'Wait for the answer, or stop it, then unload.')
}
