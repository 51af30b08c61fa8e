/** The memory of the container or control group this process lives in, where that has a limit of its own. */
import { hasPassed } from '../../lib/clock.ts'
import type { FilePorts } from './ports.ts'
import { parseCgroupCache, parseCgroupLimit, parseCgroupPath, parseCgroupUsage } from './parsers/parseCgroup.ts'

export interface ContainerMemory {
  limitBytes: number
  /** Without file cache; null when it cannot be told. */
  usedBytes: number | null
  swapUsedBytes: number | null
  source: string
}

interface Group {
  folder: string
  version: 1 | 2
}

const RECHECK_MS = 60_000

/** Which group limits us changes rarely, so it is looked for once a minute; its use is read on every call. */
export function createContainerMemory(
  files: FilePorts,
  now: () => number
): (totalBytes: number) => ContainerMemory | null {
  let group: Group | null = null
  let checkedAt = Number.NEGATIVE_INFINITY
  return (totalBytes) => {
    if (hasPassed({ now }, checkedAt, RECHECK_MS)) {
      group = findLimitingGroup(files, totalBytes)
      checkedAt = now()
    }
    return group === null ? null : readGroup(files, group)
  }
}

/** The smallest limit on the way up wins; a container often sees its own group as the root. */
function findLimitingGroup(files: FilePorts, totalBytes: number): Group | null {
  const own = parseCgroupPath(files.readText('/proc/self/cgroup') ?? '')
  if (own === null) return null
  const root = own.version === 1 ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup'
  let smallest: { group: Group; limitBytes: number } | null = null
  for (const path of withAncestors(own.path)) {
    const group: Group = { folder: `${root}${path}`, version: own.version }
    const limitBytes = readLimit(files, group)
    if (limitBytes === null || limitBytes >= totalBytes) continue
    if (smallest === null || limitBytes < smallest.limitBytes) smallest = { group, limitBytes }
  }
  return smallest?.group ?? null
}

function withAncestors(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..')
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`).concat('')
}

function readLimit(files: FilePorts, { folder, version }: Group): number | null {
  return parseCgroupLimit(files.readText(`${folder}/${version === 1 ? 'memory.limit_in_bytes' : 'memory.max'}`) ?? '')
}

function readGroup(files: FilePorts, group: Group): ContainerMemory | null {
  const { folder, version } = group
  const limitBytes = readLimit(files, group)
  if (limitBytes === null) return null
  const usage = parseCgroupUsage(
    files.readText(`${folder}/${version === 1 ? 'memory.usage_in_bytes' : 'memory.current'}`) ?? ''
  )
  const cache = parseCgroupCache(files.readText(`${folder}/memory.stat`) ?? '', version)
  return {
    limitBytes,
    usedBytes: usage === null || cache === null ? null : Math.max(0, usage - cache),
    swapUsedBytes: version === 1 ? null : parseCgroupUsage(files.readText(`${folder}/memory.swap.current`) ?? ''),
    source: version === 1 ? 'cgroup memory.limit_in_bytes' : 'cgroup memory.max'
  }
}
