/** Would catch: an error of prediction against nothing, and a number whose origin is not said. */
import { expect, test } from 'vitest'
import { originWords, predictedWords, qualityWord } from './memoryWords.ts'

test('predicted beside measured says how far off it was, in either direction', () => {
  expect(predictedWords({ bytes: 7.88e9 }, 7.91e9)).toBe('7.88 GB, 0.4 % off')
  expect(predictedWords({ bytes: 9e9 }, 6e9)).toBe('9.00 GB, 50 % off')
  expect(predictedWords({ bytes: 7.88e9 }, null)).toBe('7.88 GB')
  expect(predictedWords({ bytes: 7.88e9 }, 0)).toBe('7.88 GB')
})

test('a measured number says where it is from', () => {
  expect(originWords({ quality: 'measured', source: 'process memory', pid: 4_711 })).toBe(
    'Measured from process memory, process 4711.'
  )
  expect(originWords({ quality: 'reported', source: 'Ollama', pid: null })).toBe('Reported by Ollama.')
  expect([qualityWord('estimated'), qualityWord(null)]).toEqual(['Estimated', 'Held'])
})
