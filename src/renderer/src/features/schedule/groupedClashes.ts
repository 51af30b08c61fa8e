/** The same clash day after day is one line: the first of them, and how many there are. Pure. */
import type { Clash } from '../../../../shared/schedule.ts'

export interface ClashGroup {
  clash: Clash
  times: number
}

export function groupedClashes(clashes: readonly Clash[]): ClashGroup[] {
  const groups = new Map<string, ClashGroup>()
  for (const clash of [...clashes].sort((a, b) => a.fromAt - b.fromAt)) {
    const key = JSON.stringify([[...clash.ruleIds].sort(), clash.overBytes, clash.overModels])
    const group = groups.get(key)
    if (group) group.times += 1
    else groups.set(key, { clash, times: 1 })
  }
  return [...groups.values()]
}
