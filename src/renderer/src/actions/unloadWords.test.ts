/** Would catch: an unload called done that was not seen, and bytes that never came back counted as if they had. */
import { describe, expect, it } from 'vitest'
import { returnedWords, unverifiedWords } from './unloadWords.ts'

const result = (bytesReturned: number | null, verified: boolean, evidence: string | null = null) => ({
  bytesReturned,
  durationMs: 300,
  verified,
  evidence
})
const named = (name: string, ...given: Parameters<typeof result>) => ({
  id: { hostId: 'ollama', name },
  result: result(...given),
  error: null
})

describe('what is said after an unload', () => {
  it('is nothing where the memory was seen to be back', () => {
    expect(unverifiedWords('a', result(1, true, 'its process is gone'))).toBeNull()
  })

  it('is what was looked at where it was not, and that nothing could be', () => {
    expect(unverifiedWords('a', result(null, false, 'its process still holds 3.1 GB.'))).toBe(
      'a was unloaded, but its memory was not seen to come back. Seen: its process still holds 3.1 GB.'
    )
    expect(unverifiedWords('a', result(null, false))).toMatch(/Nothing could be looked at here\.$/)
  })

  it('names among many the ones that were not seen, and never adds what is unknown', () => {
    expect(returnedWords([named('a', 6e9, true), named('b', 1.9e9, true)])).toBe('7.9 GB came back.')
    expect(returnedWords([named('a', 6e9, true), named('b', null, false)])).toBe(
      '6.0 GB came back. Not seen to come back: the memory of b.'
    )
    expect(returnedWords([named('a', null, true)])).toBe('All models were unloaded.')
    expect(returnedWords([named('a', null, true)], 'a was unloaded.')).toBe('a was unloaded.')
  })
})
