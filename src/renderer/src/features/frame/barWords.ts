/** What the segments of the memory bar and its budget mark say. Pure. */
import type { BudgetPool, MemorySample } from '../../../../shared/memory.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { formatBytes } from '../../lib/format.ts'
import type { BarPool, BarSegment } from './barLayout.ts'

export function segmentWords(segment: BarSegment, sample: MemorySample): string {
  const bytes = formatBytes(segment.bytes)
  if (segment.kind === 'free') return `${bytes} free`
  if (segment.kind === 'unknown') return `${bytes} free or in use by other programs, unknown`
  if (segment.kind === 'other') return `Other programs: ${bytes}, ${sample.quality} (${sample.source})`
  if (segment.kind === 'planned') return `${segment.name} would take ${bytes}`
  if (segment.kind === 'loading') return `${segment.name} is loading, ${bytes} still to come`
  if (segment.kind === 'leaving') return `${segment.name} would be unloaded first: ${bytes}`
  const own = sample.models.find((model) => modelKey(model.id) === segment.key)
  const source = own ? `, ${own.quality} (${own.source})` : ''
  return `${segment.name}: ${bytes}${source}`
}

/** What stands on a segment that is wide enough; the bytes only where there is room for both. */
export function segmentLabel({ kind, name, bytes }: BarSegment): { name: string; bytes: string | null } | null {
  if (kind === 'free') return null
  const hasBytes = kind === 'model' || kind === 'planned' || kind === 'loading'
  return { name, bytes: hasBytes ? formatBytes(bytes) : null }
}

function poolWords({ limitBytes, reserveBytes, source, quality }: BudgetPool): string {
  return `${formatBytes(limitBytes)} (${source}, ${quality}) less ${formatBytes(reserveBytes)} kept for the system.`
}

/** What the budget is made of, so that the number can be checked. */
export function budgetWords(pool: BarPool, sample: MemorySample): string {
  const most = `Models may hold ${formatBytes(pool.budgetBytes)}`
  const [only, second] = pool.budgets
  if (only !== undefined && second === undefined) return `${most}: ${poolWords(only)}`
  if (second !== undefined)
    return [`${most}.`, ...pool.budgets.map((each) => `${each.name}: ${poolWords(each)}`)].join('\n')
  const kept = sample.reserveBytes === null ? '' : ` ${formatBytes(sample.reserveBytes)} is kept for the system.`
  const source = sample.budgetSource === null ? '' : ` ${sample.budgetSource}.`
  return `${most}.${kept}${source}`
}
