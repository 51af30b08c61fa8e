/** Would catch: an answer that comes late being lost, or hundreds of questions waiting on one dead server. */
import { expect, it, vi } from 'vitest'
import { createFakeClock } from '../lib/fakeClock.ts'
import { createBoundedRead } from './boundedRead.ts'

it('gives up waiting at the limit, asks no second time meanwhile, and knows the late answer afterwards', async () => {
  const clock = createFakeClock()
  const answers: ((value: string) => void)[] = []
  const read = vi.fn(() => new Promise<string>((resolve) => void answers.push(resolve)))
  const onTrouble = vi.fn()
  const ask = createBoundedRead({ read, limitMs: 800, clock, onTrouble })

  const first = ask()
  await clock.advance(800)
  expect(await first).toEqual({ value: null, isFresh: false })
  expect(onTrouble).toHaveBeenCalledOnce()
  expect(await ask()).toEqual({ value: null, isFresh: false })
  expect(read).toHaveBeenCalledOnce()

  answers[0]?.('late')
  await clock.advance(1)
  const next = ask()
  await clock.advance(900)
  expect(await next).toEqual({ value: 'late', isFresh: false })
  expect(read).toHaveBeenCalledTimes(2)
})
