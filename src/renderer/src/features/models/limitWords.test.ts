/** Would catch: limits shown that are as set for all, a limit without its reason, and a late load said to be cut off. */
import { describe, expect, it } from 'vitest'
import type { TimeLimit } from '../../../../shared/model.ts'
import { formatLimit } from '../../lib/format.ts'
import { lateWords, limitGroups } from './limitWords.ts'

const limit = (phase: TimeLimit['phase'], limitMs: number, reason: string | null = null): TimeLimit => ({
  phase,
  settingMs: 60_000,
  limitMs,
  reason
})

describe('the time limits of a model', () => {
  it('are left out where they are as set for all', () => {
    expect(limitGroups([limit('first_token', 60_000), limit('api', 60_000)])).toEqual([])
  })

  it('stand in one sentence for each reason', () => {
    const weights = '40 GB of weights'
    const limits = [
      limit('load', 90_000, 'its loads took 30 s'),
      limit('first_token', 300_000, weights),
      limit('token_gap', 300_000, weights)
    ]
    expect(limitGroups(limits)).toEqual([
      { reason: 'its loads took 30 s', words: 'Load is late after 1 min 30 s' },
      { reason: weights, words: 'First token within 5 min, next token within 5 min' }
    ])
  })

  it('are written as exactly as they are', () => {
    expect([100, 1_500, 2_000, 59_900, 60_000, 318_400].map(formatLimit)).toEqual([
      '100 ms',
      '1.5 s',
      '2 s',
      '59.9 s',
      '1 min',
      '5 min 18 s'
    ])
  })
})

it('a late load is told its own limit, and that nothing is cut off', () => {
  expect(lateWords([limit('load', 300_000)])).toMatch(/^Longer than its limit of 5 min\. Nothing is cut off/)
  expect(lateWords([])).toMatch(/^Longer than its limit\. Nothing is cut off/)
})
