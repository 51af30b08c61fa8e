/** A history that forgets the state somebody wants back is none; one that keeps every keystroke is found by nobody. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keptVersions, versionsToForget } from './versionThinning.ts'

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs

/** As a chain is saved: thinned after every save. */
function keptOf(savedAts: readonly number[]): number[] {
  let kept: number[] = []
  for (const at of savedAts) {
    kept = [...kept, at]
    const forgotten = new Set(versionsToForget(kept, at))
    kept = kept.filter((one) => !forgotten.has(one))
  }
  return kept
}

describe('earlier states', () => {
  it('of an hour of work, saved every five seconds, are thirty, and the state left before a pause is one of them', () => {
    const work = Array.from({ length: 720 }, (_, at) => at * 5_000)
    const left = 90 * minuteMs + 7_000
    const kept = keptOf([...work, left - 6_000, left, 119 * minuteMs])
    expect(kept).toHaveLength(32)
    expect(kept).toContain(left)
    expect(kept).toContain(work.at(-1))
  })

  it('reach back for days of work: the older, the fewer, and a hundred in all', () => {
    const saves = Array.from({ length: 2 }, (_, day) =>
      Array.from({ length: 480 }, (__, at) => day * dayMs + at * minuteMs)
    )
    const kept = keptOf(saves.flat())
    // Eight hours, and the one that has just now grown older than a day.
    expect(kept.filter((at) => at < dayMs)).toHaveLength(9)
    // The last two hours by two minutes, the six before them by quarters.
    expect(kept.filter((at) => at >= dayMs).length).toBeGreaterThanOrEqual(60 + 24)
    expect(keptOf(Array.from({ length: 300 }, (_, at) => at * 60 * minuteMs))).toHaveLength(keptVersions)
  })

  it('of any saves: the newest stays, nothing goes that no later one stands for, and thinning twice changes nothing', () => {
    const at = fc.integer({ min: 0, max: 4 * dayMs })
    fc.assert(
      fc.property(fc.uniqueArray(at, { minLength: 1, maxLength: keptVersions }), at, (savedAts, now) => {
        const forgotten = new Set(versionsToForget(savedAts, now))
        const kept = savedAts.filter((one) => !forgotten.has(one))
        expect(kept).toContain(Math.max(...savedAts))
        for (const one of forgotten) {
          const spanMs = (now - one > dayMs ? 60 : now - one > 120 * minuteMs ? 15 : 2) * minuteMs
          expect(kept.some((other) => other > one && other - one < spanMs)).toBe(true)
        }
        expect(versionsToForget(kept, now)).toEqual([])
      })
    )
  })
})
