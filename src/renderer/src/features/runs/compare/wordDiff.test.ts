import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffWords } from './wordDiff.ts'

const side = (before: string, after: string, hides: 'gone' | 'new'): string =>
  (diffWords(before, after) ?? [])
    .filter(({ kind }) => kind !== hides)
    .map(({ text }) => text)
    .join('')

describe('the difference of two texts', () => {
  it('marks the words that differ, and a space between two of them with them', () => {
    expect(diffWords('It is a good plan.', 'It is a very bad plan.')).toEqual([
      { kind: 'same', text: 'It is a ' },
      { kind: 'gone', text: 'good' },
      { kind: 'new', text: 'very bad' },
      { kind: 'same', text: ' plan.' }
    ])
  })

  it('gives up on what is too different instead of taking for ever', () => {
    const words = (from: number): string => Array.from({ length: 4_000 }, (_, index) => `w${from + index}`).join(' ')
    expect(diffWords(words(0), words(10_000))).toBeNull()
  })

  it('of any two texts gives back both, letter for letter', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ' ', '\n', '. ', 'é', '👍')).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(side(before, after, 'new')).toBe(before)
        expect(side(before, after, 'gone')).toBe(after)
      })
    )
  })

  it('finds nothing in a text and itself', () => {
    expect(diffWords('a b', 'a b')).toEqual([{ kind: 'same', text: 'a b' }])
    expect(diffWords('', '')).toEqual([])
  })
})
