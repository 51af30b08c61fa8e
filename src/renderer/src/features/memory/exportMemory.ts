/** Every stored row of the time shown, as a file of comma-separated values. */
import { isConnectedFor, notifyDone, notifyFailure } from '../../actions/notify.ts'
import { saveFile } from '../../actions/saveFile.ts'
import { request } from '../../host/client.ts'
import { rangeNamed } from './memoryRanges.ts'
import { shownSpan, type MemoryView } from './memoryView.ts'
import { useMemoryViewStore } from './memoryViewStore.ts'

const what = 'The memory history was not exported'

/** What to ask for: up to now where the picture is live, else the very span that is shown. */
export function exportSpan(view: MemoryView, rangeMs: number): { rangeMs: number; toAt?: number } {
  if (view.kind === 'live') return { rangeMs }
  const { fromAt, toAt } = shownSpan(view, rangeMs, 0)
  return { rangeMs: Math.round(toAt - fromAt), toAt: Math.round(toAt) }
}

export async function exportMemory(): Promise<void> {
  if (!isConnectedFor(what)) return
  const { view, range } = useMemoryViewStore.getState()
  try {
    const { fileName, csv } = await request('memory.export', exportSpan(view, rangeNamed(range).rangeMs))
    saveFile(fileName, csv, 'text/csv')
    notifyDone(`${fileName} was exported.`)
  } catch (thrown) {
    notifyFailure(what, thrown)
  }
}
