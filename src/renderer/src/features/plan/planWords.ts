/** A plan in words: its headline, why something of it is unknown, and each action as a sentence. Pure. */
import type { ChainProblem } from '../../../../shared/chain.ts'
import type { NeedSource } from '../../../../shared/need.ts'
import type { Plan, PlanAction, PlanOrder } from '../../../../shared/plan.ts'
import type { RunProgress } from '../../../../shared/run.ts'
import {
  formatAbout,
  formatBytes,
  formatBytesOf,
  formatClock,
  formatCount,
  formatNeed,
  formatRounded,
  plural,
  suretyWord
} from '../../lib/format.ts'
import type { HeldThen } from './planPicture.ts'

export const orderLabels: Record<PlanOrder, string> = {
  fewest_loads: 'Fewest loads',
  first_result: 'First result soonest'
}

/** One piece of the headline: `strong` stands out, `before` and `after` are the words around it. */
export interface HeadlinePart {
  before: string
  strong: string
  after: string
  /** On hover: why it is so, or unknown. */
  why: string | null
}

export type StepName = (stepId: string) => string

function loadsPart({ loads, naiveLoads, itemByItemLoads }: Plan): HeadlinePart {
  const strong = loads === 0 ? 'No loads' : plural(loads, 'load')
  const why =
    itemByItemLoads > loads
      ? `${plural(naiveLoads, 'load')} with one for every step of every item, ${formatCount(itemByItemLoads)} item by item keeping what fits`
      : null
  return { before: '', strong, after: naiveLoads > loads ? ` instead of ${formatCount(naiveLoads)}` : '', why }
}

/** A sum is as sure as the least sure of its parts; null: all of it is held. */
function leastSure({ models }: Pick<Plan, 'models'>): NeedSource | null {
  const sources = models.map(({ needSource }) => needSource)
  return (['file_size', 'formula'] as const).find((source) => sources.includes(source)) ?? null
}

function peakWhy({ budgetBytes, models }: Plan): string | null {
  const rough = models.filter(({ needSource }) => suretyWord(needSource) !== '').map(({ id }) => id.name)
  const whys = [
    ...(budgetBytes === null ? ['The budget is not known yet'] : []),
    ...(rough.length === 0
      ? []
      : [`What ${listed(rough)} ${rough.length === 1 ? 'needs' : 'need'} was not measured yet`])
  ]
  return whys.length === 0 ? null : whys.join('. ')
}

function peakPart(plan: Plan): HeadlinePart {
  const { peakBytes, budgetBytes, models } = plan
  if (peakBytes === null) {
    const unknown = models.filter(({ needBytes }) => needBytes === null).map(({ id }) => id.name)
    const why = unknown.length === 0 ? null : `What ${listed(unknown)} needs is not known yet`
    return { before: 'peak ', strong: '', after: 'not known yet', why }
  }
  const strong = budgetBytes === null ? formatBytes(peakBytes) : ofBudget(peakBytes, budgetBytes)
  return { before: `peak ${suretyWord(leastSure(plan))}`, strong, after: '', why: peakWhy(plan) }
}

/** "14.0 of 22.4 GB"; what is small beside the budget keeps its own unit: "497 MB of 21.0 GB". */
function ofBudget(peakBytes: number, budgetBytes: number): string {
  if (peakBytes >= budgetBytes / 10) return formatBytesOf(peakBytes, budgetBytes)
  return `${formatBytes(peakBytes)} of ${formatBytes(budgetBytes)}`
}

/** "counted with answers of 400 tokens each"; null: every step was timed. */
function countedWords({ answerTokens }: Plan): string | null {
  if (answerTokens === null) return null
  const { least, most } = answerTokens
  const words =
    least === most ? `${plural(most, 'token')} each` : `${formatCount(least)} to ${formatCount(most)} tokens`
  return `counted with answers of ${words}${least === most ? '' : ', as their limits allow'}`
}

function timeWhy(plan: Plan): string | null {
  const counted = countedWords(plan)
  return counted && `C${counted.slice(1)}. How long they will be is not known before`
}

function timePart(plan: Plan): HeadlinePart {
  const { durationMs, models } = plan
  if (durationMs !== null) return { ...aboutPart(durationMs), why: timeWhy(plan) }
  const untimed = models.filter(({ loadMs, isForeign }) => loadMs === null && !isForeign).map(({ id }) => id.name)
  const why =
    untimed.length === 0
      ? 'Its models were not timed here yet'
      : `${listed(untimed)} ${untimed.length === 1 ? 'was' : 'were'} never timed here`
  const counted = countedWords(plan)
  const guess = `the chart shows a guess${counted === null ? '' : `, ${counted}`}`
  return { before: '', strong: '', after: 'time not known yet', why: `${why}: ${guess}` }
}

