/** Would catch: a line that does not tell where a run is, counts from 0, or is too long to be read. */
import { expect, it } from 'vitest'
import { doingWords } from './doingWords.ts'

it('says the steps and the item', () => {
  expect(doingWords(['Draft'], 11, 30)).toBe('Draft, item 12 of 30')
  expect(doingWords(['Draft', 'Polish'], 0, 2)).toBe('Draft and Polish, item 1 of 2')
  expect(doingWords(['A', 'B', 'C'], 1_233, 100_000)).toBe('A, B and C, item 1,234 of 100,000')
  expect(doingWords(['A', 'B', 'C', 'D'], 0, 9)).toBe('4 steps, item 1 of 9')
  expect(doingWords(['Draft'], 0, 1)).toBe('Draft')
})
