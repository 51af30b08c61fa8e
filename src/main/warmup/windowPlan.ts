/**
 * The windows that are open at a moment, beside each other: who keeps which model, who finds no room, and whose models have gone.
 * Pure; worked out anew when a window opens or ends, or something happened to a model.
 */
import type { PolicyModel, PolicyRule } from './policyTypes.ts'
import { createRoomSharer, type Claim, type Room, type SharedRoom } from './sharedRoom.ts'

export type OpenRule = PolicyRule & { phase: { open: NonNullable<PolicyRule['phase']['open']> } }

export interface WindowPlan {
  shared: SharedRoom
  /** Kept, and not in memory. */
  missing: ReadonlySet<string>
  /** Something is due, left out, gone or lost: of all others there is nothing to say. */
  toLookAt: readonly OpenRule[]
  /** In the order in which they came; those that have not begun last. */
  order: readonly OpenRule[]
  /** Those that have not begun, and have no room before. */
  postponed: ReadonlySet<string>
}

/** `before`: a plan that was made of the same models and the same room. */
export function planWindows(
  rules: readonly PolicyRule[],
  now: number,
  modelOf: (key: string) => PolicyModel,
  room: Room,
  before: WindowPlan | null = null
): WindowPlan {
  const open = rules.filter(isOpen).sort((a, b) => isEarly(a, now) - isEarly(b, now) || bySince(a, b))
  const { shared, missing, postponed } = before && stillHolds(before, open) ? before : share(open, now, modelOf, room)
  const left = new Set(shared.left.map(({ ruleId }) => ruleId))
  const toLookAt = open.filter(
    ({ id, phase, models, keys }) =>
      (phase.dueAt !== null ||
        keys.length < models.length ||
        (left.size > 0 && left.has(id)) ||
        (missing.size > 0 && keys.some((key) => missing.has(key)))) &&
      !postponed.has(id)
  )
  return { shared, missing, toLookAt, order: open, postponed }
}

function share(
  open: readonly OpenRule[],
  now: number,
  modelOf: (key: string) => PolicyModel,
  room: Room
): Pick<WindowPlan, 'shared' | 'missing' | 'postponed'> {
  const gone = new Set<string>()
  const postponed = new Set<string>()
  const shared = createRoomSharer((key) => {
    const model = modelOf(key)
    if (model.state !== 'ready') gone.add(key)
    return model
  }, room)
  for (const rule of open) {
    // A window that has not begun takes only room that nobody else needs: the one before it may be about to end.
    if (isEarly(rule, now) === 0) shared.add(claimOf(rule))
    else if (!shared.addWhole(claimOf(rule))) postponed.add(rule.id)
  }
  return { shared, postponed, missing: new Set([...gone].filter((key) => shared.keeps.has(key))) }
}

/**
 * For the same windows in the same order, and beside one that came or ended without keeping anything itself: what it wants is kept by
 * those before it. Not where one was postponed, which may have begun since.
 */
function stillHolds({ order, postponed, shared }: WindowPlan, open: readonly OpenRule[]): boolean {
  if (postponed.size > 0 || Math.abs(order.length - open.length) > 1) return false
  const [longer, shorter] = order.length > open.length ? [order, open] : [open, order]
  const at = longer.findIndex(({ id }, index) => id !== shorter[index]?.id)
  const other = longer[at]
  if (other === undefined) return true
  if (longer.length === shorter.length) return false
  const isRestSame = shorter.slice(at).every(({ id }, index) => id === longer[at + 1 + index]?.id)
  const earlier = longer.slice(0, at)
  return isRestSame && other.keys.every((key) => earlier.some(({ id }) => id === shared.keeps.get(key)))
}

function isEarly({ phase }: OpenRule, now: number): 0 | 1 {
  return now < phase.open.dueAt ? 1 : 0
}

export function claimOf({ id, keys }: PolicyRule): Claim {
  return { ruleId: id, keys }
}

function isOpen(rule: PolicyRule): rule is OpenRule {
  return rule.phase.open !== null
}

function bySince(a: OpenRule, b: OpenRule): number {
  return a.phase.open.sinceAt - b.phase.open.sinceAt || a.position - b.position
}
