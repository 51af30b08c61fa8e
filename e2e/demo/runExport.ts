/** Results of the demonstration's runs as files, in pieces. Put into the page as text, so every function stands at its top. */
import type { Input } from '../../src/shared/contract.ts'
import type { RunItem } from '../../src/shared/run.ts'
import type { DemoCore } from './pageWork.ts'
import { demoFindRun, demoRunItem } from './runs.ts'

/** Ten items a piece. */
export function demoExportRun(core: DemoCore, { runId, format, fromItem = 0 }: Input<'runs.export'>) {
  const run = demoFindRun(core, runId)
  const to = Math.min(run.summary.itemCount, fromItem + 10)
  const rows = Array.from({ length: to - fromItem }, (_, index) => demoRunItem(core, run, fromItem + index))
  const nextItem = to < run.summary.itemCount ? to : null
  if (format === 'files')
    return {
      files: rows.map(({ name, finalOutput }) => ({ fileName: `${name}.txt`, text: finalOutput ?? '' })),
      nextItem
    }
  const say = ({ item, name, status, finalOutput }: RunItem): string => {
    if (format === 'csv') return `${item + 1},${name},${status},${JSON.stringify(finalOutput ?? '')}\r\n`
    if (format === 'jsonl') return `${JSON.stringify({ item: item + 1, name, status, result: finalOutput })}\n`
    return `## ${name}\n\n${finalOutput ?? status}\n\n`
  }
  const head =
    fromItem === 0
      ? format === 'csv'
        ? 'item,name,status,result\r\n'
        : format === 'markdown'
          ? `# ${run.summary.chainName}\n\n`
          : ''
      : ''
  const ending = { csv: 'csv', jsonl: 'jsonl', markdown: 'md' }[format]
  return { files: [{ fileName: `${run.summary.chainId}.${ending}`, text: head + rows.map(say).join('') }], nextItem }
}
