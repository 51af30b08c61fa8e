/**
 * The scheduler of the real server in small: one queue for requests that need a load, one engine per set of weights, sticky
 * keep-alive, reloads, eviction. Two generations differ in what blocks what, and in what /api/ps sees of a load.
 */
import { needsReload, settingsFor, type EngineSettings } from './engineSettings.ts'
import { bytesHeld, type FakeModel, type Generation } from './fakeModel.ts'
import { foreverMs } from './goDuration.ts'
import { HttpError } from './httpError.ts'
import { createTurns, type Turns } from './turns.ts'
import { canceled, waitOrAbort, waitWhile } from './waiting.ts'

export interface Engine {
  model: FakeModel
  settings: EngineSettings
  keepAliveMs: number
  /** Requests that use it now. */
  users: number
  isLoading: boolean
  /** null until it was idle for the first time. */
  expiresAt: number | null
  /** Resolves when the load ended, well or not. */
  loaded: Promise<void>
  /** Resolves when it has left memory. */
  gone: Promise<void>
  /** A few answers at a time; the others wait their turn here. */
  turns: Turns
}

export interface Ask {
  model: FakeModel
  options: Record<string, unknown>
  keepAliveMs: number | null
  /** Aborts when the client closes its connection. */
  signal: AbortSignal
}

export interface Lease {
  engine: Engine
  release: () => void
}

export interface SchedulerOptions {
  generation: Generation
  maxLoadedModels: number
  /** What it has for models; null: enough for all. One alone is always tried, however large. */
  memoryBytes: number | null
  maxQueue: number
  keepAliveMs: number
  defaultContext: number
  /** How long an engine takes to leave. */
  unloadMs: number
  parallel: number
}

interface Pending extends Ask {
  settings: EngineSettings
  resolve: (lease: Lease) => void
  reject: (error: unknown) => void
}

interface Inner extends Engine {
  timer: ReturnType<typeof setTimeout> | null
  isLeaving: boolean
  leave: () => void
}

export type FakeScheduler = ReturnType<typeof createFakeScheduler>

