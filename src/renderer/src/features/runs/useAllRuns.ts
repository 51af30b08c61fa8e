/** The mirror's runs, and behind them the older ones that were asked for by hand. */
import { useMemo, useState } from 'react'
import type { RunSummary } from '../../../../shared/run.ts'
import { notifyFailure } from '../../actions/notify.ts'
import { request } from '../../host/client.ts'
import { runListLength, useRunStore } from '../../stores/runStore.ts'
import { joinOlder, type LongerList } from './olderRuns.ts'

interface AllRuns {
  runs: readonly RunSummary[]
  hasOlder: boolean
  showOlder(): Promise<void>
}

export function useAllRuns(): AllRuns {
  const newest = useRunStore((mirror) => mirror.runs)
  const [longer, setLonger] = useState<LongerList>({ runs: [], isWhole: false })
  const { runs, isWhole } = useMemo(() => joinOlder(newest, longer), [newest, longer])
  return {
    runs,
    hasOlder: newest.length >= runListLength && !isWhole,
    async showOlder() {
      const last = runs.at(-1)
      if (last === undefined) return
      try {
        const page = await request('runs.list', { beforeAt: last.createdAt, beforeId: last.id, limit: runListLength })
        setLonger({ runs: [...runs, ...page.runs], isWhole: page.runs.length < runListLength })
      } catch (thrown) {
        notifyFailure('Older runs were not read', thrown)
      }
    }
  }
}
