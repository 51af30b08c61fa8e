/** Would catch: a run that cannot be chosen, one compared with itself, or two of one day that cannot be told apart. */
import { expect, it } from 'vitest'
import { testRun } from '../testRun.ts'
import { otherRunChoices, otherRuns } from './otherRuns.ts'

it('has every other run, those of the same chain first, each with its time and how it ended', () => {
  const at = new Date(2026, 2, 17, 14, 2).getTime()
  const run = testRun()
  const foreign = testRun({ id: 'foreign', chainId: 'other', chainName: 'Translate', createdAt: at })
  const own = Array.from({ length: 40 }, (_, index) => testRun({ id: `own-${index}`, createdAt: at - index * 60_000 }))
  const runs = [foreign, run, ...own]
  expect(otherRuns(run, runs).map(({ id }) => id)).toEqual([...own.map(({ id }) => id), 'foreign'])
  const [same, others] = otherRunChoices(run, runs, at + 86_400_000)
  expect(same?.items).toHaveLength(40)
  expect(same?.items[1]?.label).toBe('Review a folder, 40 files, 312 kB, yesterday 14:01, done')
  expect(others?.items).toEqual([{ value: 'foreign', label: 'Translate, 40 files, 312 kB, yesterday 14:02, done' }])
  expect(otherRunChoices(run, [run], at)).toEqual([])
})
