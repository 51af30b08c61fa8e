/** What the memory bar draws, worked out from one sample: pools of memory, and in each the segments from left to right. Pure. */
import type { GpuSample, MemorySample, ModelMemory } from '../../../../shared/memory.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { compareNames } from '../../lib/compareNames.ts'

export interface BarSegment {
  kind: 'model' | 'planned' | 'other' | 'free' | 'unknown'
  /** The model's key; null for what is no model. */
  key: string | null
  name: string
  bytes: number
  /** Share of the pool, 0 to 1. */
  share: number
  /** A planned load that would pass the budget, or the end of the pool. */
  isOver: boolean
}

export interface BarPool {
  /** Said over the strip where there are several. */
  label: string | null
  totalBytes: number
  segments: BarSegment[]
  /** Where the budget ends, 0 to 1; null when unknown or not of this pool. */
  budgetShare: number | null
}

export interface PlannedLoad {
  key: string
  name: string
  bytes: number
}

interface Part {
  key: string
  name: string
  bytes: number
}

function pool(
  label: string | null,
  totalBytes: number,
  models: readonly Part[],
  otherBytes: number | null,
  budgetBytes: number | null,
  planned: readonly PlannedLoad[]
): BarPool {
  const heldBytes = models.reduce((sum, model) => sum + model.bytes, 0)
  const plannedBytes = planned.reduce((sum, load) => sum + load.bytes, 0)
  const takenBytes = heldBytes + plannedBytes + (otherBytes ?? 0)
  // Parts that do not fit side by side share the strip's length instead of running out of it.
  const lengthBytes = Math.max(totalBytes, takenBytes, 1)
  const restBytes = lengthBytes - takenBytes
  const roomBytes = Math.min(budgetBytes ?? totalBytes, totalBytes - (otherBytes ?? 0))
  const segment = (
    kind: BarSegment['kind'],
    key: string | null,
    name: string,
    bytes: number,
    isOver = false
  ): BarSegment[] => (bytes > 0 ? [{ kind, key, name, bytes, share: bytes / lengthBytes, isOver }] : [])
  let endBytes = heldBytes
  return {
    label,
    totalBytes,
    segments: [
      ...models.flatMap((model) => segment('model', model.key, model.name, model.bytes)),
      ...planned.flatMap((load) => {
        endBytes += load.bytes
        return segment('planned', load.key, load.name, load.bytes, endBytes > roomBytes)
      }),
      ...segment('other', null, 'other programs', otherBytes ?? 0),
      // With a part unknown the rest is not free: it is unknown too.
      ...segment(otherBytes === null ? 'unknown' : 'free', null, otherBytes === null ? 'unknown' : 'free', restBytes)
    ],
    budgetShare: budgetBytes === null ? null : Math.min(1, budgetBytes / lengthBytes)
  }
}

function partOf(model: ModelMemory, bytes: number | null): Part[] {
  return bytes === null || bytes <= 0 ? [] : [{ key: modelKey(model.id), name: model.id.name, bytes }]
}

/** A card with memory of its own is a pool of its own; unified and borrowed memory is the machine's. */
function ownCard(sample: MemorySample): (GpuSample & { totalBytes: number }) | null {
  const cards = sample.gpus.filter((gpu) => gpu.kind === 'dedicated' && gpu.totalBytes !== null)
  const [first] = cards
  if (!first) return null
  const sum = (pick: (gpu: GpuSample) => number | null): number | null =>
    cards.reduce<number | null>((total, gpu) => {
      const bytes = pick(gpu)
      return total === null || bytes === null ? null : total + bytes
    }, 0)
  return {
    ...first,
    name: cards.length === 1 ? first.name : `${cards.length} cards`,
    totalBytes: sum((gpu) => gpu.totalBytes) ?? 0,
    usedBytes: sum((gpu) => gpu.usedBytes)
  }
}

export function barPools(unordered: MemorySample, planned: readonly PlannedLoad[]): BarPool[] {
  // By name, as in the list: a segment keeps its place while others grow.
  const byName = [...unordered.models].sort((a, b) => compareNames(a.id.name, b.id.name))
  const sample: MemorySample = { ...unordered, models: byName }
  const card = ownCard(sample)
  const machine = (
    models: Part[],
    budgetBytes: number | null,
    plan: readonly PlannedLoad[],
    label: string | null
  ): BarPool[] =>
    sample.totalBytes === null ? [] : [pool(label, sample.totalBytes, models, sample.otherBytes, budgetBytes, plan)]
  if (card === null) {
    const models = sample.models.flatMap((model) => partOf(model, model.heldBytes))
    return machine(models, sample.budgetBytes, planned, null)
  }
  const onCard = sample.models.flatMap((model) => partOf(model, model.gpuBytes))
  const beside = sample.models.flatMap((model) =>
    partOf(model, model.heldBytes === null ? null : model.heldBytes - (model.gpuBytes ?? 0))
  )
  const onCardBytes = onCard.reduce((sum, part) => sum + part.bytes, 0)
  const otherOnCard = card.usedBytes === null ? null : Math.max(0, card.usedBytes - onCardBytes)
  return [
    pool(card.name ?? 'GPU', card.totalBytes, onCard, otherOnCard, sample.budgetBytes, planned),
    ...machine(beside, null, [], 'RAM')
  ]
}
