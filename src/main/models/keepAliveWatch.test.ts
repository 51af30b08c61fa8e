import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAsTold, slackMs, startWatch, watchKeepAlive, type KeepAliveWatch } from './keepAliveWatch.ts'

const start = 1_700_000_000_000
const at = (seconds: number): number => start + seconds * 1_000

/** Looks as [seconds after it was told, seconds after that at which it will go (null: never)]; answers every change. */
function changes(told: number, looks: [number, number | null][], first: number | null = null): (number | null)[] {
  let watch = startWatch(told, start, null, first === null ? null : at(first))
  return looks.flatMap(([seconds, unloadsAt]) => {
    const seen = watchKeepAlive(watch, { at: at(seconds), unloadsAt: unloadsAt === null ? null : at(unloadsAt) }, true)
    watch = seen.watch
    return seen.change === null ? [] : [seen.change.seconds]
  })
}

describe('a change by another program', () => {
  it.each<[string, number, [number, number | null][], (number | null)[]]>([
    [
      'from for ever to 5 min',
      -1,
      [
        [2, null],
        [4, 303]
      ],
      [300]
    ],
    [
      'from for ever, seen only after a minute and more: to what nobody can say',
      -1,
      [
        [2, null],
        [202, 303]
      ],
      [null]
    ],
    [
      'from 10 min to 5 min',
      600,
      [
        [2, 600],
        [4, 303]
      ],
      [300]
    ],
    [
      'from 10 min to for ever',
      600,
      [
        [2, 600],
        [4, null]
      ],
      [-1]
    ],
    [
      'from 10 min to 1 h',
      600,
      [
        [2, 600],
        [4, 3_603]
      ],
      [3_600]
    ],
    [
      'from 10 min to 1 h, and to 15 min',
      600,
      [
        [2, 600],
        [4, 3_603],
        [6, 905]
      ],
      [3_600, 900]
    ],
    [
      'and back to what it was',
      -1,
      [
        [2, null],
        [4, 303],
        [6, null]
      ],
      [300, -1]
    ],
    [
      'to an odd time: the roundest of those that explain it',
      600,
      [
        [2, 600],
        [4, 3 + 47]
      ],
      [50]
    ]
  ])('%s', (_, told, looks, expected) => {
    expect(changes(told, looks)).toEqual(expected)
  })

  it('is seen at the first look where the load itself told how the clocks stand', () => {
    expect(changes(600, [[3, 302]], 600)).toEqual([300])
    expect(changes(600, [[3, 3_602]], 600)).toEqual([3_600])
  })

  it('is told once, not with every look', () => {
    expect(
      changes(-1, [
        [2, null],
        [4, 303],
        [6, 303],
        [8, 303],
        [10, 309]
      ])
    ).toEqual([300])
  })
})

describe('no change', () => {
  it.each<[string, number, [number, number | null][]]>([
    [
      'a timer that runs',
      600,
      [
        [2, 600],
        [4, 600],
        [500, 600]
      ]
    ],
    [
      'a timer that another program’s answer restarts',
      600,
      [
        [2, 600],
        [4, 603],
        [400, 990]
      ]
    ],
    [
      'looks an hour apart',
      7_200,
      [
        [2, 7_200],
        [3_602, 10_790]
      ]
    ],
    [
      'for ever',
      -1,
      [
        [2, null],
        [4, null]
      ]
    ],
    [
      'a server that never says when',
      600,
      [
        [2, null],
        [4, null]
      ]
    ],
    [
      'a server that puts in force a moment later what it answered',
      -1,
      [
        [0.1, 300],
        [2, null]
      ]
    ],
    [
      'a server whose clock is an hour ahead',
      600,
      [
        [2, 4_200],
        [4, 4_203],
        [300, 4_500]
      ]
    ],
    [
      'a server whose clock is an hour behind',
      600,
      [
        [2, -3_000],
        [4, -2_997]
      ]
    ],
    [
      'a clock that was set back an hour',
      600,
      [
        [2, 600],
        [-3_596, 600],
        [-3_594, -2_994],
        [-3_000, -2_400]
      ]
    ],
    [
      'a clock that was set back while it is kept for ever',
      -1,
      [
        [2, null],
        [-3_596, null],
        [-3_500, null]
      ]
    ]
  ])('%s', (_, told, looks) => {
    expect(changes(told, looks)).toEqual([])
  })
})

describe('for ever, after the clock was set back', () => {
  it('is watched as before', () => {
    expect(
      changes(-1, [
        [2, null],
        [-3_596, null],
        [-3_594, -3_295]
      ])
    ).toEqual([300])
  })
})

