/** For tests of outlooks: hosts, models whose needs grow with the context, and who is in memory, all as the test says. */
import type { Host, Model, ModelDetails, ModelId } from '../../../shared/model.ts'
import { modelKey } from '../../../shared/modelKey.ts'
import type { NeedSource } from '../../../shared/need.ts'
import { aliasHostId, type FileModel } from '../../../shared/modelsFile.ts'
import { StokerError } from '../../../shared/errors.ts'
import { bytesIn } from '../../models/room.ts'
import { longestContext } from '../../models/longestContext.ts'
import type { Measured } from '../../models/measured.ts'
import type { Resident } from '../../models/resident.ts'
import { toGrammarSchema } from '../../providers/llamacpp/grammarSchema.ts'
import { createOutlookModels } from './outlookModels.ts'
import { createChainOutlook, type ChainOutlookDeps } from './chainOutlook.ts'
import type { MachineRoom } from './outlookRoom.ts'
import type { MakeOutlook, OutlookWish } from './outlook.ts'

export const gigabyte = 1e9

export interface RigModel extends Partial<Omit<Model, 'id'>> {
  /** What it needs without any context, and for 1,000 tokens; null: nobody knows. */
  weightsBytes?: number | null
  per1000Bytes?: number
  /** How that is known. */
  source?: NeedSource
  measured?: Partial<Measured>
  parametersText?: string
}

export interface OutlookRig {
  models: Map<string, RigModel & { id: ModelId }>
  residents: Resident[]
  room: MachineRoom
  settings: ReturnType<ChainOutlookDeps['settings']>
  hosts: Pick<Host, 'id' | 'name' | 'kind' | 'status' | 'isLocal' | 'device'>[]
  aliases: Map<string, ModelId>
  fileModels: Pick<FileModel, 'name' | 'options'>[]
  keptByRule: Set<string>
  isMemoryShort: boolean
  inspected: string[]
  failsToInspect: boolean
  deps: ChainOutlookDeps
  outlook: MakeOutlook
  add(name: string, model?: RigModel, hostId?: string): ModelId
  load(id: ModelId, change?: Partial<Resident>): Resident
}

