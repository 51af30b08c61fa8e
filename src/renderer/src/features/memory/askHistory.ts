/** The rows and the events of one span, as the core keeps them. */
import type { ActivityEvent } from '../../../../shared/activity.ts'
import type { Client } from '../../host/createClient.ts'
import { withEdges, type HistoryAnswer, type HistoryQuestion } from './historyFeed.ts'

const eventsAPage = 1_000
/** Beyond this many pages the oldest events of the span are left to the Activity screen. */
const mostPages = 5

export async function askHistory(
  request: Client['request'],
  question: HistoryQuestion,
  now: number
): Promise<HistoryAnswer> {
  const history = await request('memory.history', { ...withEdges(question, now), maxPoints: 600 })
  return { ...history, events: await eventsOf(request, history) }
}

/** Oldest first. */
async function eventsOf(
  request: Client['request'],
  { fromAt, toAt }: { fromAt: number; toAt: number }
): Promise<ActivityEvent[]> {
  const found: ActivityEvent[] = []
  for (let page = 0; page < mostPages; page++) {
    const last = found.at(-1)
    const { events } = await request('events.list', {
      fromAt: Math.floor(fromAt),
      toAt: Math.ceil(toAt),
      limit: eventsAPage,
      ...(last && { beforeId: last.id })
    })
    found.push(...events)
    if (events.length < eventsAPage) break
  }
  return found.reverse()
}
