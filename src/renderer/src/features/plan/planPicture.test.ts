import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barAt, budgetHeight, heldAt, heldPath, heldThen, pictureOf, timeTicks } from './planPicture.ts'
import { testPlan, testPlanModel, testProgress } from './testPlan.ts'

describe('the picture of a plan', () => {
  it('gives each model its lane in the order of need, and what only lies in memory the last', () => {
    const models = [
      testPlanModel('guest', { isResident: true, isForeign: true }),
      testPlanModel('late'),
      testPlanModel('early')
    ]
    const load = { kind: 'load', isPrefetch: false } as const
    const actions = [
      { ...load, model: 2, startMs: 0, endMs: 5 },
      { ...load, model: 1, startMs: 5, endMs: 9 }
    ]
    const { lanes } = pictureOf(testPlan({ models, actions }), null)
    expect(lanes.map(({ of }) => of.id.name)).toEqual(['early', 'late', 'guest'])
  })

  it('shows a model in memory from its load to its unload, or to the end', () => {
    const { lanes } = pictureOf(testPlan(), null)
    expect(lanes.map(({ stays }) => stays)).toEqual([
      [{ startMs: 0, endMs: 110_000 }],
      [{ startMs: 110_000, endMs: 330_000 }]
    ])
  })

  it('of a run: what was is as it was, what comes begins now, and nothing is drawn twice', () => {
    const late = { ...testProgress(), nowMs: 120_000 }
    const { actions, spanMs, toCome } = pictureOf(testPlan(), late)
    expect(actions.map(({ action, startMs, endMs, isDone }) => [action.kind, startMs, endMs, isDone])).toEqual([
      ['load', 0, 10_000, true],
      ['run', 10_000, 110_000, true],
      ['load', 120_000, 130_000, false],
      ['run', 130_000, 330_000, false]
    ])
    expect(spanMs).toBe(330_000)
    expect(toCome[0]).toEqual({ atMs: 120_000, bytes: 14_000_000_000 })
  })

  it('ends what is under way now, and never draws beyond its own span', () => {
    const { actions, spanMs } = pictureOf(testPlan(), testProgress({ nowMs: 900_000 }))
    expect(spanMs).toBe(900_000)
    expect(actions.every(({ endMs }) => endMs <= spanMs)).toBe(true)
    const [, running] = pictureOf(testPlan(), testProgress({ nowMs: 50_000 })).actions
    expect(running?.endMs).toBe(50_000)
  })

  it('keeps hundreds of tiny actions apart only as far as an eye can', () => {
    const models = [testPlanModel('a')]
    const run = { kind: 'run' as const, models: [0], stepIds: ['s'], itemCount: 1 }
    const actions = Array.from({ length: 5_000 }, (_, item) => ({
      ...run,
      firstItem: item,
      lastItem: item,
      startMs: item * 10,
      endMs: item * 10 + 9
    }))
    const [lane] = pictureOf(testPlan({ models, actions }), null).lanes
    expect(lane?.bars.length).toBeLessThan(1_000)
    expect(lane?.bars.at(-1)?.endMs).toBe(49_999)
  })

  it('finds what lies under the pointer, and a thin mark beside it', () => {
    const [lane] = pictureOf(testPlan(), null).lanes
    if (!lane) throw new Error('no lane')
    expect(barAt(lane, 60_000, 1_000)?.kind).toBe('run')
    expect(barAt(lane, 110_500, 1_000)?.kind).toMatch(/run|unload/)
    expect(barAt(lane, 200_000, 1_000)).toBeNull()
  })

  it('draws no curve and no line of what is unknown', () => {
    const picture = pictureOf(testPlan({ held: [], budgetBytes: null }), null)
    expect(heldPath(picture.toCome, picture.spanMs, picture)).toBe('')
    expect(budgetHeight(picture)).toBeNull()
  })

  it('holds what a point said until the next one', () => {
    const points = [
      { atMs: 10, bytes: 1 },
      { atMs: 20, bytes: 2 }
    ]
    expect([5, 10, 15, 20, 99].map((atMs) => heldAt(points, atMs))).toEqual([null, 1, 1, 2, 2])
  })

  // The last measure stood over all that is still to come.
  it('tells what is held at a moment as measured up to now, and as foreseen from then on', () => {
    const picture = pictureOf(testPlan(), testProgress())
    expect([0, 50_000, 60_000, 200_000].map((atMs) => heldThen(picture, atMs))).toEqual([
      { bytes: 7_000_000_000, isForeseen: false },
      { bytes: 7_000_000_000, isForeseen: false },
      { bytes: 8_000_000_000, isForeseen: true },
      { bytes: 14_000_000_000, isForeseen: true }
    ])
    expect(heldThen(pictureOf(testPlan(), null), 0)).toEqual({ bytes: 8_000_000_000, isForeseen: true })
    expect(heldThen(pictureOf(testPlan({ held: [] }), null), 0)).toBeNull()
  })

  it('marks few and round moments whatever the span', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e11, noNaN: true }), (spanMs) => {
        const ticks = timeTicks(spanMs)
        expect(ticks[0]).toBe(0)
        expect(ticks.length).toBeLessThanOrEqual(7)
        expect(ticks.every((atMs) => atMs <= spanMs)).toBe(true)
      })
    )
  })

  it('gives what is held a height of its own where the budget is far above it, and leaves the line out', () => {
    const held = [{ atMs: 0, bytes: 500 }]
    const near = pictureOf(testPlan({ held, budgetBytes: 1_900 }), null)
    expect(near.mostBytes).toBe(1_900)
    expect(budgetHeight(near)).toBeGreaterThan(0.9)
    const far = pictureOf(testPlan({ held, budgetBytes: 21_000 }), null)
    expect(far.mostBytes).toBe(650)
    expect(budgetHeight(far)).toBeNull()
  })
})
