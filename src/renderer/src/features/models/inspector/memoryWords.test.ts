/** Would catch: an error of prediction against nothing, and a number whose origin is not said. */
import { expect, test } from 'vitest'
import { compared, originWords, predictedLabel, predictedWords, qualityWord } from './memoryWords.ts'

test('predicted beside measured says how far off it was, in either direction', () => {
  expect(predictedWords({ bytes: 7.88e9, measuredBytes: 7.91e9 })).toBe('7.88 GB, 0.4 % off')
  expect(predictedWords({ bytes: 9e9, measuredBytes: 6e9 })).toBe('9.00 GB, 50 % off')
  expect(predictedWords({ bytes: 7.88e9, measuredBytes: null })).toBe('7.88 GB')
  expect(predictedWords({ bytes: 7.88e9, measuredBytes: 0 })).toBe('7.88 GB')
})

test('buffers are set beside buffers: what lies outside them is in no log', () => {
  const need = {
    bytes: 497e6,
    parts: [
      { kind: 'weights' as const, bytes: 447e6 },
      { kind: 'overhead' as const, bytes: 50e6 }
    ]
  }
  const logged = [{ bytes: 297e6 }, { bytes: 150e6 }]
  expect(compared(need, logged, 450e6)).toEqual({ bytes: 447e6, measuredBytes: 447e6, isOfBuffers: true })
  expect(compared(need, [], 450e6)).toEqual({ bytes: 497e6, measuredBytes: 450e6, isOfBuffers: false })
  expect(compared({ ...need, parts: [] }, logged, null)).toMatchObject({ bytes: 497e6, isOfBuffers: false })
})

test('a prediction of buffers does not stand as one of the whole: "Measured 134 MB, predicted 95 MB, 0.0 % off"', () => {
  expect(predictedLabel({ isOfBuffers: true })).toBe('Predicted buffers')
  expect(predictedLabel({ isOfBuffers: false })).toBe('Predicted')
})

test('a measured number says where it is from', () => {
  expect(originWords({ quality: 'measured', source: 'process memory', pid: 4_711 })).toBe(
    'Measured from process memory, process 4711.'
  )
  expect(originWords({ quality: 'reported', source: 'Ollama', pid: null })).toBe('Reported by Ollama.')
  expect([qualityWord('estimated'), qualityWord(null)]).toEqual(['Estimated', 'Held'])
})
