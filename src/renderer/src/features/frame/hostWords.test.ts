/** Would catch: a countdown below zero, a pause that hides why a host is down, and a queue nobody sees. */
import { describe, expect, it } from 'vitest'
import { hostWords } from './hostWords.ts'
import { testHost, testRequests } from './testHost.ts'

describe('a host in words', () => {
  it('shows the address without its scheme, and no countdown while it is well', () => {
    expect(hostWords(testHost(), testRequests(), 0)).toEqual({
      tone: 'ok',
      word: 'answers',
      version: '0.35.1',
      line: '127.0.0.1:11434',
      next: null,
      queue: null
    })
  })

  const error = { code: 'server_down' as const, message: 'Ollama does not answer.', hint: null }
  const down = testHost({ status: 'down', error, nextCheckAt: 24_000 })

  it('says why it is down and counts to the next try, never below zero', () => {
    expect(hostWords(down, null, 0)).toMatchObject({
      word: 'down',
      line: 'Ollama does not answer.',
      next: 'next try 0:24'
    })
    expect(hostWords(down, null, 30_000).next).toBe('trying now')
  })

  const queue = { running: 2, limit: 2, limitReason: 'memory is short', answering: [], waitingCount: 3, waiting: [] }

  it('counts who waits, also where nothing is known but that', () => {
    expect(hostWords(testHost(), testRequests({ queue }), 0).queue).toBe('3 waiting')
    expect(hostWords(testHost(), null, 0).queue).toBeNull()
  })

  it('tells in one line that it is left alone and until when; of one that is down, why it is down', () => {
    const breaker = { state: 'open' as const, sinceAt: 0, reason: 'failed', nextTryAt: 24_500, failures: 5 }
    const paused = testRequests({ breaker })
    expect(hostWords(testHost(), paused, 0)).toMatchObject({
      tone: 'warn',
      word: 'left alone',
      line: 'left alone, next try 0:25',
      next: null
    })
    expect(hostWords(testHost(), { ...paused, breaker: { ...breaker, nextTryAt: null } }, 0).line).toBe('left alone')
    expect(hostWords(testHost(), { ...paused, breaker: { ...breaker, state: 'half_open' } }, 0).line).toBe(
      'left alone, trying now'
    )
    expect(hostWords(down, paused, 0).line).toBe('Ollama does not answer.')
  })
})
