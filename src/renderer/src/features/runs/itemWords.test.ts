/** Would catch: an item shown at work whose steps wait, or waiting while one of them answers, or one that ended coming back to life. */
import { expect, it } from 'vitest'
import { liveStatus } from './itemWords.ts'

it('tells by its steps whether an item is at work, until it has ended', () => {
  const steps = [{ status: 'done' }, { status: 'running' }] as const
  expect(liveStatus({ status: 'waiting' }, steps)).toBe('running')
  expect(liveStatus({ status: 'running' }, [{ status: 'done' }, { status: 'waiting' }])).toBe('waiting')
  expect(liveStatus({ status: 'failed' }, steps)).toBe('failed')
})
