/** The context lengths a slider stops at: four steps to every doubling, each a multiple of 256, and the model's own maximum. Pure. */

const stepTokens = 256
const firstTokens = 512
const stepsPerDoubling = 4

/** Ascending. `others`: lengths that are in force or usual, which must be there though no power of two has them. */
export function contextSteps(maxTokens: number, others: readonly (number | null)[] = []): number[] {
  const steps = new Set([maxTokens])
  for (let base = firstTokens; base < maxTokens; base *= 2) {
    for (let part = 0; part < stepsPerDoubling; part++) {
      const tokens = base + (base / stepsPerDoubling) * part
      if (tokens % stepTokens === 0 && tokens < maxTokens) steps.add(tokens)
    }
  }
  for (const tokens of others) if (tokens !== null && tokens <= maxTokens) steps.add(tokens)
  return [...steps].sort((a, b) => a - b)
}

/** The place of a length among the steps: its own, else the one below it. */
export function stepOf(steps: readonly number[], tokens: number): number {
  const above = steps.findIndex((step) => step > tokens)
  return above < 0 ? steps.length - 1 : Math.max(0, above - 1)
}
