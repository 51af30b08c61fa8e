/** Where everything of a plan lies on its time line: a lane for every model, what is held over time, and where a run stands. Pure. */
import type { Plan, PlanAction, PlanModel } from '../../../../shared/plan.ts'
import type { RunProgress } from '../../../../shared/run.ts'

interface PicturedAction {
  action: PlanAction
  startMs: number
  endMs: number
  /** Over, or under way. */
  isDone: boolean
}

interface LaneBar {
  kind: PlanAction['kind']
  /** Place in the picture's actions: of several that were drawn as one, the first. */
  index: number
  startMs: number
  endMs: number
  isDone: boolean
  isPrefetch: boolean
}

export interface Lane {
  /** Place in the plan's models. */
  model: number
  of: PlanModel
  bars: LaneBar[]
  /** In memory: from the start of its load to the end of its unload. */
  stays: { startMs: number; endMs: number }[]
}

interface HeldPoint {
  atMs: number
  bytes: number
}

export interface HeldThen {
  bytes: number
  isForeseen: boolean
}

export interface PlanPicture {
  plan: Plan
  /** From 0 to here. */
  spanMs: number
  /** Null: nothing runs. */
  nowMs: number | null
  actions: PicturedAction[]
  lanes: Lane[]
  /** What was measured, up to now; empty for a plan alone. */
  held: HeldPoint[]
  /** What is foreseen, from now on. */
  toCome: HeldPoint[]
  /** The top of the memory curve: the budget, unless that is so far above that the curve would be flat. */
  mostBytes: number
}

/** A budget this many times what is held leaves no height for the curve. */
const farAbove = 4
/** What the curve leaves free above itself then. */
const headroom = 1.3

function picturedActions(plan: Plan, progress: RunProgress | null): PicturedAction[] {
  const pictured = (action: PlanAction, startMs: number, endMs: number, isDone: boolean): PicturedAction => ({
    action,
    startMs,
    endMs: Math.max(startMs, endMs),
    isDone
  })
  if (progress === null) return plan.actions.map((action) => pictured(action, action.startMs, action.endMs, false))
  const { nowMs } = progress
  return [
    ...progress.done.map((action) => pictured(action, action.startMs, Math.min(action.endMs, nowMs), true)),
    // What lies behind is in `done`, as it truly was.
    ...plan.actions
      .filter(({ endMs }) => endMs > nowMs)
      .map((action) => pictured(action, Math.max(action.startMs, nowMs), action.endMs, false))
  ]
}

export const modelsOf = (action: PlanAction): readonly number[] =>
  action.kind === 'run' ? action.models : [action.model]

/** Bars that touch are one where they would be too narrow to be told apart. */
function joined(bars: readonly LaneBar[], leastMs: number): LaneBar[] {
  const result: LaneBar[] = []
  for (const bar of bars) {
    const last = result.at(-1)
    const isSame = last?.kind === bar.kind && last.isDone === bar.isDone && last.isPrefetch === bar.isPrefetch
    if (last !== undefined && isSame && bar.startMs - last.endMs < leastMs && last.endMs - last.startMs < 4 * leastMs)
      result[result.length - 1] = { ...last, endMs: Math.max(last.endMs, bar.endMs) }
    else result.push(bar)
  }
  return result
}

function staysOf(of: PlanModel, bars: readonly LaneBar[], spanMs: number): Lane['stays'] {
  const stays: Lane['stays'] = []
  let sinceMs: number | null = of.isResident ? 0 : null
  for (const { kind, startMs, endMs } of bars) {
    if (kind === 'unload') {
      if (sinceMs !== null) stays.push({ startMs: sinceMs, endMs })
      sinceMs = null
    } else sinceMs ??= startMs
  }
  if (sinceMs !== null) stays.push({ startMs: sinceMs, endMs: spanMs })
  return stays
}

function lanesOf(plan: Plan, actions: readonly PicturedAction[], spanMs: number): Lane[] {
  const bars = plan.models.map((): LaneBar[] => [])
  actions.forEach(({ action, startMs, endMs, isDone }, index) => {
    const isPrefetch = action.kind === 'load' && action.isPrefetch
    for (const model of modelsOf(action))
      bars[model]?.push({ kind: action.kind, index, startMs, endMs, isDone, isPrefetch })
  })
  const lanes = plan.models.map((of, model): Lane => {
    const inOrder = (bars[model] ?? []).sort((a, b) => a.startMs - b.startMs)
    return { model, of, bars: joined(inOrder, spanMs / 1_000), stays: staysOf(of, inOrder, spanMs) }
  })
  const firstMs = ({ bars: [first], stays: [stay] }: Lane): number => first?.startMs ?? stay?.startMs ?? Infinity
  // In the order in which they are needed; what only lies in memory comes last.
  return lanes
    .filter((lane) => lane.bars.length > 0 || lane.stays.length > 0)
    .sort((a, b) => Number(a.of.isForeign) - Number(b.of.isForeign) || firstMs(a) - firstMs(b) || a.model - b.model)
}

