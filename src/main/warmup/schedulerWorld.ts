/** The world as the schedule's policy sees it, from what the other services tell. */
import type { Model, ModelId } from '../../shared/model.ts'
import { modelKey, parseModelKey, sameModel } from '../../shared/modelKey.ts'
import type { Rule } from '../../shared/schedule.ts'
import type { Clock } from '../lib/clock.ts'
import type { ModelManager } from '../models/modelManager.ts'
import type { PolicyModel } from './policyTypes.ts'
import type { PreviewModel } from './preview.ts'
import type { World } from './scheduleState.ts'
import type { Room } from './sharedRoom.ts'

export interface WorldDeps {
  models: Pick<ModelManager, 'get' | 'displaced' | 'lastActivityAt' | 'isBusy' | 'measuredOf'>
  /** What an id is at this moment: an alias is what it points at. Throws `model_not_found`. */
  resolve: (id: ModelId) => ModelId
  /** Why a host cannot be asked now, in words: "Ollama does not answer"; null: it can. */
  hostProblem: (hostId: string) => string | null
  /** What a model will take of this machine's memory; null: unknown, 0 on another machine. */
  needBytes: (id: ModelId, contextLength: number | undefined) => number | null
  engineOf: (id: ModelId) => string
  /** It lies in memory beside this machine's cards. */
  isBeside: (id: ModelId) => boolean
  room: () => Room
  isMemoryShort: () => boolean
  graceSeconds: () => number
  quietAfterJobSeconds: () => number
  clock: Clock
}

export interface SchedulerWorld extends World {
  find(id: ModelId): Model | null
  previewModel(id: ModelId, contextLength: number | null): PreviewModel | null
  resolveOrNull(id: ModelId): ModelId | null
  /** The rules as they are now: what their models need depends on the contexts that they wish. */
  follow(rules: readonly Rule[]): void
  /** The schedule itself loads this one now; null: that has ended. */
  loads(id: ModelId | null): void
  /** Somebody else has loaded it. */
  notOurs(key: string): void
  /** Loaded by the schedule, and nobody used it since. */
  isUnusedOurs(id: ModelId): boolean
}

const usualOf = 5

export function createSchedulerWorld(deps: WorldDeps): SchedulerWorld {
  const { models, clock } = deps
  const contexts = new Map<string, number>()
  /** Loads of the schedule's own: what they displaced was displaced on purpose. */
  const ours = new Map<string, { fromAt: number; toAt: number }>()
  let loading: string | null = null

  function resolveOrNull(id: ModelId): ModelId | null {
    try {
      return deps.resolve(id)
    } catch {
      return null
    }
  }

  function find(id: ModelId): Model | null {
    try {
      return models.get(id)
    } catch {
      return null
    }
  }

  function isDisplaced(id: ModelId): boolean {
    const entry = models.displaced().find((one) => sameModel(one.id, id))
    if (!entry) return false
    const own = ours.get(modelKey(entry.by))
    return own === undefined || entry.at < own.fromAt || entry.at > own.toAt
  }

  function modelOf(key: string): PolicyModel {
    const id = parseModelKey(key)
    const model = find(id)
    return {
      engine: deps.engineOf(id),
      needBytes: deps.needBytes(id, contexts.get(key)),
      isBeside: deps.isBeside(id),
      state: model?.state ?? 'absent',
      isPinned: model?.isPinned ?? false,
      hostProblem: deps.hostProblem(id.hostId),
      isDisplaced: isDisplaced(id)
    }
  }

  function usualLoadMs(key: string): number | null {
    const id = parseModelKey(key)
    const last = models.measuredOf(id).loadMs.slice(0, usualOf)
    const sorted = last.toSorted((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? find(id)?.lastLoadMs ?? null
  }

  return {
    modelOf,
    find,
    resolveOrNull,
    resolve(id) {
      const found = resolveOrNull(id)
      return found === null ? null : modelKey(found)
    },
    usualLoadMs,
    previewModel(id, contextLength) {
      const found = resolveOrNull(id)
      if (found === null) return null
      const key = modelKey(found)
      return {
        key,
        engine: deps.engineOf(found),
        needBytes: deps.needBytes(found, contextLength ?? undefined),
        isBeside: deps.isBeside(found),
        usualLoadMs: usualLoadMs(key),
        keepAliveSeconds: find(found)?.keepAliveSeconds ?? 0
      }
    },
    room: deps.room,
    work: () => ({
      isBusy: models.isBusy(),
      quietSinceAt: models.lastActivityAt() ?? 0,
      isShort: deps.isMemoryShort()
    }),
    graceMs: () => deps.graceSeconds() * 1_000,
    quietAfterJobMs: () => deps.quietAfterJobSeconds() * 1_000,
    follow(rules) {
      contexts.clear()
      for (const { id, contextLength } of rules.flatMap((rule) => (rule.isEnabled ? rule.models : []))) {
        const found = resolveOrNull(id)
        if (found === null || contextLength === null) continue
        const key = modelKey(found)
        contexts.set(key, Math.max(contexts.get(key) ?? 0, contextLength))
      }
    },
    loads(id) {
      const at = clock.now()
      const before = loading === null ? undefined : ours.get(loading)
      if (before) before.toAt = at
      loading = id === null ? null : modelKey(id)
      if (loading !== null) ours.set(loading, { fromAt: at, toAt: Infinity })
    },
    notOurs: (key) => void ours.delete(key),
    isUnusedOurs(id) {
      const own = ours.get(modelKey(id))
      const model = find(id)
      return own !== undefined && model !== null && (model.lastUsedAt ?? 0) < own.fromAt
    }
  }
}
