/** Would catch: a pause without its reason or end, an error rate of what never was asked, and waiters who are not counted. */
import { describe, expect, it } from 'vitest'
import type { HostRequests } from '../../../../../shared/hostRequests.ts'
import { testRequests } from '../testHost.ts'
import { breakerWords, callerWords, cancelLabel, moreWaitingWords, queueWords, trafficFacts } from './requestWords.ts'

describe('a pause', () => {
  const sinceAt = new Date(2025, 5, 10, 14, 2).getTime()
  const breaker = (part: Partial<HostRequests['breaker']> = {}): HostRequests['breaker'] => ({
    state: 'open',
    sinceAt,
    reason: 'refused the connection 5 times',
    nextTryAt: sinceAt + 24_000,
    failures: 5,
    ...part
  })

  it('says since when, why, and when it is tried again', () => {
    expect(breakerWords(breaker(), sinceAt)).toEqual({
      words: 'Left alone since 14:02: refused the connection 5 times.',
      next: 'Next try in 0:24.'
    })
    expect(breakerWords(breaker(), sinceAt + 60_000)?.next).toBe('Trying now.')
    expect(breakerWords(breaker({ nextTryAt: null }), sinceAt)?.next).toBeNull()
    expect(breakerWords(breaker({ state: 'half_open' }), sinceAt)?.next).toBe('One request tries it now.')
  })

  it('makes one sentence of whatever reason it is given', () => {
    expect(breakerWords(breaker({ reason: null }), sinceAt)?.words).toBe('Left alone since 14:02.')
    expect(breakerWords(breaker({ reason: 'It failed 5 times.' }), sinceAt)?.words).toBe(
      'Left alone since 14:02: it failed 5 times.'
    )
  })

  it('is not spoken of while it is asked as usual', () => {
    expect(breakerWords(testRequests().breaker, 0)).toBeNull()
  })
})

describe('the queue', () => {
  const waiter = { modelId: { hostId: 'ollama', name: 'a' }, caller: 'you', operationId: null, position: 1, sinceAt: 0 }
  const queue = (part: Partial<HostRequests['queue']>): HostRequests['queue'] => ({ ...testRequests().queue, ...part })

  it('says how many answer, how many may, and why', () => {
    expect(queueWords(queue({ running: 2, limit: 3, limitReason: 'answers get no slower' }))).toBe(
      '2 answering, at most 3 at once: answers get no slower.'
    )
    expect(queueWords(queue({ limit: 3, limitReason: 'others wait' }))).toBe('None answering, at most 3 at once.')
    expect(queueWords(queue({}))).toBe('None answering, at most 1 at once.')
  })

  it('says who waits in words, not by the name the core has for them', () => {
    expect(['you', 'script', 'schedule', 'Notes'].map(callerWords)).toEqual([
      'you',
      'a script',
      'the schedule',
      'Notes'
    ])
  })

  it('names a cancel by what it ends: of a model asked by three, one is meant', () => {
    expect(cancelLabel({ ...waiter, caller: 'script' }, false)).toBe('Cancel a, waiting for a script')
    expect(cancelLabel({ ...waiter, caller: 'schedule' }, true)).toBe('Cancel a, answering for the schedule')
  })

  it('counts those the list does not hold', () => {
    expect(moreWaitingWords(queue({ waitingCount: 5, waiting: [waiter, waiter] }))).toBe('3 more wait behind these.')
    expect(moreWaitingWords(queue({ waitingCount: 2, waiting: [waiter] }))).toBe('One more waits behind these.')
    expect(moreWaitingWords(queue({ waitingCount: 1, waiting: [waiter] }))).toBeNull()
  })
})

describe('the figures', () => {
  it('are none where nothing was asked: no error rate of 0 of 0', () => {
    expect(trafficFacts(testRequests().traffic)).toBeNull()
  })

  it('tell what is unknown apart from 0', () => {
    const traffic = { windowMs: 900_000, answers: 0, errors: 2, responseMs: null, queueWaitMs: 0 }
    expect(trafficFacts(traffic)?.map(({ value }) => value)).toEqual(['0', '2 of 2 requests, 100 %', '–', 'none'])
    expect(trafficFacts({ ...traffic, answers: 40, errors: 0 })?.[1]?.value).toBe('none')
  })
})
