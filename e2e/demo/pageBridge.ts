/**
 * A core in the page: answers the contract's requests from a DemoState and sends the events a real core would. It is put into the
 * page as text, after the files it imports, so every function stands at its top.
 */
import type { Answer, CoreEvent, Input, Route } from '../../src/shared/contract.ts'
import type { Model, ModelId } from '../../src/shared/model.ts'
import type { Operation, OperationProgress } from '../../src/shared/operation.ts'
import type { StokerBridge } from '../../src/preload/api.ts'
import { demoFits, demoPredict } from './fits.ts'
import { demoEvents, demoExport, demoHistory } from './longHistory.ts'
import type { DemoState } from './state.ts'
import { demoWhatIf } from './whatIf.ts'

interface DemoCore {
  state: DemoState
  revision: number
  listeners: Set<(event: CoreEvent) => void>
  cancelled: Set<string>
}

type Sent = { [Type in CoreEvent['type']]: Omit<Extract<CoreEvent, { type: Type }>, 'revision'> }[CoreEvent['type']]

class DemoFailure extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function send(core: DemoCore, event: Sent): void {
  core.revision += 1
  for (const listener of core.listeners) listener({ ...event, revision: core.revision } as CoreEvent)
}

function find(core: DemoCore, id: ModelId): Model {
  const model = core.state.models.find((each) => each.id.hostId === id.hostId && each.id.name === id.name)
  if (!model) throw new DemoFailure('model_not_found', `${id.name} is not there.`)
  return model
}

function change(core: DemoCore, id: ModelId, changes: Partial<Model>): Model {
  const model = find(core, id)
  Object.assign(model, changes)
  send(core, { type: 'model.changed', payload: { model: { ...model } } })
  return { ...model }
}

function setState(core: DemoCore, id: ModelId, state: Model['state'], changes: Partial<Model> = {}): Model {
  return change(core, id, { state, stateSinceAt: Date.now(), operationId: null, ...changes })
}

function begin(core: DemoCore, operation: Operation): void {
  core.state.operations.push(operation)
  send(core, { type: 'operations.changed', payload: { operations: [...core.state.operations] } })
}

function end(core: DemoCore, id: string): void {
  core.state.operations = core.state.operations.filter((each) => each.id !== id)
  send(core, { type: 'operations.changed', payload: { operations: [...core.state.operations] } })
}

function progress(core: DemoCore, operationId: string, now: OperationProgress): void {
  if (core.cancelled.has(operationId)) throw new DemoFailure('aborted', 'Cancelled.')
  send(core, { type: 'operation.progress', payload: { operationId, progress: now } })
}

/** The sample follows the models. */
function measure(core: DemoCore): void {
  const held = core.state.models.filter((model) => model.heldBytes !== null)
  const { sample } = core.state
  sample.models = held.map(({ id, heldBytes, gpuBytes, heldQuality }) => {
    const source = id.hostId === 'builtin' ? 'process memory' : 'Ollama'
    return { id, heldBytes, gpuBytes, countedBytes: null, quality: heldQuality ?? 'reported', source, pid: null }
  })
  sample.sampledAt = Date.now()
  send(core, { type: 'memory.sampled', payload: { sample: { ...sample } } })
  send(core, { type: 'fits.changed', payload: demoFits(core.state) })
}

async function load(core: DemoCore, { id, contextLength, loadAnyway }: Input<'models.load'>): Promise<Model> {
  const prediction = demoPredict(core.state, id, contextLength)
  if ((core.state.isRefusing || prediction?.isAllowed === false) && loadAnyway !== true)
    throw new DemoFailure('does_not_fit', `${id.name} does not fit.`)
  for (const leaving of prediction?.unload ?? []) await unload(core, leaving)
  const operationId = `load-${id.name.replace(/\W/g, '-')}-${Date.now()}`
  const startedAt = Date.now()
  const bytes = prediction?.needBytes ?? 0
  setState(core, id, 'loading', { operationId, error: null })
  begin(core, { id: operationId, kind: 'load', modelId: id, startedAt, progress: null })
  try {
    for (let step = 1; step <= 20; step += 1) {
      await pause(core.state.loadMs / 20)
      progress(core, operationId, { kind: 'load', elapsedMs: Date.now() - startedAt, fraction: step / 20 })
      change(core, id, { heldBytes: Math.round((bytes * step) / 20), loadProgress: step / 20 })
      measure(core)
    }
    const lasted = { loadedAt: Date.now(), loadedBy: 'you', lastLoadMs: Date.now() - startedAt }
    const ends = { ...lasted, contextLength: prediction?.contextLength ?? null }
    return setState(core, id, 'ready', { ...ends, unloadsAt: Date.now() + find(core, id).keepAliveSeconds * 1000 })
  } catch (thrown) {
    setState(core, id, 'unloaded', { heldBytes: null, loadProgress: null })
    throw thrown
  } finally {
    end(core, operationId)
    measure(core)
  }
}

