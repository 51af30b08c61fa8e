/** Would catch: a time line that grows with the run, a peak that is thinned away, an action out of order. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { PlanAction } from '../../../shared/plan.ts'
import { createRunTimeline } from './runTimeline.ts'

const at = fc.record({
  model: fc.nat({ max: 3 }),
  bytes: fc.nat({ max: 1_000 }),
  kind: fc.constantFrom('load', 'run', 'unload')
})

it('stays short, in order, and keeps its peak, however much is done', () => {
  fc.assert(
    fc.property(fc.array(at, { minLength: 1, maxLength: 3_000, size: 'max' }), (wished) => {
      const timeline = createRunTimeline({ done: [], held: [] })
      wished.forEach(({ kind, model, bytes }, index) => {
        const times = { startMs: index, endMs: index + 1 }
        const action: PlanAction =
          kind === 'load'
            ? { kind, model, ...times, isPrefetch: false }
            : kind === 'unload'
              ? { kind, model, ...times }
              : {
                  kind: 'run',
                  models: [model],
                  stepIds: [`s${model}`],
                  firstItem: index,
                  lastItem: index,
                  itemCount: 1,
                  ...times
                }
        timeline.began(action)
        timeline.held(index, bytes)
      })
      const { done, held } = timeline.list()
      expect(done.length).toBeLessThanOrEqual(401)
      expect(held.length).toBeLessThanOrEqual(401)
      expect(Math.max(...held.map(({ bytes }) => bytes))).toBe(Math.max(...wished.map(({ bytes }) => bytes)))
      expect(done.every((action, index) => index === 0 || (done[index - 1]?.startMs ?? 0) <= action.startMs)).toBe(true)
      expect(done.at(-1)?.endMs).toBe(wished.length)
    }),
    { numRuns: 30 }
  )
})

it('answers further items of the same steps as one action', () => {
  const timeline = createRunTimeline({ done: [], held: [] })
  const run = { kind: 'run' as const, models: [0], stepIds: ['s'], itemCount: 2, startMs: 0, endMs: 5 }
  timeline.began({ ...run, firstItem: 0, lastItem: 1 })
  timeline.began({ ...run, firstItem: 2, lastItem: 3, startMs: 5, endMs: 9 })
  expect(timeline.list().done).toEqual([{ ...run, firstItem: 0, lastItem: 3, itemCount: 4, endMs: 9 }])
})
