/** The bar of the What-if panel: a segment per ticked model, what stays loaded beside them, and where the budget ends. Pure. */
import type { WhatIf } from '../../../../../shared/fit.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'

export interface WhatIfSegment {
  /** null: models that are loaded and were not asked for. */
  key: string | null
  bytes: number
  /** Of the bar's length, 0 to 1. */
  start: number
  share: number
}

export interface WhatIfBarLayout {
  segments: WhatIfSegment[]
  /** 0 to 1; null when the budget is unknown. */
  budgetAt: number | null
  /** From the budget to the end of the segments, 0 to 1. */
  overShare: number
}

/** As long as what the machine can give at all, so that it does not breathe while one drags; longer only where more is asked. */
export function whatIfBar({ models, sum }: WhatIf): WhatIfBarLayout {
  const parts = [
    ...models.map(({ id, need }) => ({ key: modelKey(id), bytes: need?.bytes ?? 0 })),
    { key: null, bytes: sum.heldBytes }
  ].filter(({ bytes }) => bytes > 0)
  const takenBytes = parts.reduce((total, { bytes }) => total + bytes, 0)
  const length = Math.max(sum.limitBytes ?? 0, sum.budgetBytes ?? 0, takenBytes, 1)
  let startBytes = 0
  const segments = parts.map(({ key, bytes }) => {
    const segment = { key, bytes, start: startBytes / length, share: bytes / length }
    startBytes += bytes
    return segment
  })
  const budgetAt = sum.budgetBytes === null ? null : sum.budgetBytes / length
  return { segments, budgetAt, overShare: budgetAt === null ? 0 : Math.max(0, takenBytes / length - budgetAt) }
}
