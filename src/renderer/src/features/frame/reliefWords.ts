/** What is offered under memory pressure, in words. Pure. */
import type { Relief } from '../../../../shared/fit.ts'
import { formatBytes } from '../../lib/format.ts'

/** Where there is little room: "2 idle models hold 7.9 GB". */
export function shortReliefWords({ unload, bytes }: Relief): string {
  const [first] = unload
  const isOne = unload.length === 1 && first !== undefined
  const what = isOne ? first.name : `${unload.length} idle models`
  return bytes === null || bytes === 0 ? what : `${what} ${isOne ? 'holds' : 'hold'} ${formatBytes(bytes)}`
}

/** "Unload 2 idle models to give back 7.9 GB"; one alone is named. */
export function reliefWords({ unload, bytes }: Relief): string {
  const [first] = unload
  const what = unload.length === 1 && first ? first.name : `${unload.length} idle models`
  return bytes === null || bytes === 0 ? `Unload ${what}` : `Unload ${what} to give back ${formatBytes(bytes)}`
}
