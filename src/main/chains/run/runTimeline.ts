/** What a run has done so far, and what models held meanwhile, bounded: neighbours are put together before the list grows long. */
import type { ModelId } from '../../../shared/model.ts'
import type { PlanAction } from '../../../shared/plan.ts'
import type { RunProgress } from '../../../shared/run.ts'

const mostActions = 400
const mostPoints = 400

type RunAction = Extract<PlanAction, { kind: 'run' }>
export type HeldPoint = RunProgress['held'][number]

export interface RunTimeline {
  /** It begins now; the answer ends it. */
  began(action: PlanAction): PlanAction
  held(atMs: number, bytes: number): void
  list(): { done: PlanAction[]; held: HeldPoint[] }
}

export function createRunTimeline(before: Pick<RunProgress, 'done' | 'held'>): RunTimeline {
  let done = before.done.map((action) => ({ ...action }))
  let held = before.held.map((point) => ({ ...point }))
  return {
    began(action) {
      const last = done.at(-1)
      if (last?.kind === 'run' && action.kind === 'run' && isMore(last, action)) {
        return extend(last, action)
      }
      const own = { ...action }
      done.push(own)
      if (done.length > mostActions) done = shortened(done)
      return own
    },
    held(atMs, bytes) {
      const last = held.at(-1)
      if (last?.bytes === bytes) return
      if (last && last.atMs >= atMs) last.bytes = Math.max(last.bytes, bytes)
      else held.push({ atMs, bytes })
      if (held.length > mostPoints) held = thinned(held)
    },
    list: () => ({ done: done.map((action) => ({ ...action })), held: held.map((point) => ({ ...point })) })
  }
}

/** What was loaded on it, and not unloaded since. */
export function leftLoaded({ plan, done }: Pick<RunProgress, 'plan' | 'done'>): ModelId[] {
  const left = new Set<number>()
  for (const action of done) {
    if (action.kind === 'load') left.add(action.model)
    if (action.kind === 'unload') left.delete(action.model)
  }
  return [...left].flatMap((place) => plan?.models[place]?.id ?? [])
}

/** The same steps over further items. */
function isMore(last: RunAction, next: RunAction): boolean {
  return last.stepIds.join('/') === next.stepIds.join('/') && last.models.join('/') === next.models.join('/')
}

function extend(last: RunAction, next: RunAction): RunAction {
  last.firstItem = Math.min(last.firstItem, next.firstItem)
  last.lastItem = Math.max(last.lastItem, next.lastItem)
  last.itemCount += next.itemCount
  last.endMs = next.endMs
  return last
}

/** The older half: runs beside each other as one; where there are none, the oldest are given up. The newest few are never touched. */
function shortened(actions: readonly PlanAction[]): PlanAction[] {
  const half = Math.floor(actions.length / 2)
  const older: PlanAction[] = []
  for (const action of actions.slice(0, half)) {
    const last = older.at(-1)
    if (last?.kind === 'run' && action.kind === 'run') {
      last.stepIds = [...new Set([...last.stepIds, ...action.stepIds])]
      last.models = [...new Set([...last.models, ...action.models])]
      extend(last, action)
    } else older.push(action)
  }
  const newer = actions.slice(half)
  return [...older.slice(Math.max(0, older.length - half + mostActions / 10)), ...newer]
}

/** Of every two neighbours the higher one: peaks stay. */
function thinned(points: readonly HeldPoint[]): HeldPoint[] {
  const kept: HeldPoint[] = []
  for (let at = 0; at < points.length; at += 2) {
    const [one, other] = [points[at], points[at + 1]]
    if (one) kept.push({ atMs: one.atMs, bytes: Math.max(one.bytes, other?.bytes ?? 0) })
  }
  return kept
}
