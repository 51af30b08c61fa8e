/** The live words beside "Schedule" in the sidebar: small, because every start of the page carries it. */
import { coreNow } from '../../lib/coreClock.ts'
import { useRuleStore } from '../../stores/ruleStore.ts'
import { useScheduleStore } from './scheduleStore.ts'
import { pageZone, shortMomentWords, zoneOf } from './zone.ts'

/** "next 17:55", "Thu 08:30"; "warming up" while one runs; null where no clock tells. */
export function useNextRuleWords(): string | null {
  const isWarming = useRuleStore(({ rules }) => rules.some(({ isRunning }) => isRunning))
  const nextAt = useRuleStore(({ rules }) => {
    const times = rules.flatMap((each) => (each.rule.isEnabled && each.nextAt !== null ? [each.nextAt] : []))
    return times.length === 0 ? null : Math.min(...times)
  })
  const timeZone = useScheduleStore((state) => state.timeZone)
  if (isWarming) return 'warming up'
  if (nextAt === null) return null
  const zone = timeZone === null ? pageZone() : zoneOf(timeZone)
  const moment = shortMomentWords(zone, nextAt, coreNow())
  // A day says by itself that it is ahead, and the sidebar has no room for both.
  return moment.includes(' ') ? moment : `next ${moment}`
}
