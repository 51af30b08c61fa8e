/** The parent believes a child nothing: no message of any shape may throw or get through unparsed. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseFromEngine } from './parseFromEngine.ts'

test.each([
  { type: 'hello' },
  { type: 'pong' },
  { type: 'progress', fraction: 0.5 },
  { type: 'text', answerId: 3, text: 'Hello' },
  { type: 'estimated', estimate: { weightsBytes: 9, contexts: [{ contextLength: 512, bytes: 5 }] } },
  { type: 'estimateFailed', reason: 'failed', message: 'no', log: '' },
  { type: 'failed', answerId: 3, reason: 'aborted', message: 'Cancelled.' }
])('understands %o', (message) => {
  expect(parseFromEngine(message)).toEqual(message)
})

test.each([
  null,
  'hello',
  { type: 'goodbye' },
  { type: 'progress', fraction: 7 },
  { type: 'progress', fraction: Number.NaN },
  { type: 'text', answerId: -1, text: 'x' },
  { type: 'text', answerId: 1, text: 'x'.repeat(1_000_001) },
  { type: 'buffers', buffers: [{ component: 'a', device: 'b', kind: 'model', bytes: -5 }] },
  { type: 'loaded', contextLength: 0 },
  { type: 'estimated', estimate: { weightsBytes: 9, contexts: [{ contextLength: 512, bytes: Infinity }] } },
  { type: 'estimated', estimate: { weightsBytes: 9 } }
])('does not believe %o', (message) => {
  expect(parseFromEngine(message)).toBeNull()
})

test('never throws', () => {
  const type = fc.constantFrom(
    'hello',
    'device',
    'progress',
    'buffers',
    'loaded',
    'loadFailed',
    'estimated',
    'estimateFailed',
    'text',
    'answered',
    'failed'
  )
  const message = fc.oneof(
    fc.anything(),
    fc.tuple(type, fc.object()).map(([kind, rest]) => ({ ...rest, type: kind }))
  )
  fc.assert(
    fc.property(message, (value) => {
      parseFromEngine(value)
    })
  )
})