export function createFakeScheduler(options: SchedulerOptions, onEvent: (event: string) => void) {
  const engines = new Map<string, Inner>()
  const queue: Pending[] = []
  let isPlacing = false

  function acquire(ask: Ask): Promise<Lease> {
    const settings = settingsFor(ask.model, ask.options, options)
    return new Promise((resolve, reject) => {
      const pending: Pending = { ...ask, settings, resolve, reject }
      const engine = engines.get(ask.model.weights)
      // The new generation lets requests to loaded models pass those that wait for a load.
      const canPass = options.generation === '0.30' && engine !== undefined && !engine.isLeaving
      if (canPass && !needsReload(engine.settings, settings, options.generation)) return use(engine, pending)
      if (queue.length >= options.maxQueue) {
        return reject(new HttpError(503, 'server busy, please try again.  maximum pending requests exceeded'))
      }
      queue.push(pending)
      void placeAll()
    })
  }

  async function placeAll(): Promise<void> {
    if (isPlacing) return
    isPlacing = true
    for (let pending = queue.shift(); pending; pending = queue.shift()) await place(pending)
    isPlacing = false
  }

  /** Nothing else in the queue moves until this request has its engine, or in the old generation at least its load begun. */
  async function place(pending: Pending): Promise<void> {
    while (!pending.signal.aborted) {
      const engine = engines.get(pending.model.weights)
      if (engine?.isLeaving) await engine.gone
      else if (engine?.isLoading) await engine.loaded
      else if (engine && !needsReload(engine.settings, pending.settings, options.generation))
        return use(engine, pending)
      else if (engine) await evict(engine)
      else if (engines.size >= options.maxLoadedModels || !hasRoomFor(pending)) await evict(await chooseVictim())
      else return options.generation === '0.30' ? await load(pending) : void load(pending)
    }
    pending.reject(canceled())
  }

  /** The new generation leaves a fifth of what is free alone. */
  function hasRoomFor({ model, settings }: Pending): boolean {
    if (options.memoryBytes === null || engines.size === 0) return true
    const held = [...engines.values()].map((engine) => bytesHeld(engine.model, engine.settings.contextLength))
    const left = options.memoryBytes - held.reduce((sum, bytes) => sum + bytes, 0)
    return bytesHeld(model, settings.contextLength) <= left * (options.generation === '0.30' ? 0.8 : 1)
  }

  function use(engine: Inner, pending: Pending): void {
    engine.users++
    stopTimer(engine)
    if (pending.keepAliveMs !== null) engine.keepAliveMs = pending.keepAliveMs
    pending.resolve(leaseOf(engine))
  }

  async function load(pending: Pending): Promise<void> {
    const { model, settings } = pending
    const ended = Promise.withResolvers<void>()
    const engine = createEngine(pending, ended.promise)
    if (options.generation === '0.11') engines.set(model.weights, engine)
    try {
      await waitWhile(() => model.script.hangs === 'load', pending.signal)
      await waitOrAbort(model.script.loadMs, pending.signal)
      if (model.script.loadError !== null) throw new HttpError(500, model.script.loadError)
      engine.isLoading = false
      engine.users = 1
      engines.set(model.weights, engine)
      onEvent(`loaded ${model.name} ${settings.contextLength}`)
      pending.resolve(leaseOf(engine))
    } catch (error) {
      onEvent(`load failed ${model.name}`)
      if (engines.get(model.weights) === engine) engines.delete(model.weights)
      engine.leave()
      pending.reject(error)
    } finally {
      ended.resolve()
    }
  }

  function createEngine({ model, settings, keepAliveMs }: Pending, loaded: Promise<void>): Inner {
    const gone = Promise.withResolvers<void>()
    return {
      model,
      settings,
      keepAliveMs: keepAliveMs ?? options.keepAliveMs,
      users: 0,
      isLoading: true,
      expiresAt: null,
      timer: null,
      isLeaving: false,
      loaded,
      gone: gone.promise,
      leave: gone.resolve,
      turns: createTurns(options.parallel)
    }
  }

  function leaseOf(engine: Inner): Lease {
    let isReleased = false
    return {
      engine,
      release() {
        if (isReleased) return
        isReleased = true
        // The server notices the end of a request a moment after its answer: whoever waited for a load still finds it busy.
        setImmediate(() => {
          engine.users--
          if (engine.users === 0) restOrLeave(engine)
        })
      }
    }
  }

  /** The keep-alive counts from the end of the last request. */
  function restOrLeave(engine: Inner): void {
    if (engine.keepAliveMs <= 0) return void unload(engine)
    engine.expiresAt = Date.now() + Math.min(engine.keepAliveMs, foreverMs)
    if (engine.keepAliveMs < 2 ** 31) engine.timer = setTimeout(() => void unload(engine), engine.keepAliveMs)
  }

  async function unload(engine: Inner): Promise<void> {
    if (engine.isLeaving || engine.users > 0) return
    engine.isLeaving = true
    stopTimer(engine)
    await new Promise((resolve) => setTimeout(resolve, options.unloadMs))
    if (engines.get(engine.model.weights) === engine) engines.delete(engine.model.weights)
    onEvent(`unloaded ${engine.model.name}`)
    engine.leave()
  }

  async function evict(engine: Inner): Promise<void> {
    stopTimer(engine)
    engine.keepAliveMs = 0
    if (engine.users === 0) void unload(engine)
    await engine.gone
  }

  /** Shortest keep-alive first, an idle one if there is any; a load under way is waited for, because it holds the lock. */
  async function chooseVictim(): Promise<Inner> {
    const sorted = [...engines.values()].sort(
      (a, b) => a.keepAliveMs - b.keepAliveMs || (a.model.weights < b.model.weights ? -1 : 1)
    )
    for (const engine of sorted) {
      await engine.loaded
      if (engine.users === 0) return engine
    }
    const [shortest] = sorted
    if (!shortest) throw new Error('There is nothing to evict.')
    return shortest
  }

  return {
    acquire,
    /** keep_alive 0 without a prompt: goes at once when idle, else after its last request. Waits for a load to end. */
    async expire(model: FakeModel): Promise<void> {
      const engine = engines.get(model.weights)
      if (!engine) return
      await engine.loaded
      stopTimer(engine)
      engine.expiresAt = Date.now()
      engine.keepAliveMs = 0
      if (engine.users === 0) void unload(engine)
    },
    engines: (): Engine[] => [...engines.values()],
    /** The process died: nothing is unloaded in order, it is just gone. */
    drop(): void {
      for (const engine of engines.values()) stopTimer(engine)
      engines.clear()
      for (const pending of queue.splice(0)) pending.reject(canceled())
    }
  }
}

function stopTimer(engine: Inner): void {
  if (engine.timer) clearTimeout(engine.timer)
  engine.timer = null
}
