/** The test bench: every model loaded and asked once, and what came of it. */
import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { BenchResult } from '../../../../shared/diagnostics.ts'
import { testModels } from '../../actions/diagnosticsActions.ts'
import { EmptyState } from '../../components/EmptyState.tsx'
import { formatAgo, plural } from '../../lib/format.ts'
import { useNow } from '../../lib/useNow.ts'
import { useModelStore } from '../../stores/modelStore.ts'
import { goTo } from '../../stores/uiStore.ts'
import { BenchFilterBar } from './BenchFilterBar.tsx'
import { benchRows, countOf, shownRows, type BenchFilter, type BenchRow, type BenchSort } from './benchRows.ts'
import { BenchTable } from './BenchTable.tsx'
import { RunProgress } from './RunProgress.tsx'
import sections from './sections.module.css'
import { useDiagnosticRun, useObstacle } from './useDiagnosticRuns.ts'
import { useHeaderFocus } from './useHeaderFocus.ts'

const worstFirst: BenchSort = { column: 'outcome', isDescending: false }

export function BenchSection({ results }: { results: readonly BenchResult[] }) {
  const { byKey, keys, isKnown } = useModelStore()
  const [search, setSearch] = useState('')
  const [filter, setFilter] = useState<BenchFilter>('all')
  const [sort, setSort] = useState(worstFirst)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const rows = useMemo(
    () =>
      benchRows(
        keys.flatMap((key) => byKey[key] ?? []),
        results
      ),
    [byKey, keys, results]
  )
  const shown = useMemo(() => shownRows(rows, { search, filter, sort }), [rows, search, filter, sort])
  // What was chosen and is gone, or hidden now, is not tested unseen.
  const toTest = shown.filter((row) => chosen.has(row.key) && !row.isGone)

  return (
    <section className={sections.section} aria-labelledby="test-bench">
      <BenchHeader rows={rows} toTest={toTest} />
      {isKnown && rows.length === 0 && <NoModels />}
      {rows.length > 0 && (
        <>
          <BenchFilterBar {...{ rows, search, filter, setSearch, setFilter }} />
          <BenchTable {...{ shown, sort, setSort, chosen, setChosen }} />
        </>
      )}
    </section>
  )
}

function BenchHeader({ rows, toTest }: { rows: readonly BenchRow[]; toTest: readonly BenchRow[] }) {
  const operation = useDiagnosticRun('bench')
  const obstacle = useObstacle('bench')
  const focus = useHeaderFocus(operation?.id)
  const canTest = rows.some((row) => !row.isGone)
  const start = (): void => void testModels(toTest.length > 0 ? toTest.map(({ id }) => id) : undefined)
  return (
    <header className={sections.header} {...focus}>
      <h2 id="test-bench" className={sections.title}>
        Test bench
      </h2>
      {operation === null ? (
        <>
          <Summary rows={rows} />
          <Button
            className={sections.action}
            disabled={!canTest || obstacle !== null}
            title={obstacle ?? undefined}
            onClick={start}
          >
            {toTest.length > 0 ? `Test ${plural(toTest.length, 'model')}` : 'Test all models'}
          </Button>
        </>
      ) : (
        <RunProgress operation={operation} cancelLabel="Cancel the test bench" />
      )}
    </header>
  )
}

function Summary({ rows }: { rows: readonly BenchRow[] }) {
  const newestAt = Math.max(0, ...rows.map((row) => row.result?.at ?? 0))
  const now = useNow(newestAt > 0)
  if (newestAt === 0)
    return <span className={sections.note}>Each model is loaded, asked one question, and unloaded.</span>
  const words = (['works', 'slow', 'fails'] as const)
    .map((outcome) => ({ outcome, count: countOf(rows, outcome) }))
    .filter(({ count }) => count > 0)
    .map(({ outcome, count }) => `${count} ${summaryWord(outcome, count)}`)
  return (
    <span
      className={`${sections.note} truncate`}
    >{`${words.join(', ')} · last tested ${formatAgo(newestAt, now)}`}</span>
  )
}

function summaryWord(outcome: BenchResult['outcome'], count: number): string {
  if (outcome === 'slow') return 'slow'
  const isOne = count === 1
  return outcome === 'works' ? (isOne ? 'works' : 'work') : isOne ? 'fails' : 'fail'
}

function NoModels() {
  return (
    <EmptyState title="No models to test" actions={<Button onClick={() => goTo('models')}>Go to Models</Button>}>
      Pull a model, or create a sample one. Then this table shows which of them work here, and how fast.
    </EmptyState>
  )
}
