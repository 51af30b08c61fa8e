import { describe, expect, it } from 'vitest'
import type { ActivityEvent } from '../../../../shared/activity.ts'
import type { Input } from '../../../../shared/contract.ts'
import type { Client } from '../../host/createClient.ts'
import { askHistory } from './askHistory.ts'

/** A core with so many events, the newest first, and a note of what it was asked. */
function coreWith(eventCount: number) {
  const asked: Input<'events.list'>[] = []
  const request = async (route: string, input: unknown): Promise<unknown> => {
    if (route === 'memory.history') return { fromAt: 100.5, toAt: 900.5, stepMs: 60_000, points: [] }
    const query = input as Input<'events.list'>
    asked.push(query)
    const newest = (query.beforeId ?? eventCount + 1) - 1
    const count = Math.min(query.limit ?? 200, newest)
    return { events: Array.from({ length: count }, (_, index) => ({ id: newest - index }) as ActivityEvent) }
  }
  return { asked, request: request as Client['request'] }
}

describe('askHistory', () => {
  it('reads all events of a busy month, not only the newest page, oldest first', async () => {
    const { asked, request } = coreWith(2_300)
    const { events } = await askHistory(request, { rangeMs: 1_000, toAt: null }, 0)
    expect(events).toHaveLength(2_300)
    expect(events[0]?.id).toBe(1)
    expect(asked.map(({ beforeId }) => beforeId)).toEqual([undefined, 1_301, 301])
    expect(asked[0]).toMatchObject({ fromAt: 100, toAt: 901 })
  })

  it('stops somewhere, however many there are', async () => {
    const { asked, request } = coreWith(50_000)
    expect((await askHistory(request, { rangeMs: 1_000, toAt: null }, 0)).events).toHaveLength(5_000)
    expect(asked).toHaveLength(5)
  })
})
