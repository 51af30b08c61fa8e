/** Chains to measure with: short steps that differ in nothing but their model and what they mention. */
import type { Chain } from '../src/shared/chain.ts'
import { testChain, testStep } from '../src/shared/chainRig.ts'
import type { ModelId } from '../src/shared/model.ts'

export interface BenchStep {
  name: string
  model: ModelId
  prompt: string
}

export function benchChain(name: string, maxTokens: number, steps: readonly BenchStep[]): Chain {
  return testChain(
    steps.map((step) => testStep(step.name, step.prompt, { model: step.model })),
    { id: name.toLowerCase().replaceAll(/\W+/g, '-'), name, options: { maxTokens, temperature: 0, seed: 1 } }
  )
}

export function lines(count: number): { kind: 'lines'; text: string } {
  return { kind: 'lines', text: Array.from({ length: count }, (_, index) => `Item ${index}`).join('\n') }
}
