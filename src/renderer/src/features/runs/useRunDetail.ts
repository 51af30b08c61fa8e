/** One run as it is by now: its summary and progress from the mirrors, its chain and what the mirrors do not have asked for. */
import { useState } from 'react'
import type { RunDetail } from '../../../../shared/run.ts'
import { request } from '../../host/client.ts'
import { useRunStore } from '../../stores/runStore.ts'
import { useAnswer } from './useAnswer.ts'

interface ShownRun {
  detail: RunDetail | null
  failure: string | null
  retry: () => void
}

export function useRunDetail(runId: string): ShownRun {
  const live = useRunStore((mirror) => mirror.runs.find(({ id }) => id === runId))
  const progress = useRunStore((mirror) => mirror.progress[runId])
  const [tries, setTries] = useState(0)
  // Asked again when its status changes: its last progress comes with its end.
  const key = `${live?.status} ${tries}`
  const { answer, failure } = useAnswer(key, () => request('runs.get', { runId }))
  const retry = (): void => setTries(tries + 1)
  if (answer === null) return { detail: null, failure, retry }
  const isNewer = progress !== undefined && progress.nowMs >= answer.progress.nowMs
  const detail = { ...answer, run: live ?? answer.run, progress: isNewer ? progress : answer.progress }
  return { detail, failure: null, retry }
}
