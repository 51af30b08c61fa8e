/** Would catch: a sum that does not show what it was made of, and an unknown drawn as 0. */
import { describe, expect, it } from 'vitest'
import { fitSumGroups, needLines } from './sumLines.ts'
import { predictionOf, sumOf } from './testPrediction.ts'

const gb = 1_000_000_000
const written = (prediction = predictionOf()): string[][] =>
  fitSumGroups(prediction).map((lines) => lines.map(({ label, value }) => `${label}: ${value}`))

describe('the sum behind a verdict', () => {
  it('goes from the parts to the need, and from the limit to the room', () => {
    expect(written()).toEqual([
      ['Weights: 12.90 GB', 'Context, 8,192 tokens: 1.10 GB', 'Compute: 240 MB', 'Needs: 14.24 GB ± 300 MB'],
      [
        'The machine can give: 26.40 GB',
        'Kept for the system: − 4.00 GB',
        'Budget for models: 22.40 GB',
        'Held by models: − 8.00 GB',
        'Other programs leave: 14.60 GB',
        'Room in the budget now: 14.40 GB'
      ]
    ])
  })

  it('says what is missing, marked only where the load would be refused', () => {
    const sum = sumOf({ overBytes: 2 * gb, limitedBy: 'other_programs', replacedBytes: gb })
    const [, room = []] = fitSumGroups(predictionOf({ sum, verdict: 'does_not_fit', isAllowed: false }))
    expect(room.filter(({ isOver }) => isOver).map(({ value }) => value)).toEqual(['2.00 GB'])
    expect(
      fitSumGroups(predictionOf({ sum }))
        .flat()
        .some(({ isOver }) => isOver)
    ).toBe(false)
    expect(room.map(({ label }) => label)).toContain('Held by it now, given back first')
    expect(room.map(({ label }) => label)).toContain('Room beside other programs now')
  })

  it('of a model larger than the whole budget says only how much larger: unloading would not help', () => {
    const large = predictionOf({ needBytes: 44.83 * gb, verdict: 'does_not_fit', isAllowed: false })
    const [, room = []] = fitSumGroups({ ...large, sum: sumOf({ overBytes: 30 * gb }) })
    expect(room.map(({ label }) => label)).not.toContain('Missing')
    expect(room.at(-1)).toMatchObject({ label: 'Over the budget', value: '22.43 GB', isOver: true })
  })

  it('says unknown, never 0, and leaves out what is no part of it', () => {
    const sum = sumOf({ limitBytes: null, reserveBytes: null, budgetBytes: null, freeBytes: null, roomBytes: null })
    const unknown = predictionOf({ needBytes: null, plusMinusBytes: null, parts: [], sum: { ...sum, limitedBy: null } })
    expect(written(unknown)).toEqual([
      ['Needs: unknown'],
      ['Budget for models: unknown', 'Held by models: − 8.00 GB', 'Other programs leave: unknown', 'Room now: unknown']
    ])
  })

  it('does not repeat a sum that is known only as one part', () => {
    const rough = predictionOf({ source: 'file_size', parts: [{ kind: 'weights', bytes: 14.24 * gb }] })
    expect(needLines(rough)).toHaveLength(1)
  })

  it('names the part beside a card', () => {
    expect(written(predictionOf({ spilledBytes: 4.2 * gb }))[0]).toContain('Of it in RAM beside the card: 4.20 GB')
  })
})
