// A story that failed and is not counted would let `npm test` end well.
import { expect, test } from 'vitest'
import { countStories } from './e2e.mjs'

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
