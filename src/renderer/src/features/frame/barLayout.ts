/** What the memory bar draws, worked out from one sample: pools of memory, and in each the segments from left to right. Pure. */
import type { BudgetPool, GpuSample, MemorySample, ModelMemory } from '../../../../shared/memory.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { compareNames } from '../../lib/compareNames.ts'

export interface BarSegment {
  /**
   * `loading`: what a load under way still has to take. `leaving`: held now, and would have to go; the load asked for (`planned`) is
   * drawn over its place.
   */
  kind: 'model' | 'loading' | 'leaving' | 'planned' | 'other' | 'free' | 'unknown'
  /** The model's key; null for what is no model. */
  key: string | null
  name: string
  bytes: number
  /** Where it begins and how long it is, as shares of the strip: 0 to 1. */
  start: number
  share: number
  /** A planned load that would be refused. */
  isOver: boolean
}

export interface BarPool {
  /** Said over the strip where there are several. */
  label: string | null
  totalBytes: number
  segments: BarSegment[]
  budgetBytes: number | null
  /** Where the budget ends, 0 to 1; null when unknown or not of this pool. */
  budgetShare: number | null
  /** What the budget is made of, as the core says it. */
  budgets: readonly BudgetPool[]
}

export interface PlannedLoad {
  key: string
  name: string
  bytes: number
  /** The part of `bytes` that lies in RAM beside a card. */
  spilledBytes: number
  /** Under the pointer: it takes the place of those that leave; false: loading already. */
  isAsked: boolean
  isOver: boolean
}

interface Part {
  key: string
  name: string
  bytes: number
}

interface PoolParts {
  label: string | null
  totalBytes: number
  models: readonly Part[]
  otherBytes: number | null
  budgetBytes: number | null
  budgets: readonly BudgetPool[]
  planned: readonly PlannedLoad[]
  leaving: ReadonlySet<string>
}

function sumOf(parts: readonly { bytes: number }[]): number {
  return parts.reduce((sum, part) => sum + part.bytes, 0)
}

function pool(parts: PoolParts): BarPool {
  const { label, totalBytes, models, otherBytes, budgetBytes, budgets, planned, leaving } = parts
  const staying = models.filter(({ key }) => !leaving.has(key))
  const going = models.filter(({ key }) => leaving.has(key))
  const asked = planned.filter(({ isAsked }) => isAsked)
  const loading = planned.filter(({ isAsked }) => !isAsked)
  const swapBytes = Math.max(sumOf(going), sumOf(asked))
  const takenBytes = sumOf(staying) + sumOf(loading) + swapBytes + (otherBytes ?? 0)
  // Parts that do not fit side by side share the strip's length instead of running out of it.
  const lengthBytes = Math.max(totalBytes, takenBytes, 1)

  const segments: BarSegment[] = []
  /** Draws a part, and answers where it ends. */
  const draw = (kind: BarSegment['kind'], part: Part & { isOver?: boolean }, startBytes: number): number => {
    const { key, name, bytes, isOver = false } = part
    const place = { start: startBytes / lengthBytes, share: bytes / lengthBytes }
    if (bytes > 0) segments.push({ kind, key: key === '' ? null : key, name, bytes, ...place, isOver })
    return startBytes + bytes
  }
  const drawAll = (kind: BarSegment['kind'], list: readonly (Part & { isOver?: boolean })[], startBytes: number) =>
    list.reduce((at, part) => draw(kind, part, at), startBytes)

  // What still comes of a load stands beside what it holds already.
  const mine = [
    ...staying.map((part) => ({ part, kind: 'model' as const })),
    ...loading.map((part) => ({ part, kind: 'loading' as const }))
  ]
  const swapStart = mine
    .sort((a, b) => compareNames(a.part.name, b.part.name))
    .reduce((at, { part, kind }) => draw(kind, part, at), 0)
  drawAll('leaving', going, swapStart)
  drawAll('planned', asked, swapStart)
  const otherEnd = draw('other', { key: '', name: 'other programs', bytes: otherBytes ?? 0 }, swapStart + swapBytes)
  // With a part unknown the rest is not free: it is unknown too.
  const rest = otherBytes === null ? 'unknown' : 'free'
  draw(rest, { key: '', name: rest, bytes: lengthBytes - takenBytes }, otherEnd)
  const budgetShare = budgetBytes === null ? null : Math.min(1, budgetBytes / lengthBytes)
  return { label, totalBytes, segments, budgetBytes, budgetShare, budgets }
}

