/** One run as it is by now: its summary and progress from the mirrors, its chain and what the mirrors do not have asked for. */
import { useEffect, useState } from 'react'
import type { RunDetail } from '../../../../shared/run.ts'
import { failureWords } from '../../host/failureWords.ts'
import { request } from '../../host/client.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'
import { useRunStore } from '../../stores/runStore.ts'

export interface ShownRun {
  detail: RunDetail | null
  failure: string | null
  retry: () => void
}

export function useRunDetail(runId: string): ShownRun {
  const live = useRunStore((mirror) => mirror.runs.find(({ id }) => id === runId) ?? null)
  const progress = useRunStore((mirror) => mirror.progress[runId] ?? null)
  const isConnected = useConnectionStore(({ connection }) => connection === 'open')
  const [asked, setAsked] = useState<{ detail: RunDetail | null; failure: string | null }>({
    detail: null,
    failure: null
  })
  const [question, setQuestion] = useState(0)
  const status = live?.status
  useEffect(() => {
    if (!isConnected) return
    let isGone = false
    request('runs.get', { runId }).then(
      (detail) => !isGone && setAsked({ detail, failure: null }),
      (thrown: unknown) => !isGone && setAsked((before) => ({ ...before, failure: failureWords(thrown) }))
    )
    return () => void (isGone = true)
    // Its last progress comes with its end.
  }, [runId, status, isConnected, question])
  const { detail, failure } = asked
  const isOfRun = detail?.run.id === runId
  const newest = progress !== null && (!isOfRun || progress.nowMs >= detail.progress.nowMs) ? progress : null
  return {
    detail: isOfRun ? { ...detail, run: live ?? detail.run, progress: newest ?? detail.progress } : null,
    failure: isOfRun ? null : failure,
    retry: () => setQuestion((before) => before + 1)
  }
}
