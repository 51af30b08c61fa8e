import { expect, it } from 'vitest'
import { testChain, testStep } from '../../../../shared/chainRig.ts'
import type { InputSet } from '../../../../shared/run.ts'
import { blockedWords } from './blockedWords.ts'

it('gives one reason why a run cannot begin, the most telling first', () => {
  const draft = { input: null, sending: null, failure: null }
  const begin = { chain: { steps: [] }, draft, problems: [], isConnected: true }
  expect(blockedWords({ ...begin, isConnected: false })).toBe('Not connected.')
  expect(blockedWords(begin)).toBe('The chain has no step yet.')
  // An empty table has no columns either: that is not what to mend.
  const empty = { kind: 'csv', itemCount: 0 } as InputSet
  const problem = {
    stepId: null,
    field: 'input',
    message: 'No columns.',
    start: null,
    end: null,
    isBlocking: true
  } as const
  const steps = testChain([testStep('One', '{{input.a}}')]).steps
  const blocked = { ...begin, chain: { steps }, problems: [problem] }
  expect(blockedWords({ ...blocked, draft: { ...draft, input: empty } })).toBe('There is no item in this input.')
  expect(blockedWords(blocked)).toBe('No columns.')
})
