// Quitting that waits for a stuck child process, or that stops at the first failure, would leave the window or the child behind.
import { expect, test } from 'vitest'
import { createFakeClock } from './fakeClock.ts'
import { createLogger } from './logger.ts'
import { disposeWithin } from './disposeWithin.ts'

test('what ends in time is waited for', async () => {
  let hasEnded = false
  const clock = createFakeClock()
  await disposeWithin(
    async () => void (hasEnded = true),
    1_000,
    clock,
    createLogger(() => {})
  )
  expect(hasEnded).toBe(true)
})

test('what never ends is left behind after the limit, and said', async () => {
  const lines: string[] = []
  const clock = createFakeClock()
  const over = disposeWithin(
    () => new Promise(() => {}),
    1_000,
    clock,
    createLogger((line) => lines.push(line))
  )
  await clock.advance(1_000)
  await over
  expect(lines.join()).toContain('1000 ms')
})

test('a failure, thrown or rejected, is said and does not stop the quitting', async () => {
  const lines: string[] = []
  const logger = createLogger((line) => lines.push(line))
  const clock = createFakeClock()
  await disposeWithin(() => Promise.reject(new Error('first')), 1_000, clock, logger)
  await disposeWithin(
    () => {
      throw new Error('second')
    },
    1_000,
    clock,
    logger
  )
  expect(lines.join()).toMatch(/first[^]*second/)
})