/** The value that holds at a moment; null before the first. */
export function heldAt(points: readonly HeldPoint[], atMs: number): number | null {
  let low = 0
  let high = points.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((points[middle]?.atMs ?? Infinity) <= atMs) low = middle + 1
    else high = middle
  }
  return points[low - 1]?.bytes ?? null
}

/** What is held at a moment: as it was measured, or as it is foreseen; null: unknown. */
export function heldThen({ held, toCome, nowMs }: PlanPicture, atMs: number): HeldThen | null {
  const isForeseen = nowMs === null || atMs > nowMs
  const bytes = heldAt(isForeseen ? toCome : held, atMs)
  return bytes === null ? null : { bytes, isForeseen }
}

function fromNow(points: readonly HeldPoint[], nowMs: number): HeldPoint[] {
  const atNow = heldAt(points, nowMs)
  const later = points.filter(({ atMs }) => atMs > nowMs)
  return atNow === null ? later : [{ atMs: nowMs, bytes: atNow }, ...later]
}

function topOf(points: readonly HeldPoint[], budgetBytes: number): number {
  const most = points.reduce((top, { bytes }) => Math.max(top, bytes), 0)
  return most > 0 && budgetBytes > farAbove * most ? headroom * most : Math.max(most, budgetBytes)
}

export function pictureOf(plan: Plan, progress: RunProgress | null): PlanPicture {
  const actions = picturedActions(plan, progress)
  const nowMs = progress?.nowMs ?? null
  const spanMs = actions.reduce((most, { endMs }) => Math.max(most, endMs), Math.max(nowMs ?? 0, 1))
  const held = progress === null ? [] : progress.held.filter(({ atMs }) => atMs <= progress.nowMs)
  const toCome = nowMs === null ? plan.held : nowMs >= spanMs ? [] : fromNow(plan.held, nowMs)
  const mostBytes = topOf([...held, ...toCome], plan.budgetBytes ?? 0)
  return { plan, spanMs, nowMs, actions, lanes: lanesOf(plan, actions, spanMs), held, toCome, mostBytes }
}

/** A stepped area under the points, `toMs` wide, in a box of 1000 x 100; empty for none. */
export function heldPath(points: readonly HeldPoint[], toMs: number, { spanMs, mostBytes }: PlanPicture): string {
  const [first] = points
  if (first === undefined || mostBytes === 0) return ''
  const x = (atMs: number): string => ((1_000 * Math.min(atMs, spanMs)) / spanMs).toFixed(2)
  const y = (bytes: number): string => (100 - (100 * bytes) / (mostBytes * 1.06)).toFixed(2)
  const steps = points.map(({ atMs, bytes }, index) => {
    const endMs = points[index + 1]?.atMs ?? Math.max(toMs, atMs)
    return `L${x(atMs)},${y(bytes)}L${x(endMs)},${y(bytes)}`
  })
  return `M${x(first.atMs)},100${steps.join('')}L${x(Math.max(toMs, points.at(-1)?.atMs ?? 0))},100Z`
}

/** From the bottom, 0 to 1; null: it is not in the picture. */
export function budgetHeight({ plan, mostBytes }: PlanPicture): number | null {
  return plan.budgetBytes === null || mostBytes === 0 || plan.budgetBytes > mostBytes
    ? null
    : plan.budgetBytes / (mostBytes * 1.06)
}

/** What lies under a moment of a lane, or near it; null: nothing does. */
export function barAt(lane: Lane, atMs: number, nearMs: number): LaneBar | null {
  let best: LaneBar | null = null
  let bestMs = nearMs
  for (const bar of lane.bars) {
    const awayMs = atMs < bar.startMs ? bar.startMs - atMs : atMs > bar.endMs ? atMs - bar.endMs : 0
    if (awayMs === 0 && bar.kind !== 'unload') return bar
    if (awayMs < bestMs) {
      best = bar
      bestMs = awayMs
    }
  }
  return best
}

const tickSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400]

/** Round moments, at most `most` of them beside 0. */
export function timeTicks(spanMs: number, most = 6): number[] {
  const stepMs =
    (tickSteps.find((seconds) => spanMs / (seconds * 1_000) <= most) ??
      Math.ceil(spanMs / most / 86_400_000) * 86_400) * 1_000
  return Array.from({ length: Math.floor(spanMs / stepMs) + 1 }, (_, index) => index * stepMs)
}
