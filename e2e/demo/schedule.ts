/**
 * The schedule of the demonstration: rules kept in its state, a preview by the rules of the real core in small. It is put into the page
 * as text, after zoneOffset.ts, fits.ts and pageWork.ts, so every function stands at its top.
 */
import type { Input } from '../../src/shared/contract.ts'
import type { ModelId } from '../../src/shared/model.ts'
import type { Clash, Preview, PreviewEntry, Rule, RuleState, WarmUpResult } from '../../src/shared/schedule.ts'
import { createOffsetReader } from '../../src/shared/zoneOffset.ts'
import { demoNeed } from './fits.ts'
import { begin, DemoFailure, end, load, progress, send, type DemoCore } from './pageWork.ts'

const demoMinuteMs = 60_000
const demoDayMs = 1_440 * demoMinuteMs

/** With what comes next as of now, whatever the state was made with. */
export function demoRules(core: DemoCore): RuleState[] {
  const now = Date.now()
  for (const state of core.state.rules) {
    const entries = demoEntries(core, state.rule, now, now + demoMinuteMs)
    state.isActive = state.rule.isEnabled && state.rule.when.kind === 'window' && entries.some((each) => each.isActive)
    state.nextAt = demoNextAt(core, state.rule)
    state.untilAt = state.isActive ? (entries.find((each) => each.isActive)?.endAt ?? null) : null
  }
  return core.state.rules
}

function demoRulesChanged(core: DemoCore): void {
  send(core, { type: 'warmup.changed', payload: { rules: structuredClone(demoRules(core)) } })
}

export function demoSaveRule(core: DemoCore, rule: Rule): RuleState {
  if (core.state.scheduleFailure !== null) throw new DemoFailure('storage_failed', core.state.scheduleFailure)
  const before = core.state.rules.find((each) => each.rule.id === rule.id)
  const fresh: RuleState = {
    rule,
    isActive: false,
    isRunning: false,
    untilAt: null,
    nextAt: null,
    lastRun: null,
    note: null
  }
  const saved: RuleState = { ...(before ?? fresh), rule }
  core.state.rules = before
    ? core.state.rules.map((each) => (each === before ? saved : each))
    : [...core.state.rules, saved]
  demoRulesChanged(core)
  return saved
}

export function demoRemoveRule(core: DemoCore, ruleId: string): object {
  core.state.rules = core.state.rules.filter(({ rule }) => rule.id !== ruleId)
  demoRulesChanged(core)
  return {}
}

function demoNextAt(core: DemoCore, rule: Rule): number | null {
  if (!rule.isEnabled) return null
  const now = Date.now()
  const coming = demoEntries(core, rule, now, now + 9 * demoDayMs).filter(({ startAt }) => startAt > now)
  return coming[0]?.startAt ?? null
}

/** The instant at which the zone's clock shows it; a time that is skipped is the next one there is. */
function demoInstant(timeZone: string, wallMs: number): number {
  const offsetAt = createOffsetReader(timeZone)
  const guess = wallMs - offsetAt(wallMs)
  const at = wallMs - offsetAt(guess)
  return at + offsetAt(at) === wallMs ? at : Math.max(guess, at)
}

function demoEntries(core: DemoCore, rule: Rule, fromAt: number, toAt: number): PreviewEntry[] {
  const { when } = rule
  if (when.kind !== 'at' && when.kind !== 'window') return []
  const { timeZone } = core.state
  const [hours = 0, minutes = 0] = when.time.split(':').map(Number)
  const lengthMs = (when.kind === 'at' ? 10 : when.minutes) * demoMinuteMs
  const leadMs = rule.models.reduce((sum, { id }) => sum + demoLoadMs(core, id), 0)
  const entries: PreviewEntry[] = []
  const firstDay = Math.floor((fromAt + createOffsetReader(timeZone)(fromAt) - lengthMs) / demoDayMs) - 1
  for (let day = firstDay; day * demoDayMs < toAt + demoDayMs; day += 1) {
    const weekday = new Date(day * demoDayMs).getUTCDay() || 7
    if (!when.days.includes(weekday)) continue
    const startAt = demoInstant(timeZone, day * demoDayMs + (hours * 60 + minutes) * demoMinuteMs)
    const endAt = startAt + lengthMs
    const now = Date.now()
    if (endAt > fromAt && startAt - leadMs < toAt)
      entries.push({
        ruleId: rule.id,
        warmFromAt: startAt - leadMs,
        startAt,
        endAt,
        isActive: startAt <= now && endAt > now
      })
  }
  return entries
}

function demoModelOf(core: DemoCore, id: ModelId) {
  const target =
    core.state.modelsFile.aliases.find(({ name }) => id.hostId === 'alias' && name === id.name)?.target ?? id
  return core.state.models.find((each) => each.id.hostId === target.hostId && each.id.name === target.name)
}