function aboutPart(durationMs: number): Pick<HeadlinePart, 'before' | 'strong' | 'after'> {
  if (durationMs < 1_000) return { before: '', strong: formatRounded(durationMs), after: '' }
  return { before: 'about ', strong: formatRounded(roughMs(durationMs)), after: '' }
}

/** Nobody plans to the second what takes half an hour. */
export function roughMs(durationMs: number): number {
  const step =
    durationMs >= 36_000_000 ? 3_600_000 : durationMs >= 180_000 ? 60_000 : durationMs >= 60_000 ? 10_000 : 1_000
  return Math.max(step, Math.round(durationMs / step) * step)
}

/** "9 loads instead of 300", "peak 11.2 of 22.4 GB", "about 24 min". */
export function headline(plan: Plan, progress: RunProgress | null, isOver = false): HeadlinePart[] {
  const parts = [loadsPart(plan), peakPart(plan)]
  if (progress !== null && isOver)
    return [...parts, { before: 'took ', strong: formatRounded(progress.nowMs), after: '', why: null }]
  if (progress !== null) return [...parts, { before: 'at ', strong: formatClock(progress.nowMs), after: '', why: null }]
  parts.push(timePart(plan))
  if (plan.order === 'first_result' && plan.firstResultMs !== null && plan.itemCount > 1)
    parts.push({
      before: 'first result after ',
      strong: formatRounded(roughMs(plan.firstResultMs)),
      after: '',
      why: timeWhy(plan)
    })
  return parts
}

/** "a", "a and b", "a, b and 3 more". */
export function listed(names: readonly string[], most = 3): string {
  if (names.length > most) return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
}

function itemsWords({ firstItem, lastItem, itemCount }: Extract<PlanAction, { kind: 'run' }>): string {
  if (firstItem === lastItem) return `item ${formatCount(firstItem + 1)}`
  const span = `items ${formatCount(firstItem + 1)} to ${formatCount(lastItem + 1)}`
  return itemCount === lastItem - firstItem + 1 ? span : `${formatCount(itemCount)} of ${span}`
}

const fromTo = ({ startMs, endMs }: { startMs: number; endMs: number }): string =>
  `${formatClock(startMs)} to ${formatClock(endMs)}`

/** "Load qwen3:8b, 7.9 GB": what is done, without its times. */
export function actionTitle({ models }: Pick<Plan, 'models'>, action: PlanAction, stepName: StepName): string {
  const nameOf = (model: number): string => models[model]?.id.name ?? 'a model'
  if (action.kind === 'unload') return `Unload ${nameOf(action.model)}`
  if (action.kind === 'load') {
    const { needBytes = null, needSource = null } = models[action.model] ?? {}
    const bytes = needBytes === null ? '' : `, ${formatNeed(needBytes, needSource)}`
    return `Load ${nameOf(action.model)}${bytes}${action.isPrefetch ? ', while another model answers' : ''}`
  }
  const steps = listed(action.stepIds.map(stepName), 4)
  return `${steps} on ${listed(action.models.map(nameOf), 4)}, ${itemsWords(action)}`
}

/** "0:04 to 9:10, 9 min": when, and how long. */
export function actionTimes(action: PlanAction, isGuess: boolean): string {
  const takenMs = action.endMs - action.startMs
  return `${fromTo(action)}, ${formatAbout(takenMs)}${isGuess ? ' (a guess)' : ''}`
}

/** Everything of it, for the list that is read out. */
export function actionSentence(plan: Plan, action: PlanAction, stepName: StepName): string {
  return `${actionTitle(plan, action, stepName)}, ${actionTimes(action, plan.durationMs === null)}`
}

/** "7.9 GB held by models": what is foreseen, as surely as the needs are known. */
export function heldWords(plan: Pick<Plan, 'models'>, { bytes, isForeseen }: HeldThen): string {
  return `${formatNeed(bytes, isForeseen ? leastSure(plan) : null)} held by models`
}

/** Why there is no plan; null: nothing is wrong. */
export function noPlanWords(problems: readonly ChainProblem[], stepName: StepName): string | null {
  const blocking = problems.filter(({ isBlocking }) => isBlocking)
  const [first] = blocking
  if (first === undefined) return null
  const place = first.stepId === null ? '' : stepName(first.stepId)
  const words = place === '' || first.message.includes(place) ? first.message : `${place}: ${first.message}`
  return blocking.length === 1 ? words : `${words.replace(/\.$/, '')}. ${plural(blocking.length - 1, 'more problem')}.`
}

export function replanWords(replans: readonly string[]): string | null {
  const last = replans.at(-1)
  if (last === undefined) return null
  return `Planned anew${replans.length === 1 ? '' : ` ${formatCount(replans.length)} times`}: ${last}`
}
