/** A run in one line, as lists and pages show it. */
import { formatBytes } from '../../../shared/byteWords.ts'
import type { InputSet, RunSummary } from '../../../shared/run.ts'
import type { RunCounts, StoredRun } from '../../storage/runStore.ts'

/** Of one that is at work now. */
export interface AtWork {
  doing: string
  remainingMs: number | null
}

export function summaryOf(run: StoredRun, counts: RunCounts, atWork: AtWork | null): RunSummary {
  const { outputTokens, answerMs } = counts
  return {
    id: run.id,
    chainId: run.chain.id,
    chainName: run.chain.name,
    status: run.status,
    order: run.order,
    autoUnload: run.autoUnload,
    inputId: run.inputId,
    inputWords: run.inputWords,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    workedMs: run.workedMs,
    itemCount: run.itemCount,
    items: counts.items,
    notedItems: counts.notedItems,
    stepRuns: run.itemCount * run.chain.steps.length,
    stepRunsDone: counts.stepRunsDone,
    loads: run.loads,
    plannedLoads: run.plannedLoads,
    peakBytes: run.peakBytes,
    plannedPeakBytes: run.plannedPeakBytes,
    outputTokens,
    tokensPerSecond: outputTokens > 0 && answerMs > 0 ? (outputTokens * 1_000) / answerMs : null,
    remainingMs: atWork?.remainingMs ?? null,
    doing: atWork?.doing ?? null,
    error: run.error
  }
}

const kindWords: Record<InputSet['kind'], readonly [one: string, more: string]> = {
  text: ['text', 'texts'],
  lines: ['line', 'lines'],
  csv: ['row', 'rows'],
  jsonl: ['line', 'lines'],
  files: ['file', 'files']
}

/** "40 files, 312 kB" */
export function inputWords({ kind, itemCount, bytes }: Pick<InputSet, 'kind' | 'itemCount' | 'bytes'>): string {
  const [one, more] = kindWords[kind]
  return `${itemCount.toLocaleString('en-US')} ${itemCount === 1 ? one : more}, ${formatBytes(bytes)}`
}
