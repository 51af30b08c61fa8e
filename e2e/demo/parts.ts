/** The pieces the demonstration states are made of: one host, one model, one sample at a time. */
import { modelKey } from '../../src/shared/modelKey.ts'
import type { ActivityEvent } from '../../src/shared/activity.ts'
import type { BudgetPool, GpuSample, MemoryPoint, MemorySample } from '../../src/shared/memory.ts'
import type { Host, Model } from '../../src/shared/model.ts'
import { environmentName, settingDefinitions, settingNames, type SettingState } from '../../src/shared/settings.ts'

export const gb = 1_000_000_000
export const minute = 60_000

export function ollamaHost(changes: Partial<Host> = {}): Host {
  return {
    id: 'ollama',
    kind: 'ollama',
    name: 'Ollama',
    url: 'http://127.0.0.1:11434',
    isBuiltIn: true,
    isLocal: true,
    status: 'ok',
    version: '0.35.1',
    device: null,
    checkedAt: Date.now(),
    nextCheckAt: Date.now() + 60_000,
    error: null,
    capabilities: { pull: true, copy: true, remove: true, createSample: false },
    ...changes
  }
}

export function engineHost(changes: Partial<Host> = {}): Host {
  return ollamaHost({
    id: 'builtin',
    kind: 'llamacpp',
    name: 'Built-in engine',
    url: null,
    version: null,
    device: 'Metal',
    capabilities: { pull: false, copy: false, remove: true, createSample: true },
    ...changes
  })
}

export function model(name: string, changes: Partial<Model> = {}): Model {
  return {
    id: { hostId: 'ollama', name },
    providerKind: 'ollama',
    state: 'unloaded',
    stateSinceAt: Date.now() - 5 * minute,
    sizeBytes: 5.2 * gb,
    heldBytes: null,
    heldQuality: 'reported',
    gpuBytes: null,
    contextLength: null,
    maxContextLength: 40_960,
    parameters: '8.2B',
    quantization: 'Q4_K_M',
    architecture: 'qwen3',
    capabilities: ['completion', 'tools'],
    digest: '500a1f067a9f',
    isSample: false,
    isPinned: false,
    keepAliveSeconds: 1_800,
    unloadsAt: null,
    activeRequests: 0,
    tokensPerSecond: null,
    loadProgress: null,
    isLoadLate: false,
    keptBy: null,
    keepAliveOverride: null,
    loadedAt: null,
    loadedBy: null,
    lastLoadMs: null,
    lastUsedAt: null,
    operationId: null,
    error: null,
    ...changes
  }
}

/** A model that holds memory. */
export function loadedModel(name: string, heldBytes: number, changes: Partial<Model> = {}): Model {
  return model(name, {
    state: 'ready',
    heldBytes,
    gpuBytes: heldBytes,
    contextLength: 8_192,
    loadedAt: Date.now() - 20 * minute,
    loadedBy: 'you',
    lastLoadMs: 6_200,
    lastUsedAt: Date.now() - 2 * minute,
    ...changes
  })
}

export function sample(models: readonly Model[], changes: Partial<MemorySample> = {}): MemorySample {
  const holding = models.filter((each) => each.heldBytes !== null)
  const heldBytes = holding.reduce((sum, each) => sum + (each.heldBytes ?? 0), 0)
  return {
    sampledAt: Date.now(),
    isStale: false,
    machine: 'Mac mini M4, 32 GB',
    totalBytes: 32 * gb,
    usedBytes: Math.round(heldBytes + 9.4 * gb),
    availableBytes: Math.round(22.6 * gb - heldBytes),
    usedFormula: 'app + wired + compressed',
    swapUsedBytes: Math.round(0.3 * gb),
    pressure: 'normal',
    simulated: null,
    limitBytes: 26.4 * gb,
    pools: [memoryPool(26.4 * gb, 4 * gb)],
    budgetBytes: 22.4 * gb,
    reserveBytes: 4 * gb,
    budgetSource: 'the GPU’s working-set limit, less 4 GB for the system',
    budgetQuality: 'reported',
    gpus: [
      {
        id: '0',
        name: 'Apple M4',
        kind: 'unified',
        totalBytes: 32 * gb,
        usedBytes: null,
        loadPercent: 74,
        temperatureCelsius: null,
        powerWatts: null
      }
    ],
    models: holding.map(({ id, heldBytes: bytes, gpuBytes }) => ({
      id,
      heldBytes: bytes,
      gpuBytes,
      countedBytes: null,
      quality: id.hostId === 'builtin' ? 'measured' : 'reported',
      source: id.hostId === 'builtin' ? 'process memory' : 'Ollama',
      pid: null
    })),
    otherBytes: 9.4 * gb,
    quality: 'measured',
    source: 'vm_stat',
    warning: null,
    ...changes
  }
}

