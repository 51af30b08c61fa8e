/** Keeps the core's plan for the inputs and wishes of the dialog: asked anew with every change, the newest answer wins. */
import { useEffect, useMemo, useState } from 'react'
import type { Input, Output } from '../../../../shared/contract.ts'
import { request } from '../../host/client.ts'
import { failureWords } from '../../host/failureWords.ts'
import { createLatestAsker } from '../../lib/latestAsker.ts'
import { pageClock } from '../../lib/pageClock.ts'

type Question = Input<'chains.plan'>

export interface WishedPlan {
  answer: Output<'chains.plan'> | null
  /** The question has changed since. */
  isOld: boolean
  failure: string | null
}

const everyMs = 200

export function useWishedPlan(question: Question): WishedPlan {
  const [state, setState] = useState<{ answer: WishedPlan['answer']; to: Question | null; failure: string | null }>({
    answer: null,
    to: null,
    failure: null
  })
  const [asker] = useState(() =>
    createLatestAsker({
      ask: (asked: Question) => request('chains.plan', asked),
      take: (answer: Output<'chains.plan'>, to: Question) => setState({ answer, to, failure: null }),
      fail: (thrown, to: Question) => setState({ answer: null, to, failure: failureWords(thrown) }),
      everyMs,
      clock: pageClock
    })
  )
  const text = JSON.stringify(question)
  const asked = useMemo(() => JSON.parse(text) as Question, [text])
  useEffect(() => asker.ask(asked), [asker, asked])
  useEffect(() => () => asker.stop(), [asker])
  return { answer: state.answer, isOld: state.to !== asked, failure: state.failure }
}
