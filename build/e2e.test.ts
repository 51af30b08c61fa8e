// A story that failed and is not counted would let `npm test` end well.
import { expect, test } from 'vitest'
import { countStories, describeResult, exitCodeOf, withoutChromium } from './e2e.mjs'

const spec = (title: string, status: string, annotations: object[] = []): object => ({
  title,
  tests: [{ status, annotations }]
})

test('stories are counted at every depth, with the reason of each that was skipped', () => {
  const report = {
    suites: [
      {
        specs: [spec('a', 'expected'), spec('b', 'unexpected')],
        suites: [{ specs: [spec('c', 'skipped', [{ type: 'skip', description: 'no window' }]), spec('d', 'flaky')] }]
      }
    ],
    errors: [{ message: 'a file that cannot be loaded' }]
  }
  expect(countStories(report)).toEqual({ passed: 2, failed: 2, skipped: ['c: no window'] })
})

test('the last line is how it went, whatever was skipped before it', () => {
  expect(describeResult({ passed: 3, failed: 0, skipped: [] })).toEqual(['3 passed, 0 failed'])
  expect(describeResult({ passed: 3, failed: 1, skipped: ['c: no window', 'd: no disk'] })).toEqual([
    'skipped: c: no window',
    'skipped: d: no disk',
    '2 skipped',
    '3 passed, 1 failed'
  ])
})

test('stories asked for by name of which none ran do not end well', () => {
  expect(exitCodeOf({ passed: 0, failed: 0 })).toBe(1)
  expect(exitCodeOf({ passed: 4, failed: 1 })).toBe(1)
  expect(exitCodeOf({ passed: 4, failed: 0 })).toBe(0)
})

test('a missing Chromium fails where tests are all that a machine is for, and is said either way', () => {
  expect(withoutChromium('none found', { CI: 'true' })).toMatchObject({
    failed: 1,
    skipped: [expect.stringContaining('none found')]
  })
  expect(withoutChromium('none found', {})).toMatchObject({
    failed: 0,
    skipped: [expect.stringContaining('none found')]
  })
})
