/** What warmth has saved: an answer that found its model ready and idle avoided a load, at the usual time of a load here. */
import type { ModelId, Saving } from '../../shared/model.ts'
import { modelKey, parseModelKey } from '../../shared/modelKey.ts'
import type { Clock } from '../lib/clock.ts'
import type { ModelTimingStore } from '../storage/modelTimings.ts'
import type { SavedTimeStore } from '../storage/savedTime.ts'
import { nextMidnight, startOfDay, weekBefore } from './localDays.ts'
import { usualLoadMs } from './measured.ts'

export interface Savings {
  /** Of models of which a load time or a saving is known. */
  list(): Saving[]
  /** An answer found its model ready and idle. Before the first measured load nobody knows what that saved, and nothing is counted. */
  avoidedLoad(id: ModelId): void
  /** The usual time of a load changed. */
  loadTimed(): void
}

interface SavingsDeps {
  timings: ModelTimingStore
  saved: SavedTimeStore
  onChanged: (savings: Saving[]) => void
  clock: Clock
}

/** A timer stands still while the machine sleeps: the way to midnight is taken in steps. */
const longestStepMs = 300_000
const none = { coldStarts: 0, savedMs: 0 }

export function createSavings({ timings, saved, onChanged, clock }: SavingsDeps): Savings {
  let cancelMidnight = (): void => {}

  /** "Today" ends by itself: whoever looks at it is told. */
  function awaitMidnight(): void {
    cancelMidnight()
    const midnight = nextMidnight(clock.now())
    const step = (): void => {
      const leftMs = midnight - clock.now()
      if (leftMs <= 0) return tell()
      cancelMidnight = clock.after(Math.min(leftMs, longestStepMs), step)
    }
    step()
  }

  function tell(): void {
    onChanged(list())
  }

  function list(): Saving[] {
    const now = clock.now()
    const today = saved.since(startOfDay(now))
    const week = saved.since(weekBefore(now))
    if (today.size > 0) awaitMidnight()
    const timed = timings.models().filter((id) => usualLoadMs(timings, id) !== null)
    const keys = new Set([...timed.map(modelKey), ...week.keys()])
    return [...keys].map((key) => {
      const id = parseModelKey(key)
      const [ofToday, ofWeek] = [today.get(key) ?? none, week.get(key) ?? none]
      return {
        id,
        usualLoadMs: usualLoadMs(timings, id),
        todayColdStarts: ofToday.coldStarts,
        todayMs: ofToday.savedMs,
        weekColdStarts: ofWeek.coldStarts,
        weekMs: ofWeek.savedMs
      }
    })
  }

  return {
    list,
    avoidedLoad(id) {
      const usualMs = usualLoadMs(timings, id)
      if (usualMs === null) return
      saved.add(id, usualMs)
      tell()
    },
    loadTimed: tell
  }
}
