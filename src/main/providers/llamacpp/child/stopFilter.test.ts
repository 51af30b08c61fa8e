/** Stop texts: found however the answer is cut into pieces, never shown, and nothing before them lost. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createStopFilter } from './stopFilter.ts'

function run(pieces: string[], stops: string[]): { text: string; stopped: boolean } {
  const filter = createStopFilter(stops)
  let text = ''
  for (const piece of pieces) {
    const added = filter.add(piece)
    text += added.text
    if (added.stopped) return { text, stopped: true }
  }
  return { text: text + filter.rest(), stopped: false }
}

test('holds back what may become a stop text, and lets it go when it does not', () => {
  const filter = createStopFilter(['END'])
  expect(filter.add('so E')).toEqual({ text: 'so ', stopped: false })
  expect(filter.add('N')).toEqual({ text: '', stopped: false })
  expect(filter.add('ough')).toEqual({ text: 'ENough', stopped: false })
})

test('the earliest of several counts', () => {
  expect(run(['a stop b halt'], ['halt', 'stop'])).toEqual({ text: 'a ', stopped: true })
})

test('gives what a search in the whole text gives, whatever the pieces', () => {
  const letters = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b'), maxLength })
  fc.assert(
    fc.property(fc.array(letters(4)), fc.array(letters(4), { maxLength: 3 }), (pieces, stops) => {
      const whole = pieces.join('')
      const found = stops.filter((stop) => stop !== '' && whole.includes(stop)).map((stop) => whole.indexOf(stop))
      const { text, stopped } = run(pieces, stops)
      expect(stopped).toBe(found.length > 0)
      // Of two stop texts in reach, the one that is complete first ends the answer.
      if (!stopped) expect(text).toBe(whole)
      else
        expect(whole.startsWith(text) && stops.some((stop) => stop !== '' && whole.startsWith(text + stop))).toBe(true)
      for (const stop of stops) if (stop !== '') expect(text).not.toContain(stop)
    })
  )
})
