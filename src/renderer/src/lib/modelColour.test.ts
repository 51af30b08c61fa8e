import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseColours, colourCount, type ChosenColours } from './modelColour.ts'

// Keys as they are: a host, a slash, any name.
const key = fc.string({ minLength: 1, maxLength: 30 }).map((name) => `ollama/${name}`)
const keys = fc.uniqueArray(key, { maxLength: 30 })

describe('the colour of a model', () => {
  it('never changes once chosen, whatever is shown later', () => {
    fc.assert(
      fc.property(fc.array(keys, { maxLength: 8 }), (shows) => {
        let chosen: ChosenColours = {}
        for (const shown of shows) {
          const before = chosen
          chosen = chooseColours(chosen, shown)
          for (const key of Object.keys(before)) expect(chosen[key]).toBe(before[key])
        }
      })
    )
  })

  it('differs for up to six models shown together, and for neighbours among more', () => {
    fc.assert(
      fc.property(keys, (shown) => {
        const chosen = chooseColours({}, shown)
        const colours = shown.map((key) => chosen[key])
        expect(colours.every((colour) => colour !== undefined && colour >= 0 && colour < colourCount)).toBe(true)
        expect(new Set(colours.slice(0, colourCount)).size).toBe(Math.min(shown.length, colourCount))
        colours.slice(1).forEach((colour, index) => expect(colour).not.toBe(colours[index]))
      })
    )
  })

  it('is taken from the name alone where nothing stands beside it, so that it is the same after a restart', () => {
    fc.assert(
      fc.property(key, keys, (own, others) => {
        const alone = chooseColours({}, [own])[own]
        expect(chooseColours({}, [own, ...others.filter((other) => other !== own)])[own]).toBe(alone)
      })
    )
  })

  it('keeps names like constructor apart from what every object has', () => {
    const chosen = chooseColours({}, ['constructor', 'toString'])
    expect(Object.keys(chosen)).toEqual(['constructor', 'toString'])
  })

  it('hands back the same object when nothing is new, so that nothing re-renders', () => {
    const chosen = chooseColours({}, ['a', 'b'])
    expect(chooseColours(chosen, ['b', 'a'])).toBe(chosen)
  })
})
