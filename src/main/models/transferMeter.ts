/** Speed and remaining time of a download, from what it said over the last seconds; told a few times a second. */
import type { OperationProgress } from '../../shared/operation.ts'
import type { Clock } from '../lib/clock.ts'
import type { TransferProgress } from '../providers/provider.ts'

const windowMs = 5_000
const tellEveryMs = 200

export function createTransferMeter(clock: Clock, tell: (progress: OperationProgress) => void) {
  let marks: { at: number; bytes: number }[] = []
  let latest: TransferProgress | null = null
  let toldAt = Number.NEGATIVE_INFINITY

  /** Bytes per second over the window; null while there is too little to tell. */
  function speed(): number | null {
    const first = marks[0]
    const last = marks.at(-1)
    if (!first || !last || last.at - first.at < 500) return null
    const bytesPerSecond = ((last.bytes - first.bytes) / (last.at - first.at)) * 1000
    return bytesPerSecond > 0 ? bytesPerSecond : null
  }

  function flush(): void {
    if (!latest) return
    toldAt = clock.now()
    const bytesPerSecond = speed()
    const { completedBytes, totalBytes } = latest
    const left = totalBytes !== null && completedBytes !== null ? Math.max(0, totalBytes - completedBytes) : null
    const remainingMs = left !== null && bytesPerSecond !== null ? (left / bytesPerSecond) * 1000 : null
    tell({
      kind: 'transfer',
      ...latest,
      bytesPerSecond: bytesPerSecond === null ? null : Math.round(bytesPerSecond),
      remainingMs
    })
  }

  return {
    report(progress: TransferProgress): void {
      const now = clock.now()
      const statusChanged = progress.status !== latest?.status
      latest = progress
      if (progress.completedBytes !== null) {
        const previous = marks.at(-1)
        // A new layer may begin below the last figure: what was measured before no longer counts.
        if (previous && progress.completedBytes < previous.bytes) marks = []
        marks.push({ at: now, bytes: progress.completedBytes })
        marks = marks.filter(({ at }) => now - at <= windowMs)
      }
      if (statusChanged || now - toldAt >= tellEveryMs) flush()
    },
    flush
  }
}
