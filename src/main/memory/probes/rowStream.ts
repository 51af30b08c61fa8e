/** A child that prints one row per interval, for as long as it runs; one that goes silent or prints garbage is restarted. */
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import { createChildKeeper } from './childKeeper.ts'
import type { ChildListener, LineChild } from './ports.ts'

interface RowStreamDeps<Row> {
  name: string
  start: (intervalMs: number, listener: ChildListener) => LineChild
  /** A parser for one run of the child: it may remember the header. Null: not a row. */
  createParser: () => (line: string) => Row | null
  onRow: (row: Row) => void
  clock: Clock
  logger: Logger
}

export interface RowStream {
  /** Null ends the child. */
  pace(intervalMs: number | null): void
  /** Resolves when this run has printed a row, and at the latest `limitMs` after it began: later, a silent child delays nobody. */
  waitForRow(limitMs: number): Promise<void>
  isFailing(): boolean
  dispose(): Promise<void>
}

/** Some tools take seconds to start. */
const FIRST_ROW_LIMIT_MS = 10_000

export function createRowStream<Row>({
  name,
  start,
  createParser,
  onRow,
  clock,
  logger
}: RowStreamDeps<Row>): RowStream {
  let paceMs: number | null = null
  let parse = createParser()
  let hasRow = false
  let startedAt = 0
  let waiting: (() => void)[] = []
  let cancelWatch = (): void => {}

  const keeper = createChildKeeper({
    name,
    start(listener) {
      parse = createParser()
      hasRow = false
      startedAt = clock.now()
      expectRow(FIRST_ROW_LIMIT_MS)
      return start(paceMs ?? 0, listener)
    },
    clock,
    logger,
    onLine(line) {
      const row = parse(line)
      if (row === null) return
      hasRow = true
      keeper.succeeded()
      expectRow(3 * (paceMs ?? 0) + 1_000)
      onRow(row)
      settle()
    },
    onDown() {
      cancelWatch()
      hasRow = false
      settle()
    }
  })

  function expectRow(limitMs: number): void {
    cancelWatch()
    cancelWatch = clock.after(limitMs, () => keeper.failed('it printed nothing of use'))
  }

  function settle(): void {
    const callers = waiting
    waiting = []
    for (const resolve of callers) resolve()
  }

  return {
    pace(intervalMs) {
      if (intervalMs === paceMs) return
      keeper.drop()
      paceMs = intervalMs
      if (intervalMs !== null) keeper.keep()
    },
    waitForRow(limitMs) {
      const leftMs = startedAt + limitMs - clock.now()
      if (hasRow || leftMs <= 0 || !keeper.isRunning()) return Promise.resolve()
      return new Promise((resolve) => {
        const cancel = clock.after(leftMs, resolve)
        waiting.push(() => {
          cancel()
          resolve()
        })
      })
    },
    isFailing: keeper.isFailing,
    async dispose() {
      cancelWatch()
      await keeper.dispose()
      settle()
    }
  }
}
