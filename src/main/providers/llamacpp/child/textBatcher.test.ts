/** Batches of text: the first at once, then a few a second, and none forgotten at the end. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTextBatcher } from './textBatcher.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 10_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

test('the first piece goes at once, those within 40 ms together, the rest with the end', () => {
  const sent: string[] = []
  const batcher = createTextBatcher((text) => sent.push(text))
  vi.advanceTimersByTime(1_000)
  batcher.add('a')
  batcher.add('b')
  vi.advanceTimersByTime(20)
  batcher.add('c')
  expect(sent).toEqual(['a'])
  vi.advanceTimersByTime(20)
  expect(sent).toEqual(['a', 'bc'])
  batcher.add('d')
  batcher.flush()
  batcher.flush()
  vi.advanceTimersByTime(1_000)
  expect(sent).toEqual(['a', 'bc', 'd'])
})
