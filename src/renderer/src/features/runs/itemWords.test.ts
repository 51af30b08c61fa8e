/** Would catch: an item shown at work whose steps wait, or waiting while one of them answers, or one that ended coming back to life. */
import { describe, expect, it } from 'vitest'
import { liveStatus, missedStart, readable } from './itemWords.ts'

it('tells by its steps whether an item is at work, until it has ended', () => {
  const steps = [{ status: 'done' }, { status: 'running' }] as const
  expect(liveStatus({ status: 'waiting' }, steps)).toBe('running')
  expect(liveStatus({ status: 'running' }, [{ status: 'done' }, { status: 'waiting' }])).toBe('waiting')
  expect(liveStatus({ status: 'failed' }, steps)).toBe('failed')
})

describe('the texts of an item', () => {
  it('puts what was said before the page listened in front of what it heard', () => {
    expect(missedStart('The answer is', 'answer is for')).toBe('The ')
    expect(missedStart('The answer is', ' is')).toBe('The answer')
    expect(missedStart('The answer', '')).toBe('The answer')
    expect(missedStart('', 'heard')).toBe('')
  })

  it('lays out JSON, and leaves alone what is none', () => {
    expect(readable('{"a":1}', true)).toBe('{\n  "a": 1\n}')
    expect(readable('{"a":', true)).toBe('{"a":')
    expect(readable('{"a":1}', false)).toBe('{"a":1}')
  })
})