/** Loads of large models take longer, also where none was measured. */
function demoLoadMs(core: DemoCore, id: ModelId): number {
  const model = demoModelOf(core, id)
  return model?.lastLoadMs ?? Math.round((model?.sizeBytes ?? 1e9) / 5e5)
}

export function demoPreview(
  core: DemoCore,
  { fromAt = Date.now(), days = 7, draft }: Input<'warmup.preview'>
): Preview {
  if (core.state.previewFailure !== null) throw new DemoFailure('internal', core.state.previewFailure)
  const toAt = fromAt + days * demoDayMs
  const rules = core.state.rules.map(({ rule }) => rule).filter(({ id }) => id !== draft?.id)
  const shown = [...rules, ...(draft ? [draft] : [])].filter(({ isEnabled }) => isEnabled)
  const entries = shown.flatMap((rule) => demoEntries(core, rule, fromAt, toAt)).sort((a, b) => a.startAt - b.startAt)
  const ids = shown.flatMap(({ models }) => models.map(({ id }) => id))
  const unknownNeeds = ids.filter((id) => (demoModelOf(core, id)?.sizeBytes ?? null) === null)
  return {
    fromAt,
    toAt,
    timeZone: core.state.timeZone,
    entries,
    clashes: demoClashes(core, shown, entries),
    unknownNeeds
  }
}

/** From one change to the next: what is kept together, and what of it is too much. */
function demoClashes(core: DemoCore, rules: readonly Rule[], entries: readonly PreviewEntry[]): Clash[] {
  const edges = [...new Set(entries.flatMap(({ warmFromAt, endAt }) => [warmFromAt, endAt]))].sort((a, b) => a - b)
  const most = Number(core.state.settings.find(({ name }) => name === 'maxLoadedModels')?.value ?? 2)
  const { budgetBytes } = core.state.sample
  const clashes: Clash[] = []
  edges.forEach((fromAt, index) => {
    const toAt = edges[index + 1]
    const ruleIds = entries
      .filter((each) => each.warmFromAt <= fromAt && each.endAt > fromAt)
      .map(({ ruleId }) => ruleId)
    if (toAt === undefined || ruleIds.length === 0) return
    const kept = rules.filter(({ id }) => ruleIds.includes(id)).flatMap(({ models }) => models)
    const models = new Set(kept.flatMap(({ id }) => demoModelOf(core, id) ?? []))
    const bytes = [...models].reduce((sum, model) => sum + (demoNeed(model, 4_096, null)?.bytes ?? 0), 0)
    const overBytes = budgetBytes !== null && bytes > budgetBytes ? bytes - budgetBytes : null
    const overModels = Math.max(0, models.size - most)
    if (overBytes === null && overModels === 0) return
    const last = clashes.at(-1)
    const isSame = last?.toAt === fromAt && last.overBytes === overBytes && last.ruleIds.join() === ruleIds.join()
    if (last && isSame) last.toAt = toAt
    else clashes.push({ fromAt, toAt, ruleIds, overBytes, overModels })
  })
  return clashes
}

export async function demoRunNow(
  core: DemoCore,
  { ruleId, ids, operationId = 'warm-up-0000' }: Input<'warmup.runNow'>
) {
  const state = core.state.rules.find(({ rule }) => rule.id === ruleId)
  const wanted = ids ?? state?.rule.models.map(({ id }) => id) ?? []
  const results: WarmUpResult[] = []
  const asked = { id: operationId, kind: 'warm_up' as const, modelId: null, ruleId: ruleId ?? null }
  begin(core, { ...asked, startedAt: Date.now(), progress: null })
  if (state) state.isRunning = true
  demoRulesChanged(core)
  try {
    for (const [done, id] of wanted.entries()) {
      progress(core, operationId, { kind: 'steps', done, total: wanted.length, words: id.name })
      results.push(await demoWarm(core, id))
    }
    progress(core, operationId, { kind: 'steps', done: wanted.length, total: wanted.length, words: 'done' })
  } finally {
    if (state) Object.assign(state, { isRunning: false, lastRun: { at: Date.now(), dueAt: null, results } })
    end(core, operationId)
    demoRulesChanged(core)
  }
  return { results }
}

async function demoWarm(core: DemoCore, id: ModelId): Promise<WarmUpResult> {
  const model = demoModelOf(core, id)
  if (model?.state === 'ready') return { id, outcome: 'warm', durationMs: null, error: null }
  const startedAt = Date.now()
  try {
    await load(core, { id: model?.id ?? id })
    return { id, outcome: 'ready', durationMs: Date.now() - startedAt, error: null }
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    return { id, outcome: 'failed', durationMs: null, error: { code: 'does_not_fit', message, hint: null } }
  }
}
