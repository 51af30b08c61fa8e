/** One bad pattern would stop the whole core: every run, every screen, every unload. */
import { describe, expect, it } from 'vitest'
import { createSafeMatch } from './safeMatch.ts'

describe('a regular expression of a stop condition', () => {
  // So patient that a busy machine is no reason to give up on a good pattern.
  const matches = createSafeMatch(10_000)

  it.each([
    ['^no', 'u', 'no risks', true],
    ['^no', 'u', 'No risks', false],
    ['^no', 'iu', 'No risks', true],
    ['^.$', 'u', '😀', true]
  ])('%s /%s on %j', (pattern, flags, text, isMatch) => {
    expect(matches(pattern, flags, text)).toBe(isMatch)
  })

  // Without an end these take longer than anybody lives; the test would hang.
  it.each(['(a+)+$', '(a|a)*$', '(a|aa)+$', '([a-z]+)*$', '(.*a){25}$'])('that never ends is ended: %s', (pattern) => {
    const hasty = createSafeMatch(50)
    expect(() => hasty(pattern, 'u', `${'a'.repeat(5_000)}!`)).toThrow(/took longer than 50 ms/)
  })

  it('can be looked for again after one that was ended', () => {
    const again = createSafeMatch(1_000)
    expect(() => again('(a+)+$', 'u', `${'a'.repeat(5_000)}!`)).toThrow(/took longer/)
    expect(again('a', 'u', 'still at work')).toBe(true)
  })

  it('that is none is said to be none', () => {
    expect(() => matches('(', 'u', 'x')).toThrow('“(” is no regular expression.')
  })
})
