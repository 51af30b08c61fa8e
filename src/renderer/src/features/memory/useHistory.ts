/** The stored past on the page: asked while somebody looks and the core is there, forgotten when nobody wants it. */
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { request } from '../../host/client.ts'
import { coreNow } from '../../lib/coreClock.ts'
import { pageClock } from '../../lib/pageClock.ts'
import { showInColour } from '../../stores/colourStore.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'
import { askHistory } from './askHistory.ts'
import { createHistoryFeed, type HistoryAnswer, type HistoryQuestion, type HistoryState } from './historyFeed.ts'

export interface History extends HistoryState {
  retry(): void
}

const nothing: HistoryState = { question: null, answered: null, isAsking: false, failure: null }

function createHistory() {
  const store = createStore<HistoryState>(() => nothing)
  const feed = createHistoryFeed({ ask, clock: pageClock, onChange: (state) => store.setState(state) })
  return { store, feed }
}

async function ask(question: HistoryQuestion): Promise<HistoryAnswer> {
  const answer = await askHistory(request, question, coreNow())
  showInColour([...new Set(answer.points.flatMap((point) => Object.keys(point.held)))])
  return answer
}

export function useHistory(question: HistoryQuestion | null): History {
  const [{ store, feed }] = useState(createHistory)
  const isConnected = useConnectionStore(({ connection }) => connection === 'open')
  const { rangeMs, toAt } = question ?? { rangeMs: null, toAt: null }
  useEffect(() => {
    const follow = (): void => feed.setLooking(isConnected && document.visibilityState !== 'hidden')
    follow()
    document.addEventListener('visibilitychange', follow)
    return () => document.removeEventListener('visibilitychange', follow)
  }, [feed, isConnected])
  useEffect(() => feed.want(rangeMs === null ? null : { rangeMs, toAt }), [feed, rangeMs, toAt])
  useEffect(() => () => feed.want(null), [feed])
  return { ...useStore(store), retry: feed.retry }
}
