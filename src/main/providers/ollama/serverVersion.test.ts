/** Which servers only estimate, and list what is still loading; a slip calls an estimate exact, or ends a load for its silence. */
import { expect, it } from 'vitest'
import { isBefore, listsOnlyLoaded, sizeQuality } from './serverVersion.ts'

it.each([
  ['0.5.0', 'estimated'],
  ['0.11.4', 'estimated'],
  ['0.29.9-rc1', 'estimated'],
  ['v0.30.0', 'reported'],
  ['0.30.0-rc0', 'reported'],
  ['0.100.1', 'reported'],
  ['1.0.0', 'reported'],
  ['nightly', 'reported'],
  [null, 'reported']
])('%s: %s', (version, expected) => {
  expect(sizeQuality(version)).toBe(expected)
})

it.each([
  ['0.11.4', false],
  ['0.30.0', true],
  // A build without a version may be of either generation.
  [null, false]
])('%s lists only what is loaded: %s', (version, expected) => {
  expect(listsOnlyLoaded(version)).toBe(expected)
})

it.each([
  ['0.15.4', true],
  ['0.15', true],
  ['0.15.5', false],
  ['v0.15.10-rc0', false],
  ['0.16.0', false],
  ['nightly', false]
])('%s is before 0.15.5: %s', (version, expected) => {
  expect(isBefore(version, 0, 15, 5)).toBe(expected)
})
