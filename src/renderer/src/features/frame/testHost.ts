/** A host for tests that answers, and is asked as usual. */
import type { HostRequests } from '../../../../shared/hostRequests.ts'
import type { Host } from '../../../../shared/model.ts'

export function testHost(changes: Partial<Host> = {}): Host {
  return {
    id: 'ollama',
    kind: 'ollama',
    name: 'Ollama',
    url: 'http://127.0.0.1:11434/',
    isBuiltIn: true,
    isLocal: true,
    status: 'ok',
    version: '0.35.1',
    device: null,
    checkedAt: 0,
    nextCheckAt: 60_000,
    error: null,
    capabilities: { pull: true, copy: true, remove: true, createSample: false },
    ...changes
  }
}

export function testRequests(changes: Partial<HostRequests> = {}): HostRequests {
  return {
    hostId: 'ollama',
    breaker: { state: 'closed', sinceAt: 0, reason: null, nextTryAt: null, failures: 0 },
    queue: { running: 0, limit: 1, limitReason: '', answering: [], waitingCount: 0, waiting: [] },
    traffic: { windowMs: 900_000, answers: 0, errors: 0, responseMs: null, queueWaitMs: null },
    story: [],
    ...changes
  }
}
