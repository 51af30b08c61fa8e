/** Would catch: red for what may be loaded, a verdict without the model that is in the way, a rough number said as a sure one. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verdicts, type Prediction } from '../../../../shared/fit.ts'
import { needSources } from '../../../../shared/need.ts'
import { fitLine, fitWords, isRefused, needWords, rowFitWords } from './fitWords.ts'
import { predictionOf, sumOf } from './testPrediction.ts'

const gb = 1_000_000_000
const ids = (...names: string[]) => names.map((name) => ({ hostId: 'ollama', name }))
const line = (changes: Partial<Prediction>): string => fitLine(predictionOf(changes))

describe('the words of a verdict', () => {
  it.each<[Partial<Prediction>, string]>([
    [{ verdict: 'fits' }, 'Fits'],
    [{ verdict: 'fits_if_unloaded', unload: ids('qwen3:8b') }, 'Fits without qwen3:8b'],
    [
      { verdict: 'fits_if_unloaded', unload: ids('qwen3:8b', 'gemma3:1b'), fittingContextLength: 4_096 },
      'Fits without qwen3:8b and gemma3:1b, or with 4,096 tokens'
    ],
    [{ verdict: 'fits_if_unloaded', unload: ids('a', 'b', 'c') }, 'Fits without 3 models'],
    [
      { verdict: 'fits_with_context', fittingContextLength: 8_192, contextLength: 32_768 },
      'Fits with 8,192 tokens, instead of 32,768'
    ],
    [{ verdict: 'fits_partly', spilledBytes: 4.2 * gb }, 'Fits partly, 4.2 GB in RAM, slower'],
    [{ verdict: 'fits', unload: ids('qwen3:8b') }, 'Fits, unloads qwen3:8b'],
    [{ verdict: 'fits', unload: ids('a', 'b') }, 'Fits, unloads 2 models'],
    [
      { verdict: 'does_not_fit', isAllowed: false, needBytes: 44.1 * gb, sum: sumOf({ overBytes: 36.8 * gb }) },
      'Does not fit, 21.7 GB over the budget'
    ],
    [
      { verdict: 'does_not_fit', isAllowed: false, sum: sumOf({ overBytes: 2 * gb }) },
      'Does not fit, 2.0 GB more than is left'
    ],
    [
      { verdict: 'does_not_fit', sum: sumOf({ overBytes: gb, freeBytes: 3.1 * gb, limitedBy: 'other_programs' }) },
      'Tight, other programs leave 3.1 GB'
    ],
    [{ verdict: 'does_not_fit', needBytes: 22.6 * gb }, 'May not fit, 200 MB over the budget'],
    [{ verdict: 'unknown', needBytes: null }, 'Need unknown'],
    [{ verdict: 'unknown', sum: sumOf({ budgetBytes: null, roomBytes: null, overBytes: null }) }, 'Room unknown']
  ])('%o', (changes, words) => {
    expect(line(changes)).toBe(words)
  })

  const any: fc.Arbitrary<Prediction> = fc
    .record({
      verdict: fc.constantFrom(...verdicts),
      unload: fc.array(fc.constant({ hostId: 'ollama', name: 'x' }), { maxLength: 4 }),
      fittingContextLength: fc.option(fc.integer({ min: 1 })),
      contextLength: fc.option(fc.integer({ min: 1 })),
      isAllowed: fc.boolean(),
      needBytes: fc.option(fc.nat()),
      source: fc.option(fc.constantFrom(...needSources)),
      spilledBytes: fc.nat(),
      sum: fc
        .record({
          overBytes: fc.option(fc.nat()),
          freeBytes: fc.option(fc.nat()),
          limitedBy: fc.option(fc.constantFrom('budget' as const, 'other_programs' as const))
        })
        .map(sumOf)
    })
    .map(predictionOf)

  it('are red exactly where the load would be refused, and have no colour where nothing is known', () => {
    fc.assert(
      fc.property(any, (prediction) => {
        const { tone } = fitWords(prediction)
        expect(tone === 'bad').toBe(isRefused(prediction) && prediction.verdict === 'does_not_fit')
        expect(tone === 'quiet').toBe(prediction.verdict === 'unknown')
        expect(tone === 'ok').toBe(prediction.verdict === 'fits')
      })
    )
  })

  it('never say "null", "undefined" or "NaN"', () => {
    fc.assert(
      fc.property(any, (prediction) => {
        expect(`${fitLine(prediction)} ${needWords(prediction) ?? ''}`).not.toMatch(/null|undefined|NaN/)
      })
    )
  })
})

describe('in the row', () => {
  const row = (...names: string[]) => rowFitWords(predictionOf({ verdict: 'fits_if_unloaded', unload: ids(...names) }))

  it('a verdict keeps its words, and names too long for it stand under them, with the end that tells them apart', () => {
    expect(row('qwen3:8b')).toMatchObject({ words: 'Fits without qwen3:8b', detail: null })
    expect(row('qwen3:8b', 'gemma3:1b')).toMatchObject({
      words: 'Fits without 2 models',
      detail: 'qwen3:8b and gemma3:1b'
    })
    expect(row('hf.co/owner/Some-Instruct:8b-q4_K_M')).toMatchObject({
      words: 'Fits without 1 model',
      detail: 'Some-Instruct:8b-q4_K_M'
    })
    expect(row('hf.co/owner/Some-Very-Long-Instruct-GGUF:70b-q4_K_M').detail).toBe('Some-Ver…F:70b-q4_K_M')
    expect(row('a', 'b', 'c')).toMatchObject({ words: 'Fits without 3 models', detail: null })
  })

  it('who goes for the limit of loaded models keeps the end of its name, too', () => {
    const leaving = (name: string) => rowFitWords(predictionOf({ verdict: 'fits', unload: ids(name) })).detail
    expect(leaving('qwen3:8b')).toBe('unloads qwen3:8b')
    expect(leaving('stoker-sample-medium')).toBe('unloads stoker…ple-medium')
    expect(leaving('hf.co/owner/Instruct:8b')).toBe('unloads Instruct:8b')
  })
})

describe('the need', () => {
  it('is said as surely as it is known', () => {
    const words = needSources.map((source) => needWords(predictionOf({ source })))
    expect(words).toEqual(['14.2 GB', '14.2 GB', 'about 14.2 GB', 'roughly 14.2 GB'])
    expect(needWords(predictionOf({ needBytes: null, source: null }))).toBeNull()
  })
})
