/** Small chains for tests: steps by name, each with nothing but a prompt. */
import type { Chain, Step } from './chain.ts'

export function testStep(name: string, prompt = '{{input}}', more: Partial<Step> = {}): Step {
  return {
    id: `id-${name.replace(/[^\w-]/g, '_')}`,
    name,
    model: { hostId: 'ollama', name: 'qwen3:8b' },
    prompt,
    system: '',
    options: {},
    contextLength: null,
    contextPolicy: 'refuse',
    output: { format: 'text' },
    stopConditions: [],
    onError: { retries: 0, fallbackModel: null, then: 'stop', defaultText: '' },
    position: { x: 0, y: 0 },
    ...more
  }
}

/** Steps, or prompts by name. */
export function testChain(steps: readonly Step[] | Readonly<Record<string, string>>, more: Partial<Chain> = {}): Chain {
  const list = Array.isArray(steps)
    ? (steps as readonly Step[])
    : Object.entries(steps).map(([name, prompt]) => testStep(name, prompt))
  return {
    version: 1,
    id: 'chain-1',
    name: 'A chain',
    description: '',
    inputColumns: [],
    system: '',
    options: {},
    inputPosition: { x: 0, y: 0 },
    steps: [...list],
    ...more
  }
}