export function createOutlookRig(): OutlookRig {
  const host = { kind: 'ollama', status: 'ok', isLocal: true, device: 'GPU' } as const
  const found = (id: ModelId): RigModel & { id: ModelId } => {
    const model = rig.models.get(modelKey(id))
    if (model === undefined) throw new StokerError('model_not_found', `no ${id.name}`)
    return model
  }
  const bytesAt = (id: ModelId, contextLength: number): number | null => {
    const { weightsBytes = 4 * gigabyte, per1000Bytes = 0.1 * gigabyte } = found(id)
    return weightsBytes === null ? null : Math.round(weightsBytes + (contextLength / 1_000) * per1000Bytes)
  }
  const need = (id: ModelId, contextLength = 4_096) => {
    const bytes = bytesAt(id, contextLength)
    const { source = 'learned' } = found(id)
    return bytes === null ? null : { bytes, plusMinusBytes: 0, source, contextLength, parts: [] }
  }
  const outlookModels = createOutlookModels({
    resolve(id) {
      const target = rig.aliases.get(id.name)
      if (id.hostId !== aliasHostId) return id
      if (target) return target
      throw new StokerError('model_not_found', `There is no alias “${id.name}”.`)
    },
    hosts: () => rig.hosts,
    models: { has: (id) => rig.models.has(modelKey(id)), get: (id) => modelOf(found(id)) },
    fileModels: () => rig.fileModels,
    inspect(id): Promise<Pick<ModelDetails, 'parametersText'>> {
      rig.inspected.push(id.name)
      if (rig.failsToInspect) return Promise.reject(new StokerError('server_down', 'gone'))
      return Promise.resolve({ parametersText: found(id).parametersText ?? null })
    },
    toGrammar: toGrammarSchema,
    logger: { info() {}, warn() {}, error() {} }
  })
  const deps: ChainOutlookDeps = {
    outlookModels,
    models: {
      measuredOf: (id) => ({
        sizeBytes: found(id).sizeBytes ?? 4 * gigabyte,
        loadMs: [],
        usualLoadMs: null,
        tokensPerSecond: null,
        promptTokensPerSecond: null,
        longestGapMs: null,
        ...found(id).measured
      })
    },
    residents: () => rig.residents,
    needs: {
      now: need,
      predict: (id, contextLength) => Promise.resolve(need(id, contextLength)),
      contextLengths: (id) => ({ defaultLength: 4_096, maxLength: found(id).maxContextLength ?? null }),
      engineOf: modelKey
    },
    settings: () => rig.settings,
    room: () => rig.room,
    bytesIn,
    longestContext,
    isKeptByRule: (id) => rig.keptByRule.has(modelKey(id)),
    isMemoryShort: () => rig.isMemoryShort
  }
  const rig: OutlookRig = {
    models: new Map(),
    residents: [],
    room: { budgetBytes: 12 * gigabyte, besideBytes: null, hasCards: false },
    settings: {
      maxLoadedModels: 2,
      localTemperature: 0.3,
      localTopP: 0.9,
      localTopK: 40,
      localRepeatPenalty: 1.1,
      localNewTokens: 1_024,
      localMaxTokens: 2_048,
      localTokenLimit: 0
    },
    hosts: [
      { id: 'ollama', name: 'Ollama', ...host },
      { id: 'far', name: 'Far', ...host, isLocal: false },
      { id: 'built-in', name: 'Built-in engine', ...host, kind: 'llamacpp', device: 'CPU' }
    ],
    aliases: new Map(),
    fileModels: [],
    keptByRule: new Set(),
    isMemoryShort: false,
    inspected: [],
    failsToInspect: false,
    deps,
    outlook: createChainOutlook(deps),
    add(name, model = {}, hostId = 'ollama') {
      const id = { hostId, name }
      rig.models.set(modelKey(id), { ...model, id })
      return id
    },
    load(id, change = {}) {
      const resident = residentOf(id, change)
      rig.residents.push(resident)
      return resident
    }
  }
  return rig
}

export function wishOf(chain: OutlookWish['chain'], more: Partial<OutlookWish> = {}): OutlookWish {
  return {
    chain,
    order: 'fewest_loads',
    autoUnload: true,
    groups: [{ items: [[0, 9]], todo: chain.steps.map((_, place) => place) }],
    inputLetters: 1_000,
    columns: null,
    ...more
  }
}

function modelOf({
  id,
  weightsBytes: _,
  per1000Bytes: __,
  measured: ___,
  parametersText: ____,
  source: _____,
  ...rest
}: RigModel & { id: ModelId }): Model {
  return {
    providerKind: 'ollama',
    state: 'unloaded',
    stateSinceAt: 0,
    sizeBytes: 4 * gigabyte,
    heldBytes: null,
    heldQuality: null,
    gpuBytes: null,
    contextLength: null,
    maxContextLength: 131_072,
    parameters: '8.2B',
    quantization: null,
    architecture: 'qwen3',
    capabilities: ['completion'],
    digest: `digest of ${id.name}`,
    isSample: false,
    isPinned: false,
    keepAliveSeconds: 600,
    keptBy: null,
    keepAliveOverride: null,
    unloadsAt: null,
    activeRequests: 0,
    tokensPerSecond: null,
    loadProgress: null,
    isLoadLate: false,
    loadedAt: null,
    loadedBy: null,
    lastLoadMs: null,
    lastUsedAt: null,
    operationId: null,
    error: null,
    ...rest,
    id
  }
}

function residentOf(id: ModelId, change: Partial<Resident>): Resident {
  return {
    id,
    key: modelKey(id),
    engine: modelKey(id),
    isLocal: id.hostId !== 'far',
    usesCards: id.hostId !== 'built-in',
    heldBytes: 4.5 * gigabyte,
    gpuBytes: null,
    needBytes: null,
    contextLength: 4_096,
    isPinned: false,
    isKept: false,
    isBusy: false,
    isLoading: false,
    isLeaving: false,
    lastUsedAt: null,
    reloadMs: null,
    ...change
  }
}
