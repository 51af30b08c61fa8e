import { describe, expect, it } from 'vitest'
import type { Advice } from '../../../../../shared/fit.ts'
import { adviceWords } from './adviceWords.ts'
import { testId } from './testWhatIf.ts'

const advice = (part: Partial<Advice>): Advice => ({ unload: [], leaveOut: [], contexts: [], ...part })
const ids = (...all: string[]) => all.map(testId)
const contexts = (...all: [string, number][]) =>
  all.map(([name, contextLength]) => ({ id: testId(name), contextLength }))

/** Names in stars, as they stand bold. */
function words(part: Partial<Advice>, isFirst = true): string {
  return adviceWords(advice(part), isFirst)
    .map(({ text, isName }) => (isName ? `*${text}*` : text))
    .join('')
}

describe('adviceWords', () => {
  it('says who is to be unloaded', () => {
    expect(words({ unload: ids('llama3.1:8b') })).toBe('Fits if *llama3.1:8b* is unloaded')
    expect(words({ unload: ids('a', 'b') })).toBe('Fits if *a* and *b* are unloaded')
    expect(words({ unload: ids('a', 'b', 'c', 'd', 'e') })).toBe('Fits if *a*, *b* and 3 other models are unloaded')
  })

  it('says shorter contexts, one number once where it is the same', () => {
    expect(words({ contexts: contexts(['qwen3:8b', 4_096]) })).toBe('Fits if *qwen3:8b* keeps 4,096 tokens')
    expect(words({ contexts: contexts(['a', 4_096], ['b', 4_096]) })).toBe('Fits if *a* and *b* keep 4,096 tokens each')
    expect(words({ contexts: contexts(['a', 4_096], ['b', 8_192]) })).toBe(
      'Fits if *a* keeps 4,096 tokens and *b* 8,192'
    )
    expect(words({ contexts: contexts(['a', 1], ['b', 2], ['c', 3], ['d', 4]) })).toBe(
      'Fits if all 4 contexts are cut alike'
    )
  })

  it('says both where both are needed', () => {
    expect(words({ unload: ids('gemma3:1b'), contexts: contexts(['qwen3:8b', 2_048]) })).toBe(
      'Fits if *gemma3:1b* is unloaded and *qwen3:8b* keeps 2,048 tokens'
    )
  })

  it('names who is left out once, though it is to be unloaded as well', () => {
    expect(words({ leaveOut: ids('a'), unload: ids('a') })).toBe('Fits without *a*')
    expect(words({ leaveOut: ids('a'), unload: ids('b', 'a') }, false)).toBe('Or without *a*, if *b* is unloaded')
  })

  it('begins the second piece of advice with "Or", and says nothing of none', () => {
    expect(words({ unload: ids('a') }, false)).toBe('Or if *a* is unloaded')
    expect(words({})).toBe('')
  })
})
