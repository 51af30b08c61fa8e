// An install that is taken for complete when it is not breaks the first start; one that is repeated for nothing costs a minute each time.
import { expect, test } from 'vitest'
import { isComplete } from './bootstrap.mjs'

const wanted = {
  '': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0' },
  'node_modules/a/node_modules/b': { version: '2.0.0' },
  'node_modules/for-another-platform': { version: '1.0.0', optional: true },
  'build/empty-package': { version: '1.0.0' }
}
const installed = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/a/node_modules/b': { version: '2.0.0' } }

test('everything but other platforms’ packages has to be there', () => {
  expect(isComplete(wanted, installed)).toBe(true)
})
test.each([
  ['one is missing', { 'node_modules/a': { version: '1.0.0' } }],
  ['one is older', { ...installed, 'node_modules/a': { version: '0.9.0' } }],
  ['an optional one is older', { ...installed, 'node_modules/for-another-platform': { version: '0.9.0' } }],
  ['nothing is there', {}]
])('%s', (_, found) => {
  expect(isComplete(wanted, found)).toBe(false)
})
