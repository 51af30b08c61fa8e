/** Brings the records up to what a host says: models that came, went, or were loaded and unloaded by other programs. */
import type { Actor } from '../../shared/activity.ts'
import type { InstalledModel, LoadedModel } from '../providers/provider.ts'
import type { ModelContext } from './modelContext.ts'
import type { ModelRecord } from './modelRecord.ts'
import { clearLoaded } from './modelUnloads.ts'

/** A server's own clock and ours may differ; an unload this near its announced time was the keep-alive's. */
const keepAliveSlackMs = 10_000

/** The models a host has on disk. Answers whether the list itself changed. */
export function reconcileInstalled(context: ModelContext, hostId: string, installed: InstalledModel[]): boolean {
  const byName = new Map(installed.map((model) => [model.name, model]))
  let listChanged = false
  for (const model of installed) {
    const record = context.findOrCreate({ hostId, name: model.name })
    const before = JSON.stringify(record.installed)
    record.installed = model
    if (context.move(record, 'installed')) listChanged = true
    else if (before !== JSON.stringify(model)) context.changed(record)
  }
  for (const record of ofHost(context, hostId)) {
    if (
      byName.has(record.id.name) ||
      record.state === 'loading' ||
      record.state === 'ready' ||
      record.state === 'unloading'
    )
      continue
    record.installed = null
    context.move(record, 'removed')
    // What is pinned stays in sight as absent; the rest is forgotten.
    if (!context.deps.facts.get(record.id).isPinned) context.drop(record)
    listChanged = true
  }
  return listChanged
}

/** When each model's state last changed, as known before the host was asked. */
export type Generations = ReadonlyMap<ModelRecord, number>

export function generationsOf(context: ModelContext, hostId: string): Generations {
  return new Map(ofHost(context, hostId).map((record) => [record, record.generation]))
}

/**
 * The models a host holds in memory. A model whose state changed since the host was asked is left alone: the answer is older than
 * what is known. `isFirst`: nothing was known of this host before, so what is loaded was loaded before Stoker started.
 */
export function reconcileLoaded(
  context: ModelContext,
  hostId: string,
  loaded: LoadedModel[],
  asked: Generations,
  isFirst: boolean
): void {
  const byName = new Map(loaded.map((model) => [model.name, model]))
  for (const model of loaded) context.findOrCreate({ hostId, name: model.name })
  for (const record of ofHost(context, hostId)) {
    if ((asked.get(record) ?? record.generation) !== record.generation) continue
    const model = byName.get(record.id.name)
    if (model) seen(context, record, model, isFirst)
    else gone(context, record)
  }
}

function seen(context: ModelContext, record: ModelRecord, model: LoadedModel, isFirst: boolean): void {
  const before = JSON.stringify(record.loaded)
  // Ours to end: a server lists a model while it still loads or unloads it.
  if (record.isInHand) {
    if (record.state === 'loading' || record.state === 'unloading') record.loaded = model
    if (before !== JSON.stringify(record.loaded)) context.changed(record)
    return
  }
  if (isReloaded(record, model)) record.askedContextLength = null
  record.loaded = model
  if (model.isStopping) {
    if (record.state === 'unloading' || !context.move(record, 'seen_stopping')) context.changed(record)
    return
  }
  if (record.state === 'ready') {
    if (before !== JSON.stringify(model)) context.changed(record)
    return
  }
  const { state, beforeDown } = record
  record.beforeDown = null
  if (state !== 'unloading') {
    record.loadedAt = beforeDown ? beforeDown.loadedAt : isFirst ? null : context.deps.clock.now()
    record.loadedBy = beforeDown ? beforeDown.loadedBy : isFirst ? 'before Stoker started' : 'another program'
    record.askedContextLength = null
    record.error = null
  }
  const isNews = state !== 'unloading' && beforeDown === null && !isFirst
  if (context.move(record, 'seen_loaded') && isNews) log(context, record, 'loaded', 'other_program', model.heldBytes)
}

/** By another program, with a context of its own: what Stoker once asked for is not in force any more. */
function isReloaded({ state, loaded }: ModelRecord, { contextLength }: LoadedModel): boolean {
  const before = loaded?.contextLength ?? null
  return state === 'ready' && before !== null && contextLength !== null && contextLength !== before
}

function gone(context: ModelContext, record: ModelRecord): void {
  // A load or an unload of ours tells its own end.
  if (record.isInHand) return
  const { beforeDown } = record
  record.beforeDown = null
  if (beforeDown) log(context, record, 'unloaded', 'stoker', beforeDown.heldBytes, 'because its server went away')
  if (record.state !== 'ready' && record.state !== 'unloading') {
    record.loaded = null
    return
  }
  const held = record.loaded?.heldBytes ?? null
  const dueAt = record.loaded?.unloadsAt ?? null
  const byKeepAlive = dueAt !== null && Math.abs(context.deps.clock.now() - dueAt) < keepAliveSlackMs
  clearLoaded(record)
  if (context.move(record, 'seen_gone'))
    log(context, record, 'unloaded', byKeepAlive ? 'keep_alive' : 'other_program', held)
}

/** A host that is down holds nothing that can be relied on; what it held is told when it is back. */
export function reconcileDown(context: ModelContext, hostId: string): void {
  for (const record of ofHost(context, hostId)) {
    if (record.isInHand || record.loaded === null) continue
    const { loadedAt, loadedBy } = record
    record.beforeDown = { heldBytes: record.loaded.heldBytes, loadedAt, loadedBy }
    clearLoaded(record)
    context.move(record, 'seen_gone')
  }
}

function ofHost(context: ModelContext, hostId: string): ModelRecord[] {
  return [...context.records.values()].filter((record) => record.id.hostId === hostId)
}

function log(
  context: ModelContext,
  record: ModelRecord,
  kind: 'loaded' | 'unloaded',
  actor: Actor,
  bytes: number | null,
  reason: string | null = null
): void {
  context.log(record, { kind, actor, bytes, reason })
  context.deps.onMemoryMoved()
}
