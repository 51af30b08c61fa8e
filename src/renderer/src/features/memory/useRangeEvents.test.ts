import { describe, expect, it } from 'vitest'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import { joined } from './useRangeEvents.ts'

const events = (...ids: number[]): ActivityEvent[] => ids.map((id) => ({ id }) as ActivityEvent)
const idsOf = (list: readonly ActivityEvent[]): number[] => list.map(({ id }) => id)

describe('events of a range', () => {
  it('joins what was read of the log with what came since, each once: an event just now is in the list of a week too', () => {
    expect(idsOf(joined(events(1, 2, 3), events(5, 4, 3, 2)))).toEqual([1, 2, 3, 4, 5])
  })

  it('is the newest ones alone for the live hour', () => {
    expect(idsOf(joined([], events(3, 2, 1)))).toEqual([1, 2, 3])
  })
})
