/** A plan that is carried on from window to window must be the one that would be made anew. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { PolicyRule } from './policyTypes.ts'
import { hourMs, inputOf, noon, windowOf } from './policyRig.ts'
import { planWindows, type WindowPlan } from './windowPlan.ts'

const keys = ['a', 'b', 'c', 'd', 'e']

/** Two of them are names on one engine, one has gone. */
const { modelOf } = inputOf({
  rules: [],
  models: {
    a: { state: 'ready', needBytes: 4e9 },
    b: { state: 'ready', needBytes: 2e9 },
    c: { state: 'ready', needBytes: 3e9, engine: 'shared' },
    d: { state: 'ready', needBytes: 3e9, engine: 'shared' },
    e: { state: 'unloaded', needBytes: 1e9 }
  }
})

function said({ shared, missing, toLookAt, order, postponed }: WindowPlan) {
  const others = keys.flatMap((key) => [[key], [key, 'e']])
  return {
    keeps: [...shared.keeps].sort(),
    left: shared.left,
    leftOfOthers: others.map((wanted) => shared.leftOf({ ruleId: 'other', keys: wanted })),
    missing: [...missing].sort(),
    toLookAt: toLookAt.map(({ id }) => id),
    order: order.map(({ id }) => id),
    postponed: [...postponed]
  }
}

it('through windows that come, begin and end, with room for all or not', () => {
  const window = fc.record({
    wanted: fc.subarray(keys, { minLength: 1, maxLength: 3 }),
    fromMinute: fc.nat(120),
    minutes: fc.integer({ min: 5, max: 90 })
  })
  const room = fc.record({
    budgetBytes: fc.constantFrom(5e9, 9e9, 100e9),
    besideBytes: fc.constant(null),
    maxLoadedModels: fc.constantFrom(2, 9)
  })
  let carried = 0
  fc.assert(
    fc.property(fc.array(window, { minLength: 1, maxLength: 12 }), room, (windows, room) => {
      const rules = windows.map(({ wanted, fromMinute, minutes }, index): PolicyRule => {
        const dueAt = noon + fromMinute * 60_000
        const times = { dueAt, warmFromAt: dueAt - 300_000, endAt: dueAt + minutes * 60_000 }
        return { ...windowOf(`r${index}`, wanted, times), position: index }
      })
      let plan: WindowPlan | null = null
      for (let now = noon - 600_000; now < noon + 4 * hourMs; now += 60_000) {
        const open = rules.filter(({ phase }) => phase.open && now >= phase.open.warmFromAt && now < phase.open.endAt)
        const anew = planWindows(open, now, modelOf, room)
        const before: WindowPlan | null = plan
        plan = planWindows(open, now, modelOf, room, before)
        if (plan.shared === before?.shared && plan.order.length !== before.order.length) carried += 1
        expect(said(plan)).toEqual(said(anew))
      }
    })
  )
  expect(carried, 'plans carried on though a window came or ended').toBeGreaterThan(100)
})
