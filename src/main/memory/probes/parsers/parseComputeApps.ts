/** Rows of `nvidia-smi --query-compute-apps=pid,used_memory --format=csv,noheader,nounits`. */
import { parseScaled, parseWhole } from './parseWhole.ts'

export interface ComputeApp {
  pid: number
  /** Null on Windows, in containers and for other users' programs. */
  usedBytes: number | null
}

/** The pid comes first, after the card's id where that was asked for; the last cell is the memory in MiB; names between are passed over. */
export function parseComputeApps(text: string): ComputeApp[] {
  const apps: ComputeApp[] = []
  for (const line of text.split('\n')) {
    const all = line.split(',').map((cell) => cell.trim())
    const cells = /^(GPU|MIG)-/.test(all[0] ?? '') ? all.slice(1) : all
    const pid = parseWhole(cells[0])
    if (cells.length < 2 || pid === null || pid === 0) continue
    apps.push({ pid, usedBytes: parseScaled(cells.at(-1), 2 ** 20) })
  }
  return apps
}

/** By pid, on all cards together; null when one of its parts is unknown. */
export function computeAppsByPid(apps: readonly ComputeApp[]): ReadonlyMap<number, number | null> {
  const byPid = new Map<number, number | null>()
  for (const { pid, usedBytes } of apps) {
    const before = byPid.get(pid)
    byPid.set(pid, before === null || usedBytes === null ? null : (before ?? 0) + usedBytes)
  }
  return byPid
}

/** What all of them hold; null when one is unknown. */
export function sumComputeApps(apps: readonly ComputeApp[]): number | null {
  let sum = 0
  for (const app of apps) {
    if (app.usedBytes === null) return null
    sum += app.usedBytes
  }
  return sum
}
