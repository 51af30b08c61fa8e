/** Would catch: seconds claimed to be saved that nobody measured, and a line where there is nothing to say. */
import { describe, expect, it } from 'vitest'
import type { Saving } from '../../../../shared/model.ts'
import { savingTotal, savingWords } from './savingWords.ts'

const saving = (part: Partial<Saving>): Saving => ({
  id: { hostId: 'ollama', name: 'a' },
  usualLoadMs: 6_000,
  todayColdStarts: 0,
  todayMs: 0,
  weekColdStarts: 0,
  weekMs: 0,
  ...part
})

describe('what warmth has saved', () => {
  it('is said of today, else of seven days, else not at all', () => {
    const today = saving({ todayColdStarts: 14, todayMs: 130_000, weekColdStarts: 40, weekMs: 400_000 })
    expect(savingWords(today)).toBe('Warmth saved 2 min 10 s today, 14 cold starts.')
    const week = saving({ weekColdStarts: 1, weekMs: 6_000 })
    expect(savingWords(week)).toBe('Warmth saved 6.0 s in seven days, 1 cold start.')
    expect(savingWords(saving({}))).toBeNull()
    expect(savingWords(undefined)).toBeNull()
  })

  it('names no seconds where no load was measured', () => {
    const unmeasured = saving({ usualLoadMs: null, todayColdStarts: 3, weekColdStarts: 3 })
    expect(savingWords(unmeasured)).toBe('Warmth saved 3 cold starts today.')
    expect(savingTotal([unmeasured])).toBeNull()
  })

  it('adds up over all models', () => {
    const one = saving({ todayColdStarts: 2, todayMs: 60_000, weekColdStarts: 5, weekMs: 90_000 })
    expect(savingTotal([one, one])).toEqual({
      words: 'Warmth saved 2 min today',
      week: '3 min and 10 cold starts in seven days'
    })
    expect(savingTotal([])).toBeNull()
  })
})
