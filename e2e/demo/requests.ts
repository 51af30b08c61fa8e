/** How the demonstration's hosts do as ones that are asked: at rest, with a queue, left alone; and what warmth has saved. */
import type { HostRequests } from '../../src/shared/hostRequests.ts'
import type { Model, Saving, TimeLimit } from '../../src/shared/model.ts'
import { modelKey } from '../../src/shared/modelKey.ts'

const minute = 60_000

export function ollamaRequests(changes: Partial<HostRequests> = {}): HostRequests {
  const now = Date.now()
  return {
    hostId: 'ollama',
    breaker: { state: 'closed', sinceAt: now - 190 * minute, reason: null, nextTryAt: null, failures: 0 },
    queue: { running: 1, limit: 3, limitReason: 'answers get no slower', answering: [], waitingCount: 0, waiting: [] },
    traffic: { windowMs: 15 * minute, answers: 42, errors: 2, responseMs: 3_200, queueWaitMs: 400 },
    story: [
      { at: now - 26 * minute, tone: 'ok', words: 'Answers again, after 1 min 12 s.' },
      { at: now - 27 * minute, tone: 'bad', words: 'Refused the connection 5 times. Left alone for 2 s.' },
      { at: now - 31 * minute, tone: 'warn', words: 'Was busy (503). Asked again after 1.4 s.' },
      { at: now - 190 * minute, tone: 'ok', words: 'Answered first, version 0.35.1.' }
    ],
    ...changes
  }
}

export function engineRequests(changes: Partial<HostRequests> = {}): HostRequests {
  return ollamaRequests({
    hostId: 'builtin',
    queue: { running: 0, limit: 1, limitReason: 'one answer a model', answering: [], waitingCount: 0, waiting: [] },
    traffic: { windowMs: 15 * minute, answers: 0, errors: 0, responseMs: null, queueWaitMs: null },
    story: [],
    ...changes
  })
}

/** Two answers under way, five wait. */
export function busyRequests(): HostRequests {
  const now = Date.now()
  const id = (name: string) => ({ hostId: 'ollama', name })
  const entry = (operationId: string, name: string, caller: string, sinceMs: number) => {
    return { modelId: id(name), caller, operationId, sinceAt: now - sinceMs }
  }
  const nemotron = 'hf.co/bartowski/Meta-Llama-3.1-Nemotron-70B-Instruct-HF-GGUF:Q4_K_M'
  const answering = [
    entry('answer-00000011', 'llama3.2:3b', 'schedule', 21_300),
    entry('answer-00000012', 'llama3.2:3b', 'you', 17_800)
  ]
  const waiting = [
    { ...entry('answer-00000001', 'qwen3:8b', 'you', 14_400), position: 1 },
    { ...entry('answer-00000013', 'llama3.2:3b', 'script', 11_200), position: 2 },
    { ...entry('answer-00000014', nemotron, 'script', 9_000), position: 3 }
  ]
  return ollamaRequests({
    queue: { running: 2, limit: 2, limitReason: 'memory is short', answering, waitingCount: 5, waiting },
    traffic: { windowMs: 15 * minute, answers: 118, errors: 9, responseMs: 11_400, queueWaitMs: 8_600 }
  })
}

/** Its answers failed, so it is left alone though it is there. */
export function pausedRequests(): HostRequests {
  const now = Date.now()
  return ollamaRequests({
    breaker: {
      state: 'open',
      sinceAt: now - 2 * minute,
      reason: 'It failed 5 times in a row: Ollama is busy.',
      nextTryAt: now + 54_500,
      failures: 5
    },
    queue: {
      running: 0,
      limit: 1,
      limitReason: 'the last answers failed',
      answering: [],
      waitingCount: 0,
      waiting: []
    },
    traffic: { windowMs: 15 * minute, answers: 12, errors: 5, responseMs: 6_900, queueWaitMs: 1_100 },
    story: [
      { at: now - 2 * minute, tone: 'bad', words: 'Failed 5 times in a row: Ollama is busy. Left alone for 3 min.' },
      { at: now - 3 * minute, tone: 'warn', words: 'Was busy (503). Asked again after 2.3 s.' },
      { at: now - 4 * minute, tone: 'warn', words: 'Was busy (503). Asked again after 1.4 s.' }
    ]
  })
}

/** Of every model with a usual load time. */
export function savings(models: readonly Model[]): Saving[] {
  return models.flatMap(({ id, lastLoadMs }, index) => {
    if (lastLoadMs === null) return []
    const todayColdStarts = (index * 7) % 20
    const weekColdStarts = todayColdStarts * 4 + 3
    const usual = {
      usualLoadMs: lastLoadMs,
      todayMs: todayColdStarts * lastLoadMs,
      weekMs: weekColdStarts * lastLoadMs
    }
    return [{ id, todayColdStarts, weekColdStarts, ...usual }]
  })
}

/** Longer ones for what is large, as the core works them out. */
export function limits(models: readonly Model[]): Record<string, TimeLimit[]> {
  const gib = 2 ** 30
  return Object.fromEntries(
    models.map(({ id, sizeBytes }) => {
      const factor = Math.min(10, Math.max(1, (sizeBytes ?? 0) / (8 * gib)))
      const reason = factor > 1 ? `${((sizeBytes ?? 0) / 1e9).toFixed(1)} GB of weights` : null
      const scaled = (phase: TimeLimit['phase'], settingMs: number): TimeLimit => ({
        phase,
        settingMs,
        limitMs: Math.round(settingMs * factor),
        reason
      })
      const fixed: TimeLimit = { phase: 'api', settingMs: 30_000, limitMs: 30_000, reason: null }
      const all = [scaled('load', 300_000), scaled('first_token', 60_000), scaled('token_gap', 60_000), fixed]
      return [modelKey(id), all]
    })
  )
}
