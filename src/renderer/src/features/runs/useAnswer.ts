/** The answer to a question about runs: asked anew for another key, and whenever something may have been missed. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { failureWords } from '../../host/failureWords.ts'
import { useRunStore } from '../../stores/runStore.ts'

interface Answered<Answer> {
  /** The last one that came, which may be to an earlier key. */
  answer: Answer | null
  /** Why there is no newer one. */
  failure: string | null
}

/** `key` null: nothing is asked. */
export function useAnswer<Answer>(key: string | null, ask: () => Promise<Answer>): Answered<Answer> {
  const [state, setState] = useState<Answered<Answer>>({ answer: null, failure: null })
  const snapshots = useRunStore((mirror) => mirror.snapshots)
  const latestAsk = useRef(ask)
  useLayoutEffect(() => void (latestAsk.current = ask))
  useEffect(() => {
    if (key === null) return
    let isGone = false
    latestAsk.current().then(
      (answer) => !isGone && setState({ answer, failure: null }),
      (thrown: unknown) => !isGone && setState((before) => ({ ...before, failure: failureWords(thrown) }))
    )
    return () => void (isGone = true)
  }, [key, snapshots])
  return state
}
