/** Keeps the core's preview of the shown week, with the rule in hand as if it were saved: asked anew whenever something of it changes. */
import { useEffect, useMemo, useState } from 'react'
import type { Input } from '../../../../shared/contract.ts'
import type { Preview, Rule } from '../../../../shared/schedule.ts'
import { request } from '../../host/client.ts'
import { createLatestAsker } from '../../lib/latestAsker.ts'
import { pageClock } from '../../lib/pageClock.ts'
import { useNow } from '../../lib/useNow.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'
import { useRuleStore } from '../../stores/ruleStore.ts'
import { useSettingStore } from '../../stores/settingStore.ts'
import { ruleOf } from './ruleFields.ts'
import { useScheduleStore } from './scheduleStore.ts'

/** While a person types: no more often than this. */
const everyMs = 200
/** Needs and load times are learned all the time, and what is over becomes past. */
const renewalMs = 30_000
const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Nine days from yesterday on hold the seven shown ones in any zone, with days of 25 hours. */
const askedDays = 9
const headMs = 26 * hourMs

function createAsker() {
  return createLatestAsker({
    ask: (question: Input<'warmup.preview'>) => request('warmup.preview', question),
    take: (preview: Preview) =>
      useScheduleStore.setState({ preview, previewFailure: null, timeZone: preview.timeZone }),
    fail: (previewFailure) => useScheduleStore.setState({ previewFailure }),
    everyMs,
    clock: pageClock
  })
}

/** The rule in hand as far as it is one. */
export function useDraft(): Rule | null {
  const editing = useScheduleStore((state) => state.editing)
  return useMemo(() => (editing === null ? null : ruleOf(editing.ruleId, editing.fields)), [editing])
}

/** Drawn as it was last answered; a rule that is being written is planned as it is switched on. */
export function usePreview(): { ask: () => void } {
  const [asker] = useState(createAsker)
  const draft = useDraft()
  const weeksAhead = useScheduleStore((state) => state.weeksAhead)
  const isConnected = useConnectionStore(({ connection }) => connection === 'open')
  const rules = useRuleStore((mirror) => mirror.rules)
  const settings = useSettingStore((mirror) => mirror.settings)
  const renewal = Math.floor(useNow() / renewalMs)
  const text = JSON.stringify({
    fromAt: renewal * renewalMs - headMs + weeksAhead * 7 * dayMs,
    days: askedDays,
    ...(draft !== null && { draft: { ...draft, isEnabled: true } })
  } satisfies Input<'warmup.preview'>)
  const question = useMemo(() => JSON.parse(text) as Input<'warmup.preview'>, [text])
  useEffect(() => {
    if (isConnected && document.visibilityState !== 'hidden') asker.ask(question)
  }, [asker, isConnected, question, rules, settings])
  useEffect(() => () => asker.stop(), [asker])
  return { ask: () => asker.ask(question) }
}