/** What happens between two looks; `gapMs` before each. */
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('look' as const), gapMs: fc.integer({ min: 10, max: 8_000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('look' as const), gapMs: fc.integer({ min: 10, max: 900_000 }) })
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('touch' as const), gapMs: fc.nat(20_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('tell' as const),
      gapMs: fc.nat(20_000),
      seconds: fc.constantFrom(-1, 30, 300, 600, 3_600)
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('setBack' as const), gapMs: fc.nat(5_000), byMs: fc.nat(7_200_000) })
  }
)
type Happening = typeof happening extends fc.Arbitrary<infer One> ? One : never

/** A server that keeps its time as Ollama does, on a clock of its own. `looksEveryMs`: it is looked at between the happenings, too. */
function live(happenings: readonly Happening[], aheadMs: number, loadSeconds: number, looksEveryMs = Infinity) {
  let now = start
  let seconds = loadSeconds
  let endsAt = now + aheadMs + seconds * 1_000
  const touch = (): void => void (endsAt = now + aheadMs + seconds * 1_000)
  let watch: KeepAliveWatch = startWatch(seconds, now, null, seconds < 0 ? null : endsAt)
  const alarms: unknown[] = []
  const look = (): void => {
    const seen = watchKeepAlive(watch, { at: now, unloadsAt: seconds < 0 ? null : endsAt }, true)
    if (seen.change !== null && !isAsTold(seen.watch)) alarms.push({ now, seen, watch })
    watch = seen.watch
  }
  let sinceLookMs = 0
  const pass = (ms: number): void => {
    for (let left = ms; left > 0;) {
      const step = Math.min(left, looksEveryMs - sinceLookMs)
      now += step
      left -= step
      sinceLookMs += step
      if (sinceLookMs < looksEveryMs) continue
      sinceLookMs = 0
      look()
    }
  }
  for (const one of happenings) {
    pass(one.gapMs)
    // It went by itself: there is nothing to look at until it is loaded again.
    if (seconds >= 0 && endsAt <= now + aheadMs) return alarms
    if (one.do === 'setBack') now -= one.byMs
    if (one.do === 'touch') touch()
    if (one.do === 'look') look()
    if (one.do === 'tell') {
      seconds = one.seconds
      touch()
      watch = startWatch(seconds, now, watch)
    }
  }
  return alarms
}

describe('in any story without another program’s keep-alive', () => {
  const skew = fc.constantFrom(0, 0, -3_600_000, 40_000, 3_600_000)
  const loads = fc.constantFrom(-1, 300, 600)

  it('nothing is ever noticed: answers of ours and of others, slow looks, clocks apart', () => {
    fc.assert(
      fc.property(
        fc.array(
          happening.filter((one) => one.do !== 'setBack'),
          { maxLength: 40 }
        ),
        skew,
        loads,
        (happenings, aheadMs, loadSeconds) => {
          expect(live(happenings, aheadMs, loadSeconds)).toEqual([])
        }
      ),
      { numRuns: 5_000 }
    )
  })

  it('nor where the clock is set back, by however much, while the host is asked every 5 s', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), loads, (happenings, loadSeconds) => {
        expect(live(happenings, 0, loadSeconds, 5_000)).toEqual([])
      }),
      { numRuns: 5_000 }
    )
  })
})

describe('a real change', () => {
  it('is noticed with the next look, and its time told exactly, whatever ran before', () => {
    const times = [-1, 60, 300, 900, 1_800, 3_600]
    fc.assert(
      fc.property(
        fc.constantFrom(...times),
        fc.constantFrom(...times),
        fc.array(fc.integer({ min: 600, max: 5_000 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 600, max: 5_000 }),
        (told, theirs, gaps, gapMs) => {
          fc.pre(told !== theirs)
          let now = start
          let watch = startWatch(told, now, null, told < 0 ? null : now + told * 1_000)
          const endsAt = told < 0 ? null : now + told * 1_000
          for (const gap of gaps) {
            now += gap
            const seen = watchKeepAlive(watch, { at: now, unloadsAt: endsAt }, true)
            expect(seen.change).toBeNull()
            watch = seen.watch
          }
          const changedAt = now + gapMs / 2
          now += gapMs
          const seen = watchKeepAlive(
            watch,
            { at: now, unloadsAt: theirs < 0 ? null : changedAt + theirs * 1_000 },
            true
          )
          expect(seen.change).toEqual({ seconds: theirs })
        }
      ),
      { numRuns: 2_000 }
    )
  })
})

it('counts as told within the slack only', () => {
  const told = startWatch(600, start, null)
  expect(isAsTold(told)).toBe(true)
  expect(isAsTold({ ...told, secondsNow: 600 + slackMs / 1_000 })).toBe(true)
  expect(isAsTold({ ...told, secondsNow: 660 })).toBe(false)
  expect(isAsTold({ ...told, secondsNow: null })).toBe(false)
})
