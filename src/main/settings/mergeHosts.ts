/** The list of hosts after a change of ours, where the file was changed by hand since we last read the list. Pure. */
import type { HostConfig } from '../../shared/model.ts'

/** `base`: as both began; what only one side has changed counts, and where both have, ours does. */
export function mergeHosts(
  base: readonly HostConfig[],
  ours: readonly HostConfig[],
  file: readonly HostConfig[] | null
): HostConfig[] {
  if (file === null) return [...ours]
  const before = new Map(base.map((host) => [host.id, JSON.stringify(host)]))
  const isOurs = (host: HostConfig): boolean => before.get(host.id) !== JSON.stringify(host)
  const changed = new Map(ours.filter(isOurs).map((host) => [host.id, host]))
  const left = new Set(ours.map(({ id }) => id))
  const kept = file.filter(({ id }) => left.has(id) || !before.has(id)).map((host) => changed.get(host.id) ?? host)
  return [...kept, ...[...changed.values()].filter(({ id }) => !kept.some((host) => host.id === id))]
}