async function unload(core: DemoCore, id: ModelId) {
  const { heldBytes } = find(core, id)
  setState(core, id, 'unloading')
  await pause(400)
  setState(core, id, 'unloaded', { heldBytes: null, unloadsAt: null, contextLength: null, activeRequests: 0 })
  measure(core)
  const { isUnloadSeen } = core.state
  const evidence = isUnloadSeen ? 'its process is gone' : 'its process is still there, with 3.1 GB'
  return { bytesReturned: isUnloadSeen ? heldBytes : null, durationMs: 400, verified: isUnloadSeen, evidence }
}

async function generate(core: DemoCore, input: Input<'models.generate'>) {
  const { id, operationId = `generate-${Date.now()}` } = input
  if (find(core, id).state !== 'ready') await load(core, { id })
  const words =
    'Embers hold their heat for hours, and so does a model that stays in memory: the first word comes at once.'
  change(core, id, { activeRequests: 1, tokensPerSecond: 31.4, unloadsAt: null })
  try {
    for (const word of words.split(' ')) {
      await pause(35)
      progress(core, operationId, { kind: 'tokens', text: `${word} ` })
    }
    return {
      text: words,
      promptTokens: 12,
      outputTokens: 24,
      firstTokenMs: 410,
      tokensPerSecond: 31.4,
      doneReason: 'stop'
    }
  } finally {
    change(core, id, { activeRequests: 0, unloadsAt: Date.now() + 600_000 })
  }
}

async function transfer(
  core: DemoCore,
  kind: 'pull' | 'create_sample',
  id: ModelId,
  operationId: string,
  totalBytes: number
) {
  begin(core, { id: operationId, kind, modelId: id, startedAt: Date.now(), progress: null })
  try {
    for (let step = 0; step <= 20; step += 1) {
      await pause(150)
      progress(core, operationId, {
        kind: 'transfer',
        status: kind === 'pull' ? 'pulling 4c27e0f5b5ad' : 'writing tensors',
        completedBytes: Math.round((totalBytes * step) / 20),
        totalBytes,
        bytesPerSecond: totalBytes / 3,
        remainingMs: (20 - step) * 150
      })
    }
    const like = core.state.models[0]
    if (!like) return null
    const model: Model = {
      ...like,
      id,
      state: 'unloaded',
      sizeBytes: totalBytes,
      heldBytes: null,
      isSample: kind === 'create_sample'
    }
    core.state.models.push(model)
    send(core, { type: 'models.changed', payload: { models: [...core.state.models] } })
    return model
  } finally {
    end(core, operationId)
  }
}

const sampleBytes = { small: 50_300_000, medium: 302_000_000, large: 1_040_000_000 }

