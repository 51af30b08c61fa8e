/** How many bytes the top of the chart stands for. */
import { roundTop } from './byteScale.ts'
import type { ChartSeries } from './chartSeries.ts'

/** An axis of nothing would have no numbers. */
const leastBytes = 1_000_000

/** The whole machine where other programs are shown; else as much as the models need. */
export function chartHeight(
  { rows, columns }: Pick<ChartSeries, 'rows' | 'columns'>,
  { isOtherShown, totalBytes }: { isOtherShown: boolean; totalBytes: number | null }
): number {
  const heights = rows.map((row) =>
    Math.max(
      columns.reduce((sum, { dataKey }) => sum + (row[dataKey] ?? 0), isOtherShown ? (row.other ?? 0) : 0),
      (isOtherShown ? row.peak : row.heldPeak) ?? 0
    )
  )
  const highest = Math.max(leastBytes, ...heights)
  return isOtherShown && totalBytes !== null ? Math.max(totalBytes, highest) : roundTop(highest * 1.1)
}