function partOf(model: ModelMemory, bytes: number | null): Part[] {
  return bytes === null || bytes <= 0 ? [] : [{ key: modelKey(model.id), name: model.id.name, bytes }]
}

/** The cards that hold models: those with a budget, or all with memory of their own where the core names no pools. */
export function modelCards({ gpus, pools }: Pick<MemorySample, 'gpus' | 'pools'>): GpuSample[] {
  const hasBudget = (id: string): boolean => pools.some((each) => each.kind === 'card' && each.id === id)
  return gpus.filter(
    ({ id, kind, totalBytes }) => kind === 'dedicated' && totalBytes !== null && (pools.length === 0 || hasBudget(id))
  )
}

/** Cards with memory of their own are a pool of their own, together: which of them holds what is not known. */
function ownCards(sample: MemorySample): (GpuSample & { totalBytes: number }) | null {
  const cards = modelCards(sample)
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

const nothing: ReadonlySet<string> = new Set()

/** `leaving`: keys of the models that would have to go for the asked-for load. */
export function barPools(
  unordered: MemorySample,
  planned: readonly PlannedLoad[],
  leaving: ReadonlySet<string> = nothing
): BarPool[] {
  // By name, as in the list: a segment keeps its place while others grow.
  const byName = [...unordered.models].sort((a, b) => compareNames(a.id.name, b.id.name))
  const sample: MemorySample = { ...unordered, models: byName }
  const cards = ownCards(sample)
  return cards === null ? machinePool(sample, planned, leaving) : cardPools(sample, cards, planned, leaving)
}

function budgetsOf(sample: MemorySample, kind: BudgetPool['kind']): BudgetPool[] {
  return sample.pools.filter((each) => each.kind === kind)
}

function machinePool(sample: MemorySample, planned: readonly PlannedLoad[], leaving: ReadonlySet<string>): BarPool[] {
  const { totalBytes, otherBytes, budgetBytes } = sample
  if (totalBytes === null) return []
  const models = sample.models.flatMap((model) => partOf(model, model.heldBytes))
  const budgets = budgetsOf(sample, 'memory')
  return [pool({ label: null, totalBytes, models, otherBytes, budgetBytes, budgets, planned, leaving })]
}

function cardPools(
  sample: MemorySample,
  cards: GpuSample & { totalBytes: number },
  planned: readonly PlannedLoad[],
  leaving: ReadonlySet<string>
): BarPool[] {
  const onCard = sample.models.flatMap((model) => partOf(model, model.gpuBytes))
  const onCards = pool({
    label: cards.name ?? 'GPU',
    totalBytes: cards.totalBytes,
    models: onCard,
    otherBytes: cards.usedBytes === null ? null : Math.max(0, cards.usedBytes - sumOf(onCard)),
    budgetBytes: sample.budgetBytes,
    budgets: budgetsOf(sample, 'card'),
    planned: planned.map((load) => ({ ...load, bytes: Math.max(0, load.bytes - load.spilledBytes) })),
    leaving
  })
  if (sample.totalBytes === null) return [onCards]
  const budgets = budgetsOf(sample, 'memory')
  const beside = pool({
    label: 'RAM',
    totalBytes: sample.totalBytes,
    models: sample.models.flatMap((model) =>
      partOf(model, model.heldBytes === null ? null : model.heldBytes - (model.gpuBytes ?? 0))
    ),
    otherBytes: sample.otherBytes,
    budgetBytes: budgets.length === 0 ? null : sumOf(budgets.map((each) => ({ bytes: each.budgetBytes }))),
    budgets,
    planned: planned.map((load) => ({ ...load, bytes: load.spilledBytes })),
    leaving
  })
  return [onCards, beside]
}
