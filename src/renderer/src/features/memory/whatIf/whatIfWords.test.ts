import { describe, expect, it } from 'vitest'
import { testWhatIf, testWhatIfModel } from './testWhatIf.ts'
import { asideWords, sumRows, verdictWords } from './whatIfWords.ts'

const gb = 1e9
const budget = { limitBytes: 26 * gb, budgetBytes: 22 * gb, roomBytes: 22 * gb, overBytes: 0 }
const said = (answer: Parameters<typeof sumRows>[0]): string[] =>
  sumRows(answer).map(({ label, value }) => `${label} ${value}`)
const text = (answer: Parameters<typeof verdictWords>[0], isDone = false, staying: string | null = null): string =>
  verdictWords(answer, isDone, staying)
    .map((part) => part.text)
    .join('')

describe('sumRows', () => {
  it('adds up, with what is loaded beside the chosen ones', () => {
    const answer = testWhatIf([testWhatIfModel('a', 20 * gb)], {
      sum: { ...budget, heldBytes: 5 * gb, roomBytes: 17 * gb, overBytes: 3 * gb }
    })
    expect(said(answer)).toEqual(['Together 20.0 GB', 'Loaded beside them 5.0 GB', 'Budget 22.0 GB', 'Over by 3.0 GB'])
    expect(sumRows(answer).at(-1)?.tone).toBe('bad')
  })

  it('says what other programs leave where that is less than the budget, as a warning: they may be closed', () => {
    const answer = testWhatIf([testWhatIfModel('a', 20 * gb)], {
      sum: { ...budget, freeBytes: 18 * gb, roomBytes: 18 * gb, overBytes: 2 * gb, limitedBy: 'other_programs' }
    })
    expect(said(answer)).toEqual([
      'Together 20.0 GB',
      'Budget 22.0 GB',
      'Other programs leave 18.0 GB',
      'Over by 2.0 GB'
    ])
    expect(sumRows(answer).at(-1)?.tone).toBe('warn')
  })

  it('says "at least" while a need is unknown, and leaves nobody with a promise', () => {
    const answer = testWhatIf([testWhatIfModel('a', 6 * gb), testWhatIfModel('b', null)], { sum: budget })
    expect(said(answer)).toEqual(['Together at least 6.0 GB', 'Budget 22.0 GB', 'Left at most 16.0 GB'])
  })

  it('says how far off it may be, where that is to be seen', () => {
    const models = [testWhatIfModel('a', 6 * gb)]
    expect(said(testWhatIf(models, { plusMinusBytes: 0.4 * gb, sum: budget }))[0]).toBe('Together 6.0 GB ± 0.4')
    expect(said(testWhatIf(models, { plusMinusBytes: 0.01 * gb, sum: budget }))[0]).toBe('Together 6.0 GB')
  })

  it('makes no number of an unknown budget', () => {
    const sum = { limitBytes: null, budgetBytes: null, roomBytes: null, overBytes: null, limitedBy: null }
    expect(said(testWhatIf([testWhatIfModel('a', 6 * gb)], { sum }))).toEqual([
      'Together 6.0 GB',
      'Budget unknown',
      'Left unknown'
    ])
  })
})

describe('verdictWords', () => {
  const models = [testWhatIfModel('a', 6 * gb), testWhatIfModel('b', 6 * gb)]

  it('says what is, in one sentence', () => {
    expect(text(testWhatIf(models, { sum: budget }))).toBe('They fit together.')
    expect(text(testWhatIf(models.slice(1), { sum: budget }))).toBe('It fits.')
    expect(text(testWhatIf(models, { sum: budget }), true)).toBe('These are loaded now.')
    expect(text(testWhatIf(models, { verdict: 'fits_partly', spilledBytes: 3.1 * gb }))).toBe(
      '3.1 GB would lie in RAM, which is slower.'
    )
  })

  it('names whose need is unknown, else says that the budget is', () => {
    const unknown = testWhatIf([...models, testWhatIfModel('c', null), testWhatIfModel('d', null)], {
      verdict: 'unknown'
    })
    expect(text(unknown)).toBe('What c and one other need is not known.')
    expect(text(testWhatIf(models, { verdict: 'unknown' }))).toBe('What this machine can give to models is not known.')
  })

  it('leaves the word to the advice, and without any does not blame the budget for what other programs take', () => {
    const advice = [{ unload: [], leaveOut: [], contexts: [] }]
    expect(text(testWhatIf(models, { verdict: 'does_not_fit', advice }))).toBe('')
    expect(text(testWhatIf(models, { verdict: 'does_not_fit' }))).toBe('Does not fit, whatever else is unloaded.')
    const sum = { ...budget, freeBytes: 8 * gb, limitedBy: 'other_programs' as const }
    expect(text(testWhatIf(models, { verdict: 'does_not_fit', sum }))).toBe(
      'Within the budget, but other programs leave only 8.0 GB.'
    )
  })
})

describe('what does not fit beside a pinned model', () => {
  it('names it, and only where it is what is in the way', () => {
    const sum = { ...budget, heldBytes: 4 * gb, roomBytes: 18 * gb, overBytes: 2 * gb }
    const beside = testWhatIf([testWhatIfModel('a', 20 * gb)], { verdict: 'does_not_fit', sum })
    expect(text(beside, false, 'b is pinned.')).toBe('Does not fit beside what stays loaded: b is pinned.')
    expect(text(beside)).toBe('Does not fit, whatever else is unloaded.')
    const tooLarge = testWhatIf([testWhatIfModel('a', 23 * gb)], { verdict: 'does_not_fit', sum })
    expect(text(tooLarge, false, 'b is pinned.')).toBe('Does not fit, whatever else is unloaded.')
  })
})

describe('beside the bytes of a model', () => {
  const answered = testWhatIfModel('a', 577e6)

  it('what it holds stands where it is loaded as asked: "577 MB, measured before" is not what the row and the bar say', () => {
    expect(asideWords(answered, 4_096, 526e6)).toBe('holds 526 MB now')
  })

  it('where the number is from stands for another context, and where it is not loaded', () => {
    expect(asideWords(answered, 8_192, 526e6)).toBe('by the engine')
    expect(asideWords(answered, null, null)).toBe('by the engine')
    expect(asideWords(answered, 4_096, null)).toBe('by the engine')
    expect(asideWords(testWhatIfModel('a', null), null, null)).toBeNull()
    expect(asideWords(null, 4_096, 526e6)).toBeNull()
  })
})
