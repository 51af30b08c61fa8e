import { expect, it } from 'vitest'
import { comparedFigures, unlikeWords } from './compareWords.ts'
import { testRun } from './testRun.ts'

it('judges loads and time only where both did the same work', () => {
  const slow = testRun({ id: 'slow', loads: 9, workedMs: 90_000 })
  const judged = (other: typeof slow): (string | null)[] =>
    comparedFigures([testRun(), other], 0)
      .filter(({ better }) => better !== null)
      .map(({ label }) => label)
  expect(judged(slow)).toEqual(['Loads', 'Time'])
  expect(judged({ ...slow, stepRunsDone: 60 })).toEqual([])
  expect(unlikeWords([testRun(), testRun()])).toBeNull()
  expect(unlikeWords([testRun(), testRun({ inputId: 'other' })])).toMatch(/different inputs/)
})
