/** What warmth has saved, in words; nothing where nothing is known. Pure. */
import type { Saving } from '../../../../shared/model.ts'
import { formatDuration, plural } from '../../lib/format.ts'

/** "Warmth saved 2 min 10 s today, 14 cold starts." */
export function savingWords(saving: Saving | undefined): string | null {
  if (saving === undefined) return null
  const { todayColdStarts, todayMs, weekColdStarts, weekMs } = saving
  if (todayColdStarts > 0) return sentence(todayMs, todayColdStarts, 'today')
  return weekColdStarts > 0 ? sentence(weekMs, weekColdStarts, 'in seven days') : null
}

function sentence(savedMs: number, coldStarts: number, when: string): string {
  const starts = plural(coldStarts, 'cold start')
  // Without a load measured here the time is not known, and not guessed.
  return savedMs > 0 ? `Warmth saved ${formatDuration(savedMs)} ${when}, ${starts}.` : `Warmth saved ${starts} ${when}.`
}

export interface SavingTotal {
  words: string
  week: string
}

/** Of all models: "Warmth saved 6 min 40 s today"; null where nothing was saved in seven days. */
export function savingTotal(savings: readonly Saving[]): SavingTotal | null {
  const sum = (of: (saving: Saving) => number): number => savings.reduce((total, each) => total + of(each), 0)
  const todayMs = sum(({ todayMs: ms }) => ms)
  const weekMs = sum(({ weekMs: ms }) => ms)
  if (weekMs === 0) return null
  const week = `${formatDuration(weekMs)} and ${plural(
    sum(({ weekColdStarts }) => weekColdStarts),
    'cold start'
  )} in seven days`
  const words =
    todayMs > 0 ? `Warmth saved ${formatDuration(todayMs)} today` : `Warmth saved ${formatDuration(weekMs)} in 7 days`
  return { words, week }
}