const answers: { [R in Route]?: (core: DemoCore, input: Input<R>) => unknown } = {
  'app.info': (core) => core.state.info,
  'hosts.list': (core) => ({ hosts: core.state.hosts }),
  'hosts.check': (core, { hostId }) => ({ host: core.state.hosts.find((host) => host.id === hostId) }),
  'models.list': (core) => ({ models: core.state.models }),
  'models.inspect': (core, { id }) => core.state.details[`${id.hostId}/${id.name}`] ?? emptyDetails(id),
  'models.load': async (core, input) => ({ model: await load(core, input), durationMs: core.state.loadMs }),
  'models.fits': (core) => demoFits(core.state),
  'models.predict': (core, { id, contextLength }) => demoPredict(core.state, id, contextLength),
  'models.unload': (core, { id }) => unload(core, id),
  'models.unloadAll': async (core) => ({ results: await unloadAll(core) }),
  'models.setKeepAlive': (core, { id, keepAliveSeconds }) => ({
    model: change(core, id, { keepAliveSeconds: keepAliveSeconds ?? 600 })
  }),
  'models.pin': (core, { id, isPinned }) => ({ model: change(core, id, { isPinned }) }),
  'models.generate': (core, input) => generate(core, input),
  'models.pull': async (core, { id, operationId }) => ({
    model: await transfer(core, 'pull', id, operationId ?? 'pull-0000', 5_200_000_000)
  }),
  'models.createSample': async (core, { size, operationId }) => {
    const id = { hostId: 'builtin', name: `stoker-sample-${size}` }
    return { model: await transfer(core, 'create_sample', id, operationId ?? 'sample-0000', sampleBytes[size]) }
  },
  'models.remove': (core, { id }) => {
    core.state.models = core.state.models.filter((model) => model !== find(core, id))
    send(core, { type: 'models.changed', payload: { models: [...core.state.models] } })
    return {}
  },
  'memory.current': (core) => core.state.sample,
  'models.whatIf': (core, input) => demoWhatIf(core.state, input),
  'memory.history': (core, input) => demoHistory(core.state, input),
  'memory.export': (_core, input) => demoExport(input),
  'events.list': (core, input) => demoEvents(core.state, input),
  'settings.get': (core) => ({ settings: core.state.settings }),
  'settings.update': (core, { name, value }) => changeSetting(core, name, { value, source: 'file', fileValue: value }),
  'settings.reset': (core, { name }) => {
    const value = core.state.settings.find((setting) => setting.name === name)?.defaultValue ?? 0
    return changeSetting(core, name, { value, source: 'default', fileValue: null })
  },
  'operations.list': (core) => ({ operations: core.state.operations }),
  'operations.cancel': (core, { operationId }) => {
    core.cancelled.add(operationId)
    return { wasRunning: true }
  }
}

function emptyDetails(id: ModelId) {
  return {
    id,
    template: null,
    system: null,
    license: null,
    parametersText: null,
    metadata: [],
    path: null,
    memoryParts: null,
    predicted: null
  }
}

async function unloadAll(core: DemoCore) {
  const loaded = core.state.models.filter((model) => model.state === 'ready' && !model.isPinned)
  return Promise.all(loaded.map(async ({ id }) => ({ id, result: await unload(core, id), error: null })))
}

function changeSetting(core: DemoCore, name: string, changes: Partial<DemoState['settings'][number]>) {
  core.state.settings = core.state.settings.map((each) => (each.name === name ? { ...each, ...changes } : each))
  send(core, { type: 'settings.changed', payload: { settings: core.state.settings } })
  return { setting: core.state.settings.find((each) => each.name === name) }
}

async function answer(core: DemoCore, route: string, input: unknown): Promise<Answer> {
  if (core.state.isSilent) await new Promise(() => undefined)
  const handler = answers[route as Route] as ((core: DemoCore, input: unknown) => unknown) | undefined
  try {
    if (!handler) throw new DemoFailure('route_not_found', `The demonstration has no ${route}.`)
    const data = structuredClone(await handler(core, input))
    return { ok: true, data, revision: core.revision }
  } catch (thrown) {
    const code = (thrown instanceof DemoFailure ? thrown.code : 'internal') as 'internal'
    return {
      ok: false,
      error: { code, message: thrown instanceof Error ? thrown.message : String(thrown), hint: null }
    }
  }
}

/** Puts window.stoker in place, before the page's own scripts run. */
export function installDemoBridge(state: DemoState): void {
  const core: DemoCore = { state, revision: 0, listeners: new Set(), cancelled: new Set() }
  const bridge: StokerBridge = {
    request: (route, input) => answer(core, route, input),
    subscribe(listener) {
      core.listeners.add(listener)
      return () => core.listeners.delete(listener)
    }
  }
  // Stories change what the core knows in the middle, and let it be seen.
  Object.assign(globalThis, { stoker: bridge, stokerDemo: { state, measure: () => measure(core) } })
  if (state.isLive) setInterval(() => measure(core), 1_000)
}
