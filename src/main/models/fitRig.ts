/** Parts for tests and the bench of fits: samples of machines, residents, needs that grow with the context. */
import type { BudgetPool, MemorySample } from '../../shared/memory.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Need, NeedSource } from '../../shared/need.ts'
import type { Resident } from './resident.ts'

export const mebibyte = 2 ** 20
export const gibibyte = 2 ** 30

interface MachineWish {
  totalBytes?: number
  otherBytes?: number | null
  limitBytes: number
  reserveBytes: number
  /** Makes it a machine with a graphics card of that much, with so much of it used by everyone. */
  card?: { limitBytes: number; reserveBytes: number; usedBytes: number | null }
  models?: MemorySample['models']
  pressure?: MemorySample['pressure']
}

export function pool(kind: BudgetPool['kind'], limitBytes: number, reserveBytes: number): BudgetPool {
  const budgetBytes = Math.max(0, limitBytes - reserveBytes)
  const id = kind === 'card' ? 'gpu0' : 'memory'
  return { id, name: id, kind, limitBytes, reserveBytes, budgetBytes, source: 'test', quality: 'measured' }
}

export function sampleOf(wish: MachineWish): MemorySample {
  const { limitBytes, reserveBytes, totalBytes = limitBytes, otherBytes = 0, card } = wish
  const memory = pool('memory', limitBytes, reserveBytes)
  const onCard = card ? pool('card', card.limitBytes, card.reserveBytes) : null
  const main = onCard ?? memory
  return {
    sampledAt: 0,
    isStale: false,
    machine: 'Test',
    totalBytes,
    usedBytes: otherBytes,
    availableBytes: null,
    usedFormula: 'test',
    swapUsedBytes: 0,
    pressure: wish.pressure ?? 'normal',
    simulated: null,
    limitBytes: main.limitBytes,
    budgetBytes: main.budgetBytes,
    reserveBytes: main.reserveBytes,
    budgetSource: 'test',
    budgetQuality: 'measured',
    pools: onCard ? [onCard, memory] : [memory],
    gpus: card
      ? [
          {
            id: 'gpu0',
            name: 'Card',
            kind: 'dedicated',
            totalBytes: card.limitBytes,
            usedBytes: card.usedBytes,
            loadPercent: null,
            temperatureCelsius: null,
            powerWatts: null
          }
        ]
      : [],
    models: wish.models ?? [],
    otherBytes,
    quality: 'measured',
    source: 'test',
    warning: null
  }
}

export function residentOf(name: string, change: Partial<Resident> = {}): Resident {
  const id = { hostId: 'h', name }
  return {
    id,
    key: modelKey(id),
    engine: modelKey(id),
    isLocal: true,
    usesCards: true,
    heldBytes: null,
    gpuBytes: null,
    needBytes: null,
    contextLength: null,
    isPinned: false,
    isKept: false,
    isBusy: false,
    isLoading: false,
    isLeaving: false,
    lastUsedAt: null,
    reloadMs: null,
    ...change
  }
}

export interface NeedShape {
  weightsBytes: number
  bytesPerToken: number
  plusMinusBytes?: number
  source?: NeedSource
}

/** A need that grows by so much with every token of its context. */
export function needOf(shape: NeedShape, contextLength: number): Need {
  const context = shape.bytesPerToken * contextLength
  return {
    bytes: shape.weightsBytes + context,
    plusMinusBytes: shape.plusMinusBytes ?? 0,
    source: shape.source ?? 'engine',
    contextLength,
    parts: [
      { kind: 'weights', bytes: shape.weightsBytes },
      { kind: 'context', bytes: context }
    ]
  }
}
