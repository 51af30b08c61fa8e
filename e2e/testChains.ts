/** Chains for stories about what comes after they are built: written as a person would write their files, and imported. */
import type { Chain, ErrorPolicy, StopCondition } from '../src/shared/chain.ts'
import type { StokerApp } from './stokerApp.ts'

export interface StepWish {
  name: string
  /** `host/name`, the host up to the first slash. */
  model: string
  prompt: string
  stopConditions?: (Partial<StopCondition> & Pick<StopCondition, 'kind'>)[]
  onError?: Partial<ErrorPolicy>
  output?: Chain['steps'][number]['output']
}

export function chainText(name: string, steps: readonly StepWish[]): string {
  return JSON.stringify({ name, steps: steps.map((step) => ({ ...step, model: modelOf(step.model) })) }, null, 2)
}

export async function addChain({ ask }: StokerApp, name: string, steps: readonly StepWish[]): Promise<Chain> {
  return (await ask('chains.import', { text: chainText(name, steps) })).chain
}

export function modelOf(key: string): { hostId: string; name: string } {
  const at = key.indexOf('/')
  return { hostId: key.slice(0, at), name: key.slice(at + 1) }
}
