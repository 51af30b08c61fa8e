import { describe, expect, it } from 'vitest'
import { runWhatIf } from './runWhatIf.ts'
import { testId } from './testWhatIf.ts'
import type { WhatIfStep } from './whatIfPlan.ts'

const steps: WhatIfStep[] = [
  { verb: 'unload', id: testId('a') },
  { verb: 'reload', id: testId('b'), contextLength: 512 },
  { verb: 'load', id: testId('c') }
]

function bench(failing?: string, stopAfter = Number.POSITIVE_INFINITY) {
  const done: string[] = []
  let running = 0
  let ids = 0
  const work = (verb: string) => async (step: WhatIfStep, operationId: string) => {
    running += 1
    expect(running).toBe(1)
    await Promise.resolve()
    running -= 1
    if (step.id.name === failing) throw new Error('no room')
    done.push(`${verb} ${step.id.name} ${operationId}`)
  }
  const told: string[] = []
  const result = runWhatIf(steps, {
    unload: work('unload'),
    load: work('load'),
    mintId: () => String(++ids),
    onStep: ({ number, count, step }) => told.push(`${number} of ${count} ${step.id.name}`),
    isStopped: () => done.length >= stopAfter
  })
  return { done, told, result }
}

describe('runWhatIf', () => {
  it('does one step after the other: two loads at once would count on the same room', async () => {
    const { done, told, result } = bench()
    expect(await result).toBeNull()
    expect(done).toEqual(['unload a 1', 'load b 2', 'load c 3'])
    expect(told).toEqual(['1 of 3 a', '2 of 3 b', '3 of 3 c'])
  })

  it('stops where a step fails, and says which', async () => {
    const { done, result } = bench('b')
    expect(await result).toMatchObject({ step: { id: testId('b') } })
    expect(done).toEqual(['unload a 1'])
  })

  it('begins no step after the person stopped it', async () => {
    const { done, result } = bench(undefined, 1)
    expect(await result).toBeNull()
    expect(done).toHaveLength(1)
  })
})
