/** Two runs in figures beside each other, and which of them did better where that can be said. Pure. */
import type { Chain } from '../../../../shared/chain.ts'
import type { RunSummary } from '../../../../shared/run.ts'
import { formatAgo, formatBytes, formatCount, formatDuration, formatTokenRate } from '../../lib/format.ts'
import { itemsWords } from './runWords.ts'

interface ComparedFigure {
  label: string
  values: readonly [string, string]
  /** 0 the first, 1 the second; null: the same, or nothing to judge. */
  better: 0 | 1 | null
}

type Measure = (run: RunSummary) => number | null

function better(runs: readonly [RunSummary, RunSummary], measure: Measure, isLess: boolean): 0 | 1 | null {
  const [a, b] = [measure(runs[0]), measure(runs[1])]
  if (a === null || b === null || a === b) return null
  return a < b === isLess ? 0 : 1
}

/** Loads and times are only judged where both did the same work. */
export function comparedFigures(runs: readonly [RunSummary, RunSummary], now: number): ComparedFigure[] {
  const isSameWork = runs[0].stepRunsDone === runs[1].stepRunsDone && runs[0].itemCount === runs[1].itemCount
  const row = (label: string, say: (run: RunSummary) => string, measure: Measure | null = null, isLess = true) => ({
    label,
    values: [say(runs[0]), say(runs[1])] as const,
    better: measure === null || (isLess && !isSameWork) ? null : better(runs, measure, isLess)
  })
  return [
    row('Begun', (run) => formatAgo(run.createdAt, now)),
    row('Input', (run) => run.inputWords),
    row('Items', itemsWords),
    row(
      'Loads',
      (run) => formatCount(run.loads),
      (run) => run.loads
    ),
    row('Peak memory', (run) => formatBytes(run.peakBytes, '–')),
    row(
      'Time',
      (run) => (run.startedAt === null ? '–' : formatDuration(run.workedMs)),
      (run) => (run.startedAt === null ? null : run.workedMs)
    ),
    row(
      'Speed',
      (run) => formatTokenRate(run.tokensPerSecond, '–'),
      (run) => run.tokensPerSecond,
      false
    ),
    row('Output', (run) => `${formatCount(run.outputTokens)} tokens`)
  ]
}

export interface ComparedStep {
  /** Empty: the final output. */
  name: string
  ids: readonly [string, string] | null
}

/** What can be set beside each other: the final outputs, and steps of one name. */
export function comparedSteps(chains: readonly [Chain, Chain]): ComparedStep[] {
  const others = new Map(chains[1].steps.map((step) => [step.name, step.id]))
  const both = chains[0].steps.flatMap(({ id, name }): ComparedStep[] => {
    const other = others.get(name)
    return other === undefined ? [] : [{ name, ids: [id, other] }]
  })
  return [{ name: '', ids: null }, ...both]
}

/** Why the two are not quite alike; null: they are. */
export function unlikeWords([a, b]: readonly [RunSummary, RunSummary]): string | null {
  if (a.inputId !== b.inputId) return 'They ran on different inputs: items are set beside each other by their place.'
  return a.chainId === b.chainId ? null : 'They are runs of different chains on the same inputs.'
}
