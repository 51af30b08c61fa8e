/**
 * What the schedule does at one moment, and why. Pure: the rules as they stand, the models, the room and what was done before go in;
 * what to warm, keep, release, skip and announce comes out.
 */
import { isCooling } from './coolDowns.ts'
import type { ClashAction, PolicyInput, PolicyResult, PolicyRule, WantedModel, WarmAction } from './policyTypes.ts'
import type { LeftOut } from './sharedRoom.ts'
import { claimOf, type OpenRule } from './windowPlan.ts'

/** One look: what it has found so far. */
interface Look extends PolicyResult {
  input: PolicyInput
}

export function decide(input: PolicyInput): PolicyResult {
  const { rules, history, windows } = input
  const kept = windows.shared.keeps
  const look: Look = { input, actions: [], kept, waits: new Map(), nextLookAt: Infinity }
  const isUnderWay = ({ id }: PolicyRule): boolean => history.underWay.size > 0 && history.underWay.has(id)
  for (const rule of rules) if (rule.phase.missed !== null && !isUnderWay(rule)) tellMissed(look, rule)
  for (const rule of windows.toLookAt) if (!isUnderWay(rule)) lookAtWindow(look, rule)
  for (const rule of rules) {
    const { phase } = rule
    if (phase.open !== null || isUnderWay(rule)) continue
    if (phase.dueAt !== null) beginDue(look, rule, 'due', phase.dueAt, null)
    else if (history.appStartPending.has(rule.id)) beginAtAppStart(look, rule)
    else if (history.unfinished.has(rule.id)) tryAgain(look, rule)
    else if (rule.kind === 'after_job') lookAfterJob(look, rule)
  }
  if (history.kept !== kept) release(look)
  return { actions: look.actions, kept, waits: look.waits, nextLookAt: look.nextLookAt }
}

function lookAgainAt(look: Look, at: number): void {
  if (at > look.input.now && at < look.nextLookAt) look.nextLookAt = at
}

function tellMissed({ actions }: Look, { id, phase }: PolicyRule): void {
  if (phase.missed === null) return
  const { lastAt, count } = phase.missed
  actions.push({ kind: 'miss', ruleId: id, dueAt: lastAt, count, why: 'late', detail: null })
}

function lookAtWindow(look: Look, rule: OpenRule): void {
  const { open, dueAt } = rule.phase
  const leftOut = look.input.windows.shared.left.find(({ ruleId }) => ruleId === rule.id) ?? null
  if (dueAt !== null) return warmFirst(look, rule, 'due', dueAt, leftOut)
  if (leftOut) tellClash(look, rule, open.dueAt, leftOut)
  keepWarm(look, rule)
}

/** A rule whose time has come, beside what the windows keep. `giveUpAt`: when its host has not answered by then it is skipped. */
function beginDue(
  look: Look,
  rule: PolicyRule,
  why: WarmAction['why'],
  dueAt: number | null,
  giveUpAt: number | null
): void {
  const { now, windows } = look.input
  const hostProblem = unreachable(look, rule.models)
  if (hostProblem !== null && giveUpAt !== null && now > giveUpAt) {
    look.actions.push({ kind: 'miss', ruleId: rule.id, dueAt, count: 1, why: 'host', detail: hostProblem })
    return
  }
  if (giveUpAt !== null) lookAgainAt(look, giveUpAt + 1)
  warmFirst(look, rule, why, dueAt, windows.shared.leftOf(claimOf(rule)))
}

function beginAtAppStart(look: Look, rule: PolicyRule): void {
  const { history, graceMs } = look.input
  beginDue(look, rule, 'app_start', null, history.appStartedAt + graceMs)
}

function warmFirst(
  look: Look,
  rule: PolicyRule,
  why: WarmAction['why'],
  dueAt: number | null,
  leftOut: LeftOut | null
): void {
  const hostProblem = unreachable(look, rule.models)
  if (hostProblem !== null) {
    look.waits.set(rule.id, { why: 'host', detail: hostProblem })
    return
  }
  const isLeft = ({ key }: WantedModel): boolean => key !== null && (leftOut?.keys.includes(key) ?? false)
  look.actions.push({
    kind: 'warm',
    ruleId: rule.id,
    why,
    dueAt,
    models: rule.models.filter((model) => !isLeft(model)),
    left: rule.models.filter(isLeft),
    mayMakeRoom: true
  })
  if (leftOut) tellClash(look, rule, dueAt, leftOut)
}

/** The first host problem where not one of the models can be reached; null where some can. */
function unreachable({ input }: Look, models: readonly WantedModel[]): string | null {
  const problems = models.map(({ key }) => (key === null ? null : input.modelOf(key).hostProblem))
  return problems.every((problem) => problem !== null) ? (problems[0] ?? null) : null
}

/** Once for each start. */
function tellClash(look: Look, rule: PolicyRule, dueAt: number | null, leftOut: LeftOut): void {
  const { overBytes, overModels, withRuleIds, keys } = leftOut
  look.waits.set(rule.id, { why: 'no_room', keys, withRuleIds })
  const told = look.input.history.clashToldFor(rule.id)
  if (dueAt !== null && told !== null && told >= dueAt) return
  const left = rule.models.filter(({ key }) => key !== null && keys.includes(key))
  const clash: ClashAction = { kind: 'clash', ruleId: rule.id, dueAt, overBytes, overModels, withRuleIds, left }
  look.actions.push(clash)
}

