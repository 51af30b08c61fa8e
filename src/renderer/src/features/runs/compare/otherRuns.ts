/** The runs that one can be compared with: those of its own chain first. Pure. */
import type { RunSummary } from '../../../../../shared/run.ts'
import { formatAgo, formatDay, formatTime } from '../../../lib/format.ts'
import { statusWords } from '../runWords.ts'

/** In the menu; all others are a dialog away. */
export const mostInMenu = 12

export function otherRuns(run: RunSummary, runs: readonly RunSummary[]): RunSummary[] {
  const others = runs.filter(({ id }) => id !== run.id)
  return others.sort((a, b) => Number(b.chainId === run.chainId) - Number(a.chainId === run.chainId))
}

/** "Review a folder, 40 files, 312 kB, yesterday". */
export function otherRunWords({ chainName, inputWords, createdAt }: RunSummary, now: number): string {
  return `${chainName}, ${inputWords}, ${formatAgo(createdAt, now)}`
}

interface ChoiceGroup {
  group: string
  items: { value: string; label: string }[]
}

/** With the time and how it ended: of many runs of one day and chain, nothing else tells one from another. */
export function otherRunChoices(run: RunSummary, runs: readonly RunSummary[], now: number): ChoiceGroup[] {
  const choice = (other: RunSummary) => {
    const { id, chainName, inputWords, createdAt } = other
    const when = `${formatDay(createdAt, now)} ${formatTime(createdAt)}`
    const ended = statusWords(other).words.toLocaleLowerCase()
    return { value: id, label: `${chainName}, ${inputWords}, ${when}, ${ended}` }
  }
  const others = otherRuns(run, runs)
  const isOwn = ({ chainId }: RunSummary): boolean => chainId === run.chainId
  return [
    { group: 'Of the same chain', items: others.filter(isOwn).map(choice) },
    { group: 'Of other chains', items: others.filter((other) => !isOwn(other)).map(choice) }
  ].filter(({ items }) => items.length > 0)
}
