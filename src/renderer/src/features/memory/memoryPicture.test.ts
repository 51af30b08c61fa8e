import { describe, expect, it } from 'vitest'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import type { HistoryState } from './historyFeed.ts'
import { drawnFromHistory, drawnFromMirror, questionFor, type Drawn, type Wish } from './memoryPicture.ts'
import { liveView, zoomedTo, type MemoryView } from './memoryView.ts'
import { testPoint } from './testPoint.ts'

const hour = 3_600_000
const now = 1_800_000_000_000
const points = Array.from({ length: 61 }, (_, index) => testPoint(now - (60 - index) * 60_000))
const paused: MemoryView = { kind: 'paused', pausedAt: now }
const zoomed = zoomedTo(liveView, { fromAt: now - 120_000, toAt: now - 60_000 }, now)
const nothing: HistoryState = { question: null, answered: null, isAsking: false, failure: null }

function wish(view: MemoryView, rangeMs = hour, at = now): Wish {
  return { view, rangeMs, now: at }
}

function mirrored(at: Wish, before: Drawn | null = null): Drawn {
  return drawnFromMirror(at, () => points, before, 'known')
}

function answered(question: { rangeMs: number; toAt: number | null }, toAt = now): HistoryState {
  const events = [{ id: 1 } as ActivityEvent]
  const answer = { fromAt: toAt - question.rangeMs, toAt, stepMs: 60_000, points, events }
  return { ...nothing, question, answered: { question, answer } }
}

describe('where the points come from', () => {
  it('asks nothing for the live hour, and the core for more or for a zoomed span', () => {
    expect(questionFor(wish(liveView), null)).toBeNull()
    expect(questionFor(wish(liveView, 6 * hour), null)).toEqual({ rangeMs: 6 * hour, toAt: null })
    expect(questionFor(wish(zoomed), null)).toEqual({ rangeMs: 60_000, toAt: now - 60_000 })
  })

  it('keeps the picture of a pause however long it lasts, and asks for it only when it was not drawn', () => {
    expect(questionFor(wish(paused), null)).toBeNull()
    const drawn = mirrored(wish(paused))
    expect(questionFor(wish(paused, hour, now + hour), drawn)).toBeNull()
    expect(mirrored(wish(paused, hour, now + hour), drawn)).toBe(drawn)
    // Another range, or back from another screen: the mirror may have forgotten what stood at the left edge.
    expect(questionFor(wish(paused, 300_000, now + hour), drawn)).toEqual({ rangeMs: 300_000, toAt: now })
    expect(questionFor(wish(paused, hour, now + hour), null)).toEqual({ rangeMs: hour, toAt: now })
  })
})

describe('what is drawn', () => {
  it('is one picture a second at most, and the same object until then', () => {
    const first = mirrored(wish(liveView, 300_000))
    expect(mirrored(wish(liveView, 300_000, now + 900), first)).toBe(first)
    expect(mirrored(wish(liveView, 300_000, now + 1_000), first)).not.toBe(first)
  })

  it('stays while a longer range is on its way, with the time it shows: no empty picture in between', () => {
    const question = { rangeMs: 6 * hour, toAt: null }
    const before = mirrored(wish(liveView))
    expect(drawnFromHistory(wish(liveView, 6 * hour), nothing, question, before)).toBe(before)
    const drawn = drawnFromHistory(wish(liveView, 6 * hour), answered(question), question, before)
    expect(drawn.frame).toMatchObject({ fromAt: now - 6 * hour, toAt: now })
    expect(drawn.events).toHaveLength(1)
    expect(drawnFromHistory(wish(liveView, 6 * hour, now + 9_000), answered(question), question, drawn)).toBe(drawn)
  })

  it('shows a zoomed span at once from what is there, then from what was asked for', () => {
    const question = { rangeMs: 60_000, toAt: now - 60_000 }
    const rough = drawnFromHistory(wish(zoomed), nothing, question, mirrored(wish(liveView)))
    expect(rough.frame).toMatchObject({ fromAt: now - 120_000, toAt: now - 60_000 })
    expect(rough.frame.rows.length).toBeGreaterThan(1)
    const fine = drawnFromHistory(wish(zoomed), answered(question), question, rough)
    expect(fine.frame).toMatchObject({ fromAt: now - 120_000, toAt: now - 60_000 })
    expect(fine.key).not.toBe(rough.key)
  })

  it('is an empty frame of the right span when nothing is known yet', () => {
    const question = { rangeMs: 6 * hour, toAt: null }
    const { frame } = drawnFromHistory(wish(liveView, 6 * hour), nothing, question, null)
    expect(frame).toMatchObject({ fromAt: now - 6 * hour, toAt: now, rows: [] })
  })
})