/** In its window: what has gone meanwhile comes back where that disturbs nobody. */
function keepWarm(look: Look, rule: OpenRule): void {
  const { open } = rule.phase
  const { windows } = look.input
  const missing = rule.models.filter(({ key }) => key === null || windows.missing.has(key))
  const ready = missing.filter((model) => isWanted(look, rule, model, open.warmFromAt))
  if (ready.length === 0) return
  // What has failed in this window never had its turn: it may make room, as the first time.
  const failed = ready.filter(({ wishKey }) => {
    const coolDown = look.input.history.coolDown(rule.id, wishKey)
    return coolDown !== undefined && !coolDown.isForRoom && coolDown.failedAt >= open.warmFromAt
  })
  if (isDisturbed(look, rule)) return
  const hasFailed = failed.length > 0
  look.actions.push({
    kind: 'warm',
    ruleId: rule.id,
    why: hasFailed ? 'retry' : 'again',
    dueAt: null,
    models: hasFailed ? failed : ready,
    left: [],
    mayMakeRoom: hasFailed
  })
}

function isDisturbed({ input, waits }: Look, rule: PolicyRule): boolean {
  const { work, history } = input
  if (work.isShort) waits.set(rule.id, { why: 'short' })
  else if (work.isBusy || history.underWay.size > 0) waits.set(rule.id, { why: 'busy' })
  return work.isShort || work.isBusy || history.underWay.size > 0
}

/** Not in memory, and nothing speaks against loading it now. */
function isWanted(look: Look, rule: PolicyRule, { key, wishKey }: WantedModel, sinceAt: number): boolean {
  const { input, waits } = look
  const coolDown = input.history.coolDown(rule.id, wishKey)
  const hasFailed = coolDown !== undefined && coolDown.failedAt >= sinceAt
  if (key === null) return hasFailed ? isOver() : true
  const { state, hostProblem } = input.modelOf(key)
  const letGoAt = input.history.letGoAt(key)
  if (state === 'ready' || state === 'loading' || state === 'unloading') return false
  if (letGoAt !== null && letGoAt >= sinceAt) return wait({ why: 'let_go', key })
  if (hostProblem !== null) return wait({ why: 'host', detail: hostProblem })
  if (state === 'absent') return wait({ why: 'absent', wishKey })
  return hasFailed ? isOver() : true

  function isOver(): boolean {
    if (coolDown === undefined) return true
    if (coolDown.isLasting) return wait({ why: 'failed', wishKey, detail: coolDown.error.message })
    if (!isCooling(coolDown, input.now)) return true
    lookAgainAt(look, coolDown.untilAt)
    return wait({ why: 'cooling', untilAt: coolDown.untilAt })
  }

  function wait(why: Parameters<typeof waits.set>[1]): false {
    if (!waits.has(rule.id)) waits.set(rule.id, why)
    return false
  }
}

/** What failed outside of windows is tried again for as long as it could have been late. */
function tryAgain(look: Look, rule: PolicyRule): void {
  const { now, history, windows } = look.input
  const unfinished = history.unfinished.get(rule.id)
  if (unfinished === undefined || now > unfinished.untilAt) return
  const left = windows.shared.leftOf(claimOf(rule))?.keys ?? []
  const models = rule.models.filter(
    (model) =>
      unfinished.wishKeys.has(model.wishKey) &&
      (model.key === null || !left.includes(model.key)) &&
      isWanted(look, rule, model, 0)
  )
  if (models.length === 0 || isDisturbed(look, rule)) return
  look.actions.push({ kind: 'warm', ruleId: rule.id, why: 'retry', dueAt: null, models, left: [], mayMakeRoom: true })
}

/** The everyday models come back once the work that displaced them has been over for a while. */
function lookAfterJob(look: Look, rule: PolicyRule): void {
  const { now, work, quietAfterJobMs, modelOf, windows, history } = look.input
  const isGone = ({ key }: WantedModel): boolean => {
    const model = key === null ? null : modelOf(key)
    return model !== null && model.isDisplaced && model.state !== 'ready' && model.state !== 'loading'
  }
  if (!rule.models.some(isGone)) return
  const left = windows.shared.leftOf(claimOf(rule))?.keys ?? []
  const models = rule.models.filter(
    (model) => model.key !== null && !left.includes(model.key) && isWanted(look, rule, model, 0)
  )
  if (models.length === 0) return
  const quietMs = now - work.quietSinceAt
  const isQuiet = !work.isBusy && history.underWay.size === 0 && (quietMs < 0 || quietMs >= quietAfterJobMs)
  if (!isQuiet || work.isShort) {
    look.waits.set(rule.id, { why: work.isShort ? 'short' : 'busy' })
    lookAgainAt(look, work.quietSinceAt + quietAfterJobMs)
    return
  }
  look.actions.push({
    kind: 'warm',
    ruleId: rule.id,
    why: 'after_job',
    dueAt: null,
    models,
    left: [],
    mayMakeRoom: true
  })
}

/** What nobody keeps any more; a pinned one stays as it is, and one that is gone needs no word. */
function release({ input, actions, kept }: Look): void {
  const byRule = new Map<string, string[]>()
  for (const [key, ruleId] of input.history.kept) {
    if (kept.has(key)) continue
    const { state, isPinned } = input.modelOf(key)
    if (isPinned || state !== 'ready') continue
    byRule.set(ruleId, [...(byRule.get(ruleId) ?? []), key])
  }
  for (const [ruleId, keys] of byRule) actions.push({ kind: 'release', ruleId, keys })
}
