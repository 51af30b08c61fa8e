/** Would catch: a plan that stays behind a slow run, work that is over or loaded already and still to come, actions out of order. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Plan, PlanAction } from '../../../shared/plan.ts'
import { planFromNow, type Standing } from './planFromNow.ts'

const load = (model: number, startMs: number, endMs: number, isPrefetch = false): PlanAction => ({
  kind: 'load',
  model,
  startMs,
  endMs,
  isPrefetch
})
const run = (stepId: string, model: number, startMs: number, endMs: number, itemCount = 10): PlanAction => ({
  kind: 'run',
  models: [model],
  stepIds: [stepId],
  firstItem: 0,
  lastItem: itemCount - 1,
  itemCount,
  startMs,
  endMs
})

const plan = (actions: PlanAction[]): Plan => ({
  order: 'fewest_loads',
  models: [],
  actions,
  itemCount: 10,
  stepRuns: 20,
  loads: 2,
  naiveLoads: 20,
  itemByItemLoads: 20,
  peakBytes: 10,
  budgetBytes: 20,
  durationMs: null,
  firstResultMs: null,
  answerTokens: null,
  isProven: true,
  held: [
    { atMs: 0, bytes: 5 },
    { atMs: 110, bytes: 10 }
  ]
})

const standing: Standing = {
  place: 1,
  sinceMs: 12,
  answeredMs: 412,
  nowMs: 450,
  done: [],
  stepMs: (stepId) => (stepId === 'a' ? 100 : null),
  todo: (stepId) => (stepId === 'a' ? 6 : 10),
  itemsAtOnce: 1
}

const times = ({ actions }: Plan): number[][] => actions.map(({ startMs, endMs }) => [startMs, endMs])

it('moves what is to come behind answers that take ten times as long as was guessed', () => {
  const actions = [load(0, 0, 10), run('a', 0, 10, 110), load(1, 110, 120), run('b', 1, 120, 160)]
  const moved = planFromNow(plan(actions), standing)
  expect(times(moved)).toEqual([
    [0, 10],
    [12, 1_012],
    [1_012, 1_022],
    [1_022, 1_062]
  ])
  expect(moved.held.map(({ atMs }) => atMs)).toEqual([0, 1_012])
})

it('lets a load beside answers take its own time, and has nothing of it to come once it is loaded', () => {
  const actions = [load(0, 0, 10), run('a', 0, 10, 110), load(1, 60, 70, true), run('b', 1, 110, 150)]
  expect(times(planFromNow(plan(actions), standing))[2]).toEqual([512, 522])
  const done = [load(1, 20, 40, true)]
  expect(times(planFromNow(plan(actions), { ...standing, done }))[2]).toEqual([60, 70])
  expect(planFromNow(plan(actions), { ...standing, nowMs: 65, done }).actions[2]?.endMs).toBe(65)
})

it('counts several answers at once, and ends what is over', () => {
  const actions = [load(0, 0, 10), run('a', 0, 10, 110), load(1, 110, 120), run('b', 1, 120, 160)]
  expect(times(planFromNow(plan(actions), { ...standing, itemsAtOnce: 2 }))[1]).toEqual([12, 712])
  const over = planFromNow(plan(actions), { ...standing, place: actions.length, nowMs: 130 })
  expect(over.actions.every(({ endMs }) => endMs <= 130)).toBe(true)
})

it('keeps what follows in order and never before now, whatever its pace', () => {
  const wish = fc.record({
    lengths: fc.array(fc.nat({ max: 500 }), { minLength: 1, maxLength: 8 }),
    place: fc.nat({ max: 8 }),
    nowMs: fc.nat({ max: 5_000 }),
    agoMs: fc.nat({ max: 5_000 }),
    seenMs: fc.option(fc.nat({ max: 900 })),
    todo: fc.nat({ max: 10 })
  })
  fc.assert(
    fc.property(wish, ({ lengths, place, nowMs, agoMs, seenMs, todo }) => {
      let atMs = 0
      const actions = lengths.map((length, index) => {
        const [startMs, endMs] = [atMs, (atMs += length)]
        return index % 2 === 0 ? load(index, startMs, endMs) : run(`s${index}`, index, startMs, endMs)
      })
      const sinceMs = Math.max(0, nowMs - agoMs)
      const to = { ...standing, place, nowMs, sinceMs, answeredMs: sinceMs, stepMs: () => seenMs, todo: () => todo }
      const moved = planFromNow(plan(actions), to).actions
      moved.forEach(({ startMs, endMs }, index) => {
        expect(Number.isFinite(startMs) && startMs <= endMs).toBe(true)
        if (index > place) expect(startMs).toBeGreaterThanOrEqual(Math.max(nowMs, moved[index - 1]?.endMs ?? 0) - 1e-6)
      })
    })
  )
})
