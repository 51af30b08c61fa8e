/** Where the plot lies within the chart, in pixels: MemoryChart.module.css places its overlay by the same numbers. */
export const plotFrame = { top: 20, right: 8, bottom: 24, left: 42 } as const

/** The time at a place in the chart; outside of the plot, at its nearest edge. */
export function timeAt(x: number, chartWidth: number, { fromAt, toAt }: { fromAt: number; toAt: number }): number {
  const width = Math.max(1, chartWidth - plotFrame.left - plotFrame.right)
  const part = Math.min(1, Math.max(0, (x - plotFrame.left) / width))
  return Math.round(fromAt + part * (toAt - fromAt))
}