export function memoryPool(limitBytes: number, reserveBytes: number, changes: Partial<BudgetPool> = {}): BudgetPool {
  const budgetBytes = limitBytes - reserveBytes
  const source = 'the GPU’s working-set limit'
  const memory = { id: 'memory', name: 'memory', kind: 'memory', source, quality: 'reported' } as const
  return { ...memory, limitBytes, reserveBytes, budgetBytes, ...changes }
}

/** A graphics card and its budget. */
export function card(id: string, name: string, usedBytes: number): { gpu: GpuSample; pool: BudgetPool } {
  const totalBytes = 24 * gb
  return {
    gpu: {
      id,
      name,
      kind: 'dedicated',
      totalBytes,
      usedBytes,
      loadPercent: 81,
      temperatureCelsius: 61,
      powerWatts: 310
    },
    pool: memoryPool(totalBytes, 0.5 * gb, {
      id,
      name,
      kind: 'card',
      source: 'what its driver says',
      quality: 'measured'
    })
  }
}

/** An hour of one point every 6 s: what is loaded since it was, and one model that came and went. */
export function history(models: readonly Model[]): MemoryPoint[] {
  const now = Date.now()
  const gone = goneModel(models)
  return Array.from({ length: 600 }, (_, index) => {
    const at = now - (600 - index) * 6_000
    const held: Record<string, number> = {}
    for (const each of models) {
      const wobble = 0.99 + 0.01 * Math.sin(index / 30)
      if (each.heldBytes !== null && (each.loadedAt ?? now) <= at)
        held[modelKey(each.id)] = Math.round(each.heldBytes * wobble)
    }
    const isThere = gone !== undefined && at > now - goneFromTo[0] && at < now - goneFromTo[1]
    if (isThere) held[modelKey(gone.id)] = gone.sizeBytes ?? 0
    const otherBytes = Math.round(9.4 * gb + 0.3 * gb * Math.sin(index / 50))
    const usedBytes = Object.values(held).reduce((sum, each) => sum + each, otherBytes)
    const gpuLoadPercent = Math.round(40 + 35 * Math.sin(index / 12))
    const pressure = isThere ? 'warn' : 'normal'
    const range = { spanMs: 0, usedMinBytes: usedBytes, usedMaxBytes: usedBytes, heldMaxBytes: usedBytes - otherBytes }
    return { at, ...range, usedBytes, otherBytes, swapUsedBytes: 300_000_000, gpuLoadPercent, pressure, held }
  })
}

const goneFromTo = [50 * minute, 38 * minute] as const

function goneModel(models: readonly Model[]): Model | undefined {
  return models.find(
    (each) => each.heldBytes === null && (each.sizeBytes ?? 0) > 10 * gb && (each.sizeBytes ?? 0) < 20 * gb
  )
}

/** The same hour in the event log. */
export function activity(models: readonly Model[]): ActivityEvent[] {
  const now = Date.now()
  const gone = goneModel(models)
  const said = (each: Model, at: number, changes: Partial<ActivityEvent>): ActivityEvent => {
    const shared = { id: 0, modelId: each.id, hostId: each.id.hostId, reason: null, error: null }
    return {
      ...shared,
      at,
      kind: 'loaded',
      actor: 'you',
      durationMs: 6_240,
      bytes: each.heldBytes ?? each.sizeBytes,
      ...changes
    }
  }
  const events = models.flatMap((each) => (each.state === 'ready' ? [said(each, each.loadedAt ?? now, {})] : []))
  if (gone) {
    events.push(said(gone, now - goneFromTo[0], { actor: 'script', durationMs: 14_100 }))
    events.push(said(gone, now - goneFromTo[1], { kind: 'unloaded', actor: 'keep_alive', durationMs: 310 }))
  }
  return events.sort((a, b) => b.at - a.at).map((event, index) => ({ ...event, id: events.length - index }))
}

/** One held by the environment, and some that are the person's own. */
export function configuredSettings(): SettingState[] {
  const own: Record<string, string | number> = {
    maxLoadedModels: 3,
    loadTimeoutMs: 600_000,
    tokenGapTimeoutMs: 90_000,
    localRetryAttempts: 5,
    localRetryFirstDelayMs: 500
  }
  return settings().map((setting) => {
    const value = own[setting.name]
    if (value !== undefined) return { ...setting, value, fileValue: value, source: 'file' }
    return setting.name === 'firstTokenTimeoutMs' ? { ...setting, value: 1_500, source: 'env' } : setting
  })
}

export function settings(): SettingState[] {
  return settingNames.map((name) => {
    const { default: value, label, help, unit, range, choices, group } = settingDefinitions[name]
    return {
      name,
      value,
      source: 'default',
      environmentName: environmentName(name),
      fileValue: null,
      defaultValue: value,
      problem: null,
      label,
      help,
      unit,
      range,
      choices,
      group
    }
  })
}
