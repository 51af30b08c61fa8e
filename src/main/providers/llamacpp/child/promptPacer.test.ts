/** Slices of a prompt: short enough to hear a cancel, long enough not to waste a fast device. */
import { expect, test } from 'vitest'
import { createPromptPacer } from './promptPacer.ts'

function settled(tokensPerSecond: number): number {
  const pacer = createPromptPacer()
  for (let round = 0; round < 20; round++) {
    const tokens = pacer.sliceTokens()
    pacer.measured(tokens, (tokens * 1000) / tokensPerSecond)
  }
  return pacer.sliceTokens()
}

test.each([
  ['a large model on a processor', 20, 4],
  ['a small one', 500, 60],
  ['a graphics card', 20_000, 512]
])('%s at %d tokens a second gets %d', (_what, speed, tokens) => {
  expect(settled(speed)).toBe(tokens)
})

test('the last token or two of a prompt do not shrink the next slice', () => {
  const pacer = createPromptPacer()
  pacer.measured(16, 20)
  const before = pacer.sliceTokens()
  pacer.measured(1, 90)
  expect(pacer.sliceTokens()).toBe(before)
})
