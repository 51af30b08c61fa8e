/** Chains to measure with: short steps that differ in nothing but their model and what they mention. */
import type { Chain, Step } from '../src/shared/chain.ts'
import type { ModelId } from '../src/shared/model.ts'

export interface BenchStep {
  name: string
  model: ModelId
  prompt: string
}

export function benchChain(name: string, maxTokens: number, steps: readonly BenchStep[]): Chain {
  return {
    version: 1,
    id: name.toLowerCase().replaceAll(/\W+/g, '-'),
    name,
    description: '',
    inputColumns: [],
    system: '',
    options: { maxTokens, temperature: 0, seed: 1 },
    inputPosition: { x: 0, y: 0 },
    steps: steps.map((step, index) => benchStep(step, index))
  }
}

function benchStep({ name, model, prompt }: BenchStep, index: number): Step {
  return {
    id: `step-${index}`,
    name,
    model,
    prompt,
    system: '',
    options: {},
    contextLength: null,
    contextPolicy: 'refuse',
    output: { format: 'text' },
    stopConditions: [],
    onError: { retries: 0, fallbackModel: null, then: 'stop', defaultText: '' },
    position: { x: 300 * (index + 1), y: 0 }
  }
}

export function lines(count: number): { kind: 'lines'; text: string } {
  return { kind: 'lines', text: Array.from({ length: count }, (_, index) => `Item ${index}`).join('\n') }
}
