/** How often the system has killed for want of memory: tells "memory ran out" from "somebody killed it". */
import { readFile } from 'node:fs/promises'

/** Null where the system does not count. */
export async function readOomKills(path = '/proc/vmstat'): Promise<number | null> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const count = /^oom_kill (\d+)$/m.exec(text)?.[1]
  return count === undefined ? null : Number(count)
}
