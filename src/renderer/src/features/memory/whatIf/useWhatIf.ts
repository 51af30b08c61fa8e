/** Keeps the core's answer to what is ticked: asked on every change, a drag included, and now and then because memory moves. */
import { useEffect, useMemo, useState } from 'react'
import type { Input } from '../../../../../shared/contract.ts'
import type { Model } from '../../../../../shared/model.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'
import { request } from '../../../host/client.ts'
import { createLatestAsker } from '../../../lib/latestAsker.ts'
import { pageClock } from '../../../lib/pageClock.ts'
import { useNow } from '../../../lib/useNow.ts'
import { useConnectionStore } from '../../../stores/connectionStore.ts'
import { useFitStore } from '../../../stores/fitStore.ts'
import { useHostStore } from '../../../stores/hostStore.ts'
import { isResident, useModelStore } from '../../../stores/modelStore.ts'
import { inMemory, withoutGone, type WhatIfChoice } from './whatIfChoice.ts'
import { arranged, offeredModels, questionOf } from './whatIfModels.ts'
import { choose, useWhatIfStore } from './whatIfStore.ts'

/** The core answers in a few milliseconds; more often than this nobody sees. */
const everyMs = 80
/** Other programs take and give back memory all the time. */
const renewalMs = 5_000

export interface WhatIfView {
  choice: WhatIfChoice
  top: Model[]
  others: Model[]
  /** How many could be ticked beside those on top, whatever is searched for. */
  otherCount: number
  /** All models, those of other machines too. */
  models: readonly Model[]
  question: Input<'models.whatIf'>
}

function createAsker() {
  return createLatestAsker({
    ask: (question: Input<'models.whatIf'>) => request('models.whatIf', question),
    take: (answer) => useWhatIfStore.setState({ answer, failure: null }),
    fail: (failure) => useWhatIfStore.setState({ failure }),
    everyMs,
    clock: pageClock
  })
}

export function useWhatIf(): WhatIfView {
  const choice = useWhatIfStore((state) => state.choice)
  const search = useWhatIfStore((state) => state.search)
  const { byKey, keys } = useModelStore()
  const hosts = useHostStore((mirror) => mirror.hosts)
  const models = useMemo(() => keys.flatMap((key) => byKey[key] ?? []), [byKey, keys])
  const offered = useMemo(() => offeredModels(models, hosts), [models, hosts])
  useEffect(() => {
    const known = new Set(offered.map(({ id }) => modelKey(id)))
    const loaded = offered.filter(isResident).map(({ id }) => modelKey(id))
    choose((before) => inMemory(withoutGone(before, known), loaded))
    // After a reset too, when nothing is chosen by hand any more.
  }, [offered, choice.isTouched])
  const { top, others } = useMemo(() => arranged(offered, choice, search), [offered, choice, search])
  const question = useSame(questionOf(top, choice))
  useAsking(question)
  return { choice, top, others, otherCount: offered.length - top.length, models, question }
}

function useAsking(question: Input<'models.whatIf'>): void {
  const [asker] = useState(createAsker)
  const isConnected = useConnectionStore(({ connection }) => connection === 'open')
  // The core tells when the room or a need has changed; the clock covers what it does not tell, and stands still while nobody looks.
  const fits = useFitStore((mirror) => mirror.byKey)
  const renewal = Math.floor(useNow() / renewalMs)
  useEffect(() => {
    if (isConnected && document.visibilityState !== 'hidden') asker.ask(question)
  }, [asker, isConnected, question, fits, renewal])
  useEffect(() => () => asker.stop(), [asker])
}

/** The same object while it says the same. */
function useSame(question: Input<'models.whatIf'>): Input<'models.whatIf'> {
  const text = JSON.stringify(question)
  return useMemo(() => JSON.parse(text) as Input<'models.whatIf'>, [text])
}
