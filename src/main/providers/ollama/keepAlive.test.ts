/** The number on the wire; a slip here unloads at once what was to stay for ever, or the other way round. */
import { expect, it } from 'vitest'
import { loadKeepAlive, wireKeepAlive } from './keepAlive.ts'

it.each([
  [0, 0],
  [-1, -1],
  [-0.5, -1],
  [0.2, 1],
  [299.5, 300],
  [31_536_000, 31_536_000],
  [1e12, 9_000_000_000],
  [Infinity, 9_000_000_000]
])('%s s is sent as %s', (seconds, expected) => {
  expect(wireKeepAlive(seconds)).toBe(expected)
})

it('a load never sends 0, which would unload', () => {
  expect(loadKeepAlive(0)).toBe(300)
  expect(loadKeepAlive(0.1)).toBe(1)
  expect(loadKeepAlive(-1)).toBe(-1)
})
