/**
 * The windows that are open at a moment, beside each other: who keeps which model, who finds no room, and whose models have gone.
 * Pure; worked out anew when a window opens or ends, or something happened to a model.
 */
import type { PolicyModel, PolicyRule } from './policyTypes.ts'
import { createRoomSharer, type Claim, type Room, type SharedRoom } from './sharedRoom.ts'

export type OpenRule = PolicyRule & { phase: { open: NonNullable<PolicyRule['phase']['open']> } }

export interface WindowPlan {
  /** Of the windows that have room or began, in the order in which they came. */
  claims: readonly Claim[]
  shared: SharedRoom
  /** Kept, and not in memory. */
  missing: ReadonlySet<string>
  /** Something is due, left out, gone or lost: of all others there is nothing to say. */
  toLookAt: readonly OpenRule[]
}

export function planWindows(
  rules: readonly PolicyRule[],
  now: number,
  modelOf: (key: string) => PolicyModel,
  room: Room
): WindowPlan {
  const open = rules.filter(isOpen)
  const gone = new Set<string>()
  const sharer = createRoomSharer((key) => {
    const model = modelOf(key)
    if (model.state !== 'ready') gone.add(key)
    return model
  }, room)
  const inside = open.filter(({ phase }) => now >= phase.open.dueAt).sort(bySince)
  for (const rule of inside) sharer.add(claimOf(rule))
  // A window that has not begun takes only room that nobody else needs: the one before it may be about to end.
  const early = open
    .filter(({ phase }) => now < phase.open.dueAt)
    .sort(bySince)
    .filter((rule) => sharer.addWhole(claimOf(rule)))
  const missing = new Set([...gone].filter((key) => sharer.keeps.has(key)))
  const left = new Set(sharer.left.map(({ ruleId }) => ruleId))
  const isAskedFor = ({ id, phase, models, keys }: OpenRule): boolean =>
    phase.dueAt !== null ||
    keys.length < models.length ||
    (left.size > 0 && left.has(id)) ||
    (missing.size > 0 && keys.some((key) => missing.has(key)))
  const having = [...inside, ...early]
  return { claims: having.map(claimOf), shared: sharer, missing, toLookAt: having.filter(isAskedFor) }
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
