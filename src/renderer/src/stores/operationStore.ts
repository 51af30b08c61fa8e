/** Mirror of the long work under way: what runs, how far it is, and the words an answer has so far. */
import { create } from 'zustand'
import type { Operation, OperationProgress } from '../../../shared/operation.ts'
import { coreNow } from '../lib/coreClock.ts'

export interface OperationMirror {
  operations: readonly Operation[]
  /** The newest progress that is not text, by operation id. */
  progressById: Readonly<Record<string, OperationProgress>>
  /** When that came, in the core's time: what it counts goes on from there. */
  cameAtById: Readonly<Record<string, number>>
  /** Text streamed so far, by operation id. */
  textById: Readonly<Record<string, string>>
}

export const useOperationStore = create<OperationMirror>(() => ({
  operations: [],
  progressById: {},
  cameAtById: {},
  textById: {}
}))

/** Progress of what has ended is forgotten; text stays until its reader drops it, because the last words may come first. */
export function withOperations(mirror: OperationMirror, operations: readonly Operation[]): OperationMirror {
  const progressById: Record<string, OperationProgress> = {}
  const cameAtById: Record<string, number> = {}
  for (const operation of operations) {
    const known = mirror.progressById[operation.id] ?? operation.progress
    if (!known || known.kind === 'tokens') continue
    progressById[operation.id] = known
    cameAtById[operation.id] = mirror.cameAtById[operation.id] ?? coreNow()
  }
  return { ...mirror, operations, progressById, cameAtById }
}

export function withProgress(mirror: OperationMirror, id: string, progress: OperationProgress): OperationMirror {
  if (progress.kind !== 'tokens') {
    return {
      ...mirror,
      progressById: { ...mirror.progressById, [id]: progress },
      cameAtById: { ...mirror.cameAtById, [id]: coreNow() }
    }
  }
  // Only text that somebody on this page waits for is kept.
  const text = mirror.textById[id]
  return text === undefined ? mirror : { ...mirror, textById: { ...mirror.textById, [id]: text + progress.text } }
}

/** Before a generate: its text will be kept under this id. */
export function openText(id: string): void {
  useOperationStore.setState((mirror) => ({ textById: { ...mirror.textById, [id]: '' } }))
}

export function closeText(id: string): void {
  useOperationStore.setState((mirror) => {
    const textById = { ...mirror.textById }
    delete textById[id]
    return { textById }
  })
}
