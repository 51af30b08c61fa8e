/**
 * The work of the core in the page: loads, unloads, answers and downloads, with the events a real core would send. Put into the page as
 * text, so every function stands at its top.
 */
import type { CoreEvent, Input } from '../../src/shared/contract.ts'
import type { HostRequests } from '../../src/shared/hostRequests.ts'
import type { Model, ModelId } from '../../src/shared/model.ts'
import type { Operation, OperationProgress } from '../../src/shared/operation.ts'
import { demoFits, demoPredict } from './fits.ts'
import type { DemoState } from './state.ts'

export interface DemoCore {
  state: DemoState
  revision: number
  listeners: Set<(event: CoreEvent) => void>
  cancelled: Set<string>
  /** Where a story holds the work: what opens for its next step. */
  gate: PromiseWithResolvers<void> | null
}

type Sent = { [Type in CoreEvent['type']]: Omit<Extract<CoreEvent, { type: Type }>, 'revision'> }[CoreEvent['type']]

export class DemoFailure extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Work takes its time: so many ms, or as long as a story holds it. */
export function pause(core: DemoCore, ms: number): Promise<void> {
  return core.gate?.promise ?? passed(ms)
}

export function hold(core: DemoCore): void {
  core.gate = Promise.withResolvers()
}

/** Lets what is held go on to its next step. */
export function nextStep(core: DemoCore): void {
  const { gate } = core
  hold(core)
  gate?.resolve()
}

export function goOn(core: DemoCore): void {
  core.gate?.resolve()
  core.gate = null
}

export function send(core: DemoCore, event: Sent): void {
  core.revision += 1
  for (const listener of core.listeners) listener({ ...event, revision: core.revision } as CoreEvent)
}

export function find(core: DemoCore, id: ModelId): Model {
  const model = core.state.models.find((each) => each.id.hostId === id.hostId && each.id.name === id.name)
  if (!model) throw new DemoFailure('model_not_found', `${id.name} is not there.`)
  return model
}

export function change(core: DemoCore, id: ModelId, changes: Partial<Model>): Model {
  const model = find(core, id)
  Object.assign(model, changes)
  send(core, { type: 'model.changed', payload: { model: { ...model } } })
  return { ...model }
}

function setState(core: DemoCore, id: ModelId, state: Model['state'], changes: Partial<Model> = {}): Model {
  return change(core, id, { state, stateSinceAt: Date.now(), operationId: null, ...changes })
}

/** `actor`, `ruleId` left out: a person asked for it, and it is of no rule. */
export function begin(core: DemoCore, operation: Omit<Operation, 'actor' | 'ruleId'> & Partial<Operation>): void {
  core.state.operations.push({ actor: 'you', ruleId: null, ...operation })
  send(core, { type: 'operations.changed', payload: { operations: [...core.state.operations] } })
}

/** Who was cancelled is gone, and who waited longest has the free place. */
function withoutEntry(requests: HostRequests, operationId: string): HostRequests {
  const isOther = (entry: { operationId: string | null }): boolean => entry.operationId !== operationId
  const { queue } = requests
  const answering = queue.answering.filter(isOther)
  const left = queue.waiting.filter(isOther)
  const next = answering.length < queue.answering.length ? left.splice(0, 1) : []
  const waiting = left.map((entry, index) => ({ ...entry, position: index + 1 }))
  const turns = next.map(({ position: _, ...entry }) => ({ ...entry, sinceAt: Date.now() }))
  const gone = queue.waiting.length - waiting.length
  const waitingCount = queue.waitingCount - gone
  const running = queue.running - (queue.answering.length - answering.length) + turns.length
  return { ...requests, queue: { ...queue, running, answering: [...answering, ...turns], waitingCount, waiting } }
}

export function cancel(core: DemoCore, operationId: string): void {
  core.cancelled.add(operationId)
  core.state.requests = core.state.requests.map((host) => withoutEntry(host, operationId))
  send(core, { type: 'requests.changed', payload: { hosts: core.state.requests } })
  // A story that cancels has seen what it held the work for.
  goOn(core)
}

export function end(core: DemoCore, id: string): void {
  core.state.operations = core.state.operations.filter((each) => each.id !== id)
  send(core, { type: 'operations.changed', payload: { operations: [...core.state.operations] } })
}

export function progress(core: DemoCore, operationId: string, now: OperationProgress): void {
  if (core.cancelled.has(operationId)) throw new DemoFailure('aborted', 'Cancelled.')
  send(core, { type: 'operation.progress', payload: { operationId, progress: now } })
}

/** The sample follows the models. */
export function measure(core: DemoCore): void {
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

export async function load(core: DemoCore, { id, contextLength, loadAnyway }: Input<'models.load'>): Promise<Model> {
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
      await pause(core, core.state.loadMs / 20)
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

export async function unload(core: DemoCore, id: ModelId) {
  const { heldBytes } = find(core, id)
  setState(core, id, 'unloading')
  // Never held: a load that makes room for itself is held in its own first step, not in those of others.
  await passed(400)
  setState(core, id, 'unloaded', { heldBytes: null, unloadsAt: null, contextLength: null, activeRequests: 0 })
  measure(core)
  const { isUnloadSeen } = core.state
  const evidence = isUnloadSeen ? 'its process is gone' : 'its process is still there, with 3.1 GB'
  return { bytesReturned: isUnloadSeen ? heldBytes : null, durationMs: 400, verified: isUnloadSeen, evidence }
}

export async function generate(core: DemoCore, input: Input<'models.generate'>) {
  const { id, operationId = `generate-${Date.now()}` } = input
  if (find(core, id).state !== 'ready') await load(core, { id })
  const words =
    'Embers hold their heat for hours, and so does a model that stays in memory: the first word comes at once.'
  change(core, id, { activeRequests: 1, tokensPerSecond: 31.4, unloadsAt: null })
  begin(core, { id: operationId, kind: 'generate', modelId: id, startedAt: Date.now(), progress: null })
  try {
    for (const wait of core.state.waits) {
      progress(core, operationId, wait.kind === 'retrying' ? { ...wait, nextAt: Date.now() + core.state.waitMs } : wait)
      await pause(core, core.state.waitMs)
    }
    for (const word of words.split(' ')) {
      await pause(core, 35)
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
    end(core, operationId)
  }
}

export async function transfer(
  core: DemoCore,
  kind: 'pull' | 'create_sample',
  id: ModelId,
  operationId: string,
  totalBytes: number
) {
  begin(core, { id: operationId, kind, modelId: id, startedAt: Date.now(), progress: null })
  try {
    for (let step = 0; step <= 20; step += 1) {
      await pause(core, 150)
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
