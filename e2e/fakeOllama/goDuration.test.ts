/** Go's durations, with the answers the real parser gave; a slip here would hide a wrong keep_alive of ours. */
import { expect, it } from 'vitest'
import { parseGoDuration, parseKeepAlive } from './goDuration.ts'

it.each([
  ['0', { ms: 0 }],
  ['+5m', { ms: 300_000 }],
  ['-1s', { ms: -1_000 }],
  ['1h30m0.5s', { ms: 5_400_500 }],
  ['.5s', { ms: 500 }],
  ['300ms', { ms: 300 }],
  ['-1', { error: 'time: missing unit in duration "-1"' }],
  ['300', { error: 'time: missing unit in duration "300"' }],
  ['1d', { error: 'time: unknown unit "d" in duration "1d"' }],
  ['5 m', { error: 'time: unknown unit " m" in duration "5 m"' }],
  ['', { error: 'time: invalid duration ""' }],
  ['abc', { error: 'time: invalid duration "abc"' }],
  ['-', { error: 'time: invalid duration "-"' }]
])('%j', (text, expected) => {
  expect(parseGoDuration(text)).toEqual(expected)
})

it.each([
  [null, null],
  [-1, { ms: Infinity }],
  ['-1m', { ms: Infinity }],
  [0, { ms: 0 }],
  [{}, { error: "Unsupported type: 'map[string]interface {}'" }],
  [false, { error: "Unsupported type: 'bool'" }]
])('keep_alive %j', (value, expected) => {
  expect(parseKeepAlive(value, true)).toEqual(expected)
})

it('fractions of a second count from 0.11.8 on', () => {
  expect([parseKeepAlive(0.5, true), parseKeepAlive(0.5, false)]).toEqual([{ ms: 0 }, { ms: 500 }])
})
