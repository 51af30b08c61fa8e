/** A model for tests: on disk, with nothing known but its name. */
import type { Model } from '../../../../shared/model.ts'

export function testModel(name: string, changes: Partial<Model> = {}): Model {
  return {
    id: { hostId: 'ollama', name },
    providerKind: 'ollama',
    state: 'unloaded',
    stateSinceAt: 0,
    sizeBytes: null,
    heldBytes: null,
    heldQuality: null,
    gpuBytes: null,
    contextLength: null,
    maxContextLength: null,
    parameters: null,
    quantization: null,
    architecture: null,
    capabilities: null,
    digest: null,
    isSample: false,
    isPinned: false,
    keepAliveSeconds: 600,
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
