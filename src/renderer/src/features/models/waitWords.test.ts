/** Would catch: a wait that stands still between two messages, a place of 0 or "2th", and a countdown below zero. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatOrdinal } from '../../lib/format.ts'
import { waitWords } from './waitWords.ts'

const now = 1_000_000

describe('what an answer waits for', () => {
  const queued = { kind: 'queued', position: 2, waiting: 5, elapsedMs: 4_000 } as const
  const retrying = {
    kind: 'retrying',
    attempt: 2,
    attempts: 3,
    nextAt: now + 1_400,
    reason: 'Ollama is busy.'
  } as const

  it('is its place in the queue, counted on from when that was said', () => {
    expect(waitWords(queued, { now, cameAt: now - 10_900 })).toBe('2nd in the queue, 0:14')
    expect(waitWords({ ...queued, position: 1 }, { now, cameAt: now })).toBe('Next in the queue, 0:04')
  })

  it('is the next attempt and why, and then that it is under way', () => {
    expect(waitWords(retrying, { now, cameAt: now })).toBe('Ollama is busy. Again in 2 s, attempt 2 of 3')
    expect(waitWords(retrying, { now: now + 1_400, cameAt: now })).toBe('Ollama is busy. Attempt 2 of 3')
  })

  it('is nothing for anything else', () => {
    expect(waitWords(undefined, { now, cameAt: now })).toBeNull()
    expect(waitWords({ kind: 'load', elapsedMs: 1, fraction: null }, { now, cameAt: now })).toBeNull()
  })

  it('never counts backwards nor shows a negative time', () => {
    const at = fc.integer({ min: -100_000, max: 100_000 })
    fc.assert(
      fc.property(at, at, fc.integer({ min: 1, max: 500 }), (cameAt, nextAt, position) => {
        const words = [
          waitWords({ ...queued, position }, { now, cameAt: now + cameAt }),
          waitWords({ ...retrying, nextAt: now + nextAt }, { now, cameAt: now })
        ]
        for (const each of words) expect(each).not.toMatch(/-\d|NaN| 0 s/)
      })
    )
  })
})

it('counts places as people do', () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 103, 112].map(formatOrdinal)).toEqual([
    '1st',
    '2nd',
    '3rd',
    '4th',
    '11th',
    '12th',
    '13th',
    '21st',
    '22nd',
    '103rd',
    '112th'
  ])
})
