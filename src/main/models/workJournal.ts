/** Who worked last, and who had to go for whom: what the schedule's "after a big job" looks at. */
import type { ModelId } from '../../shared/model.ts'
import { modelKey } from '../../shared/modelKey.ts'
import type { Clock } from '../lib/clock.ts'

export interface Displaced {
  id: ModelId
  /** The model whose load it had to make room for. */
  by: ModelId
  at: number
}

export interface WorkJournal {
  /** An answer or a load ended that was somebody's own wish, not the schedule's. */
  ended(): void
  wentFor(id: ModelId, by: ModelId): void
  /** It is in memory again, or was deleted: nothing is owed to it. */
  isBack(id: ModelId): void
  /** Oldest first. */
  displaced(): Displaced[]
  /** Null before the first. */
  lastActivityAt(): number | null
}

export function createWorkJournal(clock: Pick<Clock, 'now'>): WorkJournal {
  const byModel = new Map<string, Displaced>()
  let lastActivityAt: number | null = null
  return {
    ended() {
      lastActivityAt = clock.now()
    },
    wentFor(id, by) {
      byModel.delete(modelKey(id))
      byModel.set(modelKey(id), { id, by, at: clock.now() })
    },
    isBack: (id) => void byModel.delete(modelKey(id)),
    displaced: () => [...byModel.values()],
    lastActivityAt: () => lastActivityAt
  }
}
