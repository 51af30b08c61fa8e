/** Answers of the core for tests: three known models within a budget of 20, unless said. */
import type { WhatIf, WhatIfModel } from '../../../../../shared/fit.ts'
import type { ModelId } from '../../../../../shared/model.ts'

export const testId = (name: string): ModelId => ({ hostId: 'ollama', name })

export function testWhatIfModel(name: string, bytes: number | null, part: Partial<WhatIfModel> = {}): WhatIfModel {
  return {
    id: testId(name),
    contextLength: 4_096,
    maxContextLength: 32_768,
    need:
      bytes === null
        ? null
        : { bytes, plusMinusBytes: 0, source: 'engine', contextLength: 4_096, parts: [{ kind: 'weights', bytes }] },
    largestContextLength: null,
    ...part
  }
}

export function testWhatIf(
  models: WhatIfModel[],
  part: Partial<Omit<WhatIf, 'sum'>> & { sum?: Partial<WhatIf['sum']> } = {}
): WhatIf {
  const totalBytes = models.reduce((sum, { need }) => sum + (need?.bytes ?? 0), 0)
  const { sum, ...rest } = part
  return {
    models,
    totalBytes,
    plusMinusBytes: 0,
    hasUnknown: models.some(({ need }) => need === null),
    verdict: 'fits',
    otherLoadedBytes: 0,
    unload: [],
    spilledBytes: 0,
    advice: [],
    ...rest,
    sum: {
      limitBytes: 24,
      reserveBytes: 4,
      budgetBytes: 20,
      heldBytes: 0,
      replacedBytes: 0,
      freeBytes: null,
      roomBytes: 20,
      overBytes: Math.max(0, totalBytes - 20),
      limitedBy: 'budget',
      ...sum
    }
  }
}
