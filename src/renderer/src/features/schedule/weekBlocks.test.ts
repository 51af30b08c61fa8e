/** Would catch: blocks drawn over each other, hours lost or doubled at midnight and when clocks are set, clashes painted on the wrong rule. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Clash, Preview, PreviewEntry, Rule } from '../../../../shared/schedule.ts'
import { intoLanes, laneSpan } from './lanes.ts'
import { weekBlocks, type Block, type DayBlocks } from './weekBlocks.ts'
import { weekDays } from './weekDays.ts'
import { zoneOf } from './zone.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const berlin = zoneOf('Europe/Berlin')
const at = (text: string): number => Date.parse(text)
const wednesday = at('2026-03-18T08:00:00Z')

function entry(ruleId: string, from: string, hours: number, changes: Partial<PreviewEntry> = {}): PreviewEntry {
  const startAt = at(from)
  return {
    ruleId,
    startAt,
    warmFromAt: startAt - minuteMs,
    endAt: startAt + hours * hourMs,
    isActive: false,
    ...changes
  }
}

function preview(entries: PreviewEntry[], clashes: Clash[] = []): Preview {
  const fromAt = Math.min(...entries.map(({ warmFromAt }) => warmFromAt))
  return { fromAt, toAt: fromAt + 9 * 24 * hourMs, timeZone: 'Europe/Berlin', entries, clashes, unknownNeeds: [] }
}

function rule(id: string, kind: 'window' | 'at' = 'window'): Rule {
  const time = { time: '08:30', days: [1] }
  const when = kind === 'at' ? { kind, ...time } : { kind, ...time, minutes: 60 }
  return { id, name: id, isEnabled: true, models: [{ id: { hostId: 'h', name: 'm' }, contextLength: null }], when }
}

function layout(given: Preview, now = wednesday, rules: Rule[] = []): DayBlocks[] {
  const days = weekDays(berlin, now)
  return weekBlocks(given, { zone: berlin, days, rules, leastMinutes: 40, mostLanes: 4, rideMinutes: 230 })
}

const blocksOf = (week: DayBlocks[]): Block[] =>
  week.flatMap(({ placed, overflows }) => [
    ...placed.map(({ item }) => item),
    ...overflows.flatMap(({ items }) => items)
  ])

describe('blocks', () => {
  it('stand where their hours are', () => {
    const [block] = blocksOf(layout(preview([entry('a', '2026-03-18T07:30:00Z', 10)])))
    expect(block).toMatchObject({ dayIndex: 0, top: 510, bottom: 1_110, isStart: true, isEnd: true, warmTop: 509 })
  })

  it('are split at midnight, each part knowing whether it begins and ends the whole', () => {
    const blocks = blocksOf(layout(preview([entry('a', '2026-03-18T21:00:00Z', 26)])))
    expect(
      blocks.map(({ dayIndex, top, bottom, isStart, isEnd }) => ({ dayIndex, top, bottom, isStart, isEnd }))
    ).toEqual([
      { dayIndex: 0, top: 1_320, bottom: 1_440, isStart: true, isEnd: false },
      { dayIndex: 1, top: 0, bottom: 1_440, isStart: false, isEnd: true }
    ])
    expect(blocks[1]?.warmTop).toBeNull()
  })

  it('that end at midnight do not begin the next day', () => {
    expect(blocksOf(layout(preview([entry('a', '2026-03-18T21:00:00Z', 2)])))).toHaveLength(1)
  })

  it('of a moment are thin, whatever their models are kept for', () => {
    const [block, ...others] = blocksOf(
      layout(preview([entry('a', '2026-03-18T22:50:00Z', 24)]), wednesday, [rule('a', 'at')])
    )
    expect(others).toEqual([])
    // Not below the end of the day either.
    expect(block).toMatchObject({ isPoint: true, top: 1_400, bottom: 1_440 })
  })

  it('of what lies before the week and after it are not drawn', () => {
    const outside = [entry('a', '2026-03-17T07:30:00Z', 2), entry('a', '2026-03-25T07:30:00Z', 2)]
    expect(blocksOf(layout(preview(outside)))).toEqual([])
  })
})

const anyEntries = fc.array(
  fc.record({
    ruleId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    minute: fc.integer({ min: -1_000, max: 11_000 }),
    length: fc.integer({ min: 1, max: 4_000 })
  }),
  { maxLength: 25 }
)
const anyNow = fc.constantFrom(wednesday, at('2026-03-26T08:00:00Z'), at('2026-10-23T08:00:00Z'))

function entriesFrom(now: number, given: { ruleId: string; minute: number; length: number }[]): PreviewEntry[] {
  return given.map(({ ruleId, minute, length }) => {
    const startAt = now + minute * minuteMs
    return { ruleId, startAt, warmFromAt: startAt - 20_000, endAt: startAt + length * minuteMs, isActive: false }
  })
}

describe('any week', () => {
  it('shows the whole of every entry: the parts add up to its length within the seven days', () => {
    fc.assert(
      fc.property(anyNow, anyEntries, (now, given) => {
        const entries = entriesFrom(now, given)
        const days = weekDays(berlin, now)
        const [first, last] = [days[0]!.startAt, days[6]!.endAt]
        const blocks = entries.length === 0 ? [] : blocksOf(layout(preview(entries), now))
        for (const each of entries) {
          const parts = blocks.filter((block) => block.entry === each)
          const shown = parts.reduce((sum, { fromAt, toAt }) => sum + toAt - fromAt, 0)
          expect(shown).toBe(Math.max(0, Math.min(each.endAt, last) - Math.max(each.startAt, first)))
          expect(new Set(parts.map(({ dayIndex }) => dayIndex)).size).toBe(parts.length)
        }
      })
    )
  })

  it('never draws two blocks of a day over each other, and every block keeps to its column', () => {
    fc.assert(
      fc.property(anyNow, anyEntries, (now, given) => {
        if (given.length === 0) return
        for (const { placed, overflows } of layout(preview(entriesFrom(now, given)), now)) {
          for (const [index, one] of placed.entries()) {
            expect(one.lane).toBeLessThan(one.laneCount)
            expect(one.laneCount).toBeLessThanOrEqual(4)
            expect(one.item.top).toBeGreaterThanOrEqual(0)
            expect(one.item.bottom).toBeLessThanOrEqual(1_440)
            expect(one.item.bottom - one.item.top).toBeGreaterThanOrEqual(40)
            for (const other of placed.slice(index + 1)) {
              const isApart = one.item.bottom <= other.item.top || other.item.bottom <= one.item.top
              const [a, b] = [laneSpan(one), laneSpan(other)]
              const isBeside = a.left + a.width <= b.left + 1e-9 || b.left + b.width <= a.left + 1e-9
              // On top of another only from where its words have ended, and never over the whole of its width.
              const [rider, under] = one.isRider ? [one, other] : [other, one]
              const rides =
                rider.isRider && !under.isRider && under.item.top + 230 <= rider.item.top && laneSpan(under).left === 0
              expect(isApart || isBeside || rides).toBe(true)
            }
          }
          for (const mark of overflows)
            for (const { item, lane } of placed)
              if (lane === mark.laneCount - 1) expect(item.bottom <= mark.top || item.top >= mark.bottom).toBe(true)
        }
      })
    )
  })

  it('has blocks whose pieces lie end to end from top to bottom', () => {
    const anyClashes = fc.array(
      fc.record({ minute: fc.integer({ min: -500, max: 10_000 }), length: fc.integer({ min: 1, max: 900 }) }),
      { maxLength: 6 }
    )
    fc.assert(
      fc.property(anyNow, anyEntries, anyClashes, (now, given, stretches) => {
        if (given.length === 0) return
        const clashes = stretches.map(({ minute, length }) => {
          const fromAt = now + minute * minuteMs
          return { fromAt, toAt: fromAt + length * minuteMs, ruleIds: ['a', 'b', 'c'], overBytes: 1, overModels: 0 }
        })
        for (const block of blocksOf(layout(preview(entriesFrom(now, given), clashes), now))) {
          let edge = block.top
          for (const piece of block.pieces) {
            expect(piece.top).toBe(edge)
            expect(piece.bottom).toBeGreaterThan(piece.top)
            edge = piece.bottom
          }
          expect(edge).toBe(block.bottom)
        }
      })
    )
  })
})

describe('clashes', () => {
  const clash: Clash = {
    fromAt: at('2026-03-18T13:30:00Z'),
    toAt: at('2026-03-18T17:00:00Z'),
    ruleIds: ['office', 'batch'],
    overBytes: 5_700_000_000,
    overModels: 0
  }
  const entries = [entry('office', '2026-03-18T07:30:00Z', 10), entry('batch', '2026-03-18T13:30:00Z', 3.5)]

  it('are painted on who comes last, and known to all who take part', () => {
    const blocks = blocksOf(layout(preview(entries, [clash])))
    const office = blocks.find(({ ruleId }) => ruleId === 'office')
    const batch = blocks.find(({ ruleId }) => ruleId === 'batch')
    expect(office?.pieces.map((piece) => piece.clash)).toEqual([null])
    expect(office?.clashes).toEqual([clash])
    expect(batch?.pieces).toEqual([{ top: 870, bottom: 1_080, clash }])
  })

  it('paint only the stretch that does not fit', () => {
    const short = { ...clash, fromAt: at('2026-03-18T14:00:00Z'), toAt: at('2026-03-18T15:00:00Z') }
    const batch = blocksOf(layout(preview(entries, [short]))).find(({ ruleId }) => ruleId === 'batch')
    expect(batch?.pieces).toEqual([
      { top: 870, bottom: 900, clash: null },
      { top: 900, bottom: 960, clash: short },
      { top: 960, bottom: 1_080, clash: null }
    ])
  })

  it('leave alone what only has the same rule on another day', () => {
    const later = entry('batch', '2026-03-19T13:30:00Z', 3)
    const blocks = blocksOf(layout(preview([...entries, later], [clash])))
    expect(blocks.find(({ dayIndex }) => dayIndex === 1)?.clashes).toEqual([])
  })
})

describe('lanes', () => {
  it('give what is alone the whole width, and end a group where nothing reaches over', () => {
    const { placed } = intoLanes(
      [
        { top: 0, bottom: 10 },
        { top: 5, bottom: 15 },
        { top: 15, bottom: 20 }
      ],
      { mostLanes: 4 }
    )
    expect(placed.map(({ lane, laneCount }) => [lane, laneCount])).toEqual([
      [0, 2],
      [1, 2],
      [0, 1]
    ])
  })

  it('put what finds no room into a mark that counts it', () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ top: 0, bottom: 100 + index }))
    const { placed, overflows } = intoLanes(many, { mostLanes: 4 })
    expect(placed).toHaveLength(3)
    expect(overflows).toHaveLength(1)
    expect(overflows[0]?.items).toHaveLength(37)
  })

  it('lay a late one on the right half of one that began long before, and only where its words stay', () => {
    const ride = { mostLanes: 4, rideMinutes: 200 }
    const day = { top: 500, bottom: 1_100 }
    const late = intoLanes([day, { top: 900, bottom: 1_000 }], ride).placed
    expect(late.map(({ laneCount, isRider }) => [laneCount, isRider])).toEqual([
      [1, false],
      [1, true]
    ])
    const soon = intoLanes([day, { top: 600, bottom: 1_000 }], ride).placed
    expect(soon.map(({ laneCount, isRider }) => [laneCount, isRider])).toEqual([
      [2, false],
      [2, false]
    ])
  })
})
