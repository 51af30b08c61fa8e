/** Would catch: an item shown at work whose steps wait, or waiting while one of them answers, or one that ended coming back to life. */
import { describe, expect, it } from 'vitest'
import type { RunItem } from '../../../../shared/run.ts'
import { itemLine, liveStatus, missedStart, readable } from './itemWords.ts'

it('tells by its steps whether an item is at work, until it has ended', () => {
  const steps = [{ status: 'done' }, { status: 'running' }] as const
  expect(liveStatus({ status: 'waiting' }, steps)).toBe('running')
  expect(liveStatus({ status: 'running' }, [{ status: 'done' }, { status: 'waiting' }])).toBe('waiting')
  expect(liveStatus({ status: 'failed' }, steps)).toBe('failed')
})

it('says under the name of an item what is to be told of its result, before the result itself', () => {
  const item: RunItem = {
    item: 0,
    name: 'a.txt',
    preview: 'what goes in',
    status: 'done',
    reason: null,
    error: null,
    finalOutput: 'what\ncame out',
    steps: []
  }
  expect(itemLine(item, [])).toBe('what came out')
  expect(itemLine(item, ['Draft: default text', 'Final: cut'])).toBe('Draft: default text · Final: cut')
  expect(itemLine({ ...item, status: 'stopped', reason: 'enough' }, ['Draft: cut'])).toBe(
    'Stopped: enough · Draft: cut'
  )
  expect(itemLine({ ...item, status: 'running', finalOutput: null }, ['Draft: cut'])).toBe('what goes in')
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
