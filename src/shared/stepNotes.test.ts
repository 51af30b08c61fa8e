/** Would catch: a default text or a cut answer that looks like any other result. */
import { describe, expect, it } from 'vitest'
import { testChain, testStep } from './chainRig.ts'
import { newStepResult } from './newStepResult.ts'
import type { StepResult, StepStatus } from './run.ts'
import { itemNotes, stepNote } from './stepNotes.ts'

const step = (status: StepStatus, more: Partial<StepResult> = {}): StepResult => ({
  ...newStepResult(0, 'id-One', status),
  ...more
})
const error = { code: 'timed_out' as const, message: 'It took too long.', hint: 'Try again.' }

describe('what is to be told of a step', () => {
  it.each([
    ['a plain answer', step('done'), null],
    ['a prompt that was cut', step('done', { contextNote: '10 of 90 tokens cut' }), '10 of 90 tokens cut'],
    [
      'the answer of a fallback, cut',
      step('done', { isFallback: true, modelId: { hostId: 'h', name: 'b' }, contextNote: 'cut' }),
      'answered by the fallback b; cut'
    ],
    ['a default text', step('defaulted', { error }), 'default text (It took too long)'],
    ['one left out for an error of its own', step('skipped', { error }), 'left out (It took too long)'],
    ['one left out with another', step('skipped'), null],
    ['one that failed', step('failed', { error, contextNote: 'cut' }), null],
    ['one under way', step('running', { contextNote: 'summarising part 1 of 7' }), null]
  ])('of %s', (_, one, note) => {
    expect(stepNote(one)).toBe(note)
  })
})

it('of an item it is told under the names of its steps', () => {
  const chain = testChain([testStep('One'), testStep('Two')])
  const steps = [step('defaulted', { error }), step('done'), step('done', { stepId: 'gone', contextNote: 'cut' })]
  expect(itemNotes(steps, chain)).toEqual(['One: default text (It took too long)', 'gone: cut'])
})
