import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testWhatIf, testWhatIfModel } from './testWhatIf.ts'
import { whatIfBar } from './whatIfBar.ts'

describe('whatIfBar', () => {
  it('is as long as the machine’s limit while all fits: the budget mark stands still under a dragged slider', () => {
    const small = whatIfBar(testWhatIf([testWhatIfModel('a', 6)]))
    const large = whatIfBar(testWhatIf([testWhatIfModel('a', 12)]))
    expect(small.budgetAt).toBe(20 / 24)
    expect(large.budgetAt).toBe(20 / 24)
    expect(large.segments).toEqual([{ key: 'ollama/a', bytes: 12, start: 0, share: 0.5 }])
  })

  it('shows how far beyond the budget it goes, and stays within its own length', () => {
    const { segments, budgetAt, overShare } = whatIfBar(
      testWhatIf([testWhatIfModel('a', 30), testWhatIfModel('b', 10)])
    )
    expect(budgetAt).toBe(0.5)
    expect(overShare).toBe(0.5)
    expect(segments.map(({ start, share }) => start + share)).toEqual([0.75, 1])
  })

  it('shows what stays loaded beside the chosen ones as one piece at their end', () => {
    const { segments } = whatIfBar(testWhatIf([testWhatIfModel('a', 6)], { sum: { heldBytes: 6 } }))
    expect(segments.map(({ key, share }) => [key, share])).toEqual([
      ['ollama/a', 0.25],
      [null, 0.25]
    ])
  })

  it('has no mark where the budget is unknown, and no piece for an unknown need', () => {
    const { segments, budgetAt, overShare } = whatIfBar(
      testWhatIf([testWhatIfModel('a', null)], { sum: { budgetBytes: null, limitBytes: null } })
    )
    expect({ segments, budgetAt, overShare }).toEqual({ segments: [], budgetAt: null, overShare: 0 })
  })

  it('never runs out of its length, whatever is asked', () => {
    const bytes = fc.integer({ min: 0, max: 2 ** 44 })
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 40 }), bytes, bytes, (needs, limit, others) => {
        const models = needs.map((need, index) => testWhatIfModel(`m${index}`, need))
        const answer = testWhatIf(models, { sum: { heldBytes: others, limitBytes: limit, budgetBytes: limit } })
        const { segments, budgetAt, overShare } = whatIfBar(answer)
        for (const { start, share } of segments) expect(start + share).toBeLessThanOrEqual(1.000001)
        expect((budgetAt ?? 0) + overShare).toBeLessThanOrEqual(1.000001)
      })
    )
  })
})
