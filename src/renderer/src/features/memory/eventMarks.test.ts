import { describe, expect, it } from 'vitest'
import type { ActivityEvent, ActivityKind } from '../../../../shared/activity.ts'
import { eventMarks } from './eventMarks.ts'

function event(id: number, at: number, kind: ActivityKind = 'loaded'): ActivityEvent {
  return {
    id,
    at,
    kind,
    actor: 'you',
    modelId: null,
    hostId: null,
    reason: null,
    durationMs: null,
    bytes: null,
    error: null
  }
}

describe('eventMarks', () => {
  it('places marks by time, oldest first, whatever order the log has', () => {
    const marks = eventMarks([event(2, 750), event(1, 250)], 0, 1_000, 0.01)
    expect(marks.map((mark) => mark.position)).toEqual([0.25, 0.75])
  })

  it('makes one mark of events that would lie on top of each other, and loses none of them', () => {
    const marks = eventMarks([event(1, 100), event(2, 105), event(3, 112), event(4, 500)], 0, 1_000, 0.02)
    expect(marks.map((mark) => mark.events.map(({ id }) => id))).toEqual([[1, 2, 3], [4]])
  })

  it('leaves out what is outside the range or moves no memory', () => {
    expect(
      eventMarks([event(1, -1), event(2, 1_001), event(3, 500, 'pulled'), event(4, 500, 'copied')], 0, 1_000, 0.01)
    ).toEqual([])
  })
})
