/** Two runs in figures beside each other, and which of them did better where that can be said. Pure. */
import type { RunDetail, RunSummary } from '../../../../../shared/run.ts'
import { formatAgo, formatBytes, formatCount, formatDuration, formatTokenRate, plural } from '../../../lib/format.ts'
import { orderLabels } from '../../plan/planWords.ts'
import { itemsWords } from '../runWords.ts'
import { chainDifferences } from './comparedChains.ts'
import { areModelsSame, comparedModels } from './comparedModels.ts'

interface ComparedFigure {
  label: string
  values: readonly [string, string]
  /** Beside them: what was planned. */
  notes: readonly [string | null, string | null]
  /** 0 the first, 1 the second; null: the same, or nothing to judge. */
  better: 0 | 1 | null
  /** Of what was set, not of what came of it: the runs differ in it. */
  isUnlike: boolean
}

type Measure = (run: RunSummary) => number | null
type Say = (run: RunSummary) => string
type Both = readonly [RunDetail, RunDetail]

const unknown = '–'

function betterOf(runs: readonly [RunSummary, RunSummary], measure: Measure, isLess: boolean): 0 | 1 | null {
  const [a, b] = [measure(runs[0]), measure(runs[1])]
  if (a === null || b === null || a === b) return null
  return a < b === isLess ? 0 : 1
}

/** The same steps of the same items, as far as both came. */
function isSameWork([a, b]: readonly [RunSummary, RunSummary]): boolean {
  return a.inputId === b.inputId && a.itemCount === b.itemCount && a.stepRunsDone === b.stepRunsDone
}

/** Loads and times are only judged where both did the same work, speed only where the same models did it. */
export function comparedFigures(details: Both, now: number, hostName: (hostId: string) => string): ComparedFigure[] {
  const runs = [details[0].run, details[1].run] as const
  const isJudged = isSameWork(runs)
  const row = (label: string, say: Say, more: Partial<ComparedFigure> = {}): ComparedFigure => {
    const values = [say(runs[0]), say(runs[1])] as const
    return { label, values, notes: [null, null], better: null, isUnlike: false, ...more }
  }
  const set = (label: string, say: Say): ComparedFigure => row(label, say, { isUnlike: say(runs[0]) !== say(runs[1]) })
  const judge = (measure: Measure, isLess = true) => (isJudged ? betterOf(runs, measure, isLess) : null)
  const planned = (say: (run: RunSummary) => string | null) => ({ notes: [say(runs[0]), say(runs[1])] as const })
  return [
    row('Begun', (run) => formatAgo(run.createdAt, now)),
    row('Input', (run) => run.inputWords, { isUnlike: runs[0].inputId !== runs[1].inputId }),
    ...comparedModels(details, hostName).map((models) => ({ ...models, notes: [null, null] as const, better: null })),
    set('Order', (run) => orderLabels[run.order]),
    set('Unload after use', (run) => (run.autoUnload ? 'On' : 'Off')),
    row('Items', itemsWords),
    row('Loads', (run) => formatCount(run.loads), {
      better: judge((run) => run.loads),
      ...planned(({ plannedLoads }) => (plannedLoads === null ? null : `${formatCount(plannedLoads)} planned`))
    }),
    row(
      'Peak memory',
      (run) => formatBytes(run.peakBytes, unknown),
      planned(({ plannedPeakBytes }) => (plannedPeakBytes === null ? null : `${formatBytes(plannedPeakBytes)} planned`))
    ),
    row('Time', (run) => (run.startedAt === null ? unknown : formatDuration(run.workedMs)), {
      better: judge((run) => (run.startedAt === null ? null : run.workedMs))
    }),
    row('Speed', (run) => formatTokenRate(run.tokensPerSecond, unknown), {
      better: areModelsSame(details) ? judge((run) => run.tokensPerSecond, false) : null
    }),
    row('Output', (run) => plural(run.outputTokens, 'token'))
  ]
}

/** Why the two are not quite alike; null: they are. */
export function unlikeWords([one, other]: Both): string | null {
  const [a, b] = [one.run, other.run]
  const isSameInput = a.inputId === b.inputId
  const unlike = chainDifferences([one.chain, other.chain]).join(', ')
  const sentences: string[] = []
  if (!isSameInput) sentences.push('They ran on different inputs: items are set beside each other by their place.')
  if (a.chainId !== b.chainId) {
    const inputs = isSameInput ? ' on the same inputs' : ''
    sentences.push(`They are runs of different chains${inputs}${unlike && `: ${unlike}`}.`)
  } else if (unlike !== '') sentences.push(`The chain was changed between them: ${unlike}.`)
  return sentences.join(' ') || null
}
