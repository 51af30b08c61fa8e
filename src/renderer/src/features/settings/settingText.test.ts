import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { environmentName, settingDefinitions, settingNames, type SettingName } from '../../../../shared/settings.ts'
import { kindOf, readText, writeValue } from './settingText.ts'
import { outOfRange, rangeText, settingWords } from './settingWords.ts'

const read = (text: string, kind: Parameters<typeof readText>[1]): number | null => {
  const answer = readText(text, kind)
  return answer.isClear ? answer.value : null
}

describe('values as people write them', () => {
  it.each([
    ['10 min', 'seconds', 600],
    ['1 h 30 min', 'seconds', 5_400],
    ['1h30m', 'seconds', 5_400],
    ['90', 'seconds', 90],
    ['2 days', 'seconds', 172_800],
    ['30 s', 'milliseconds', 30_000],
    ['1.5 s', 'milliseconds', 1_500],
    ['500 ms', 'milliseconds', 500],
    ['45', 'milliseconds', 45_000],
    ['4 GB', 'bytes', 4_000_000_000],
    ['4GiB', 'bytes', 4_294_967_296],
    ['512 mb', 'bytes', 512_000_000],
    ['1,024', 'count', 1_024]
  ] as const)('%s is read as %s', (text, kind, value) => {
    expect(read(text, kind)).toBe(value)
  })

  it.each([
    ['', 'seconds'],
    ['soon', 'seconds'],
    ['10 lightyears', 'seconds'],
    ['-5 min', 'seconds'],
    ['10 min!', 'milliseconds'],
    ['4', 'bytes'],
    ['4 GB 2 GB', 'bytes'],
    ['2.5', 'count'],
    ['1e9', 'count']
  ] as const)('"%s" is refused, not guessed', (text, kind) => {
    expect(readText(text, kind)).toMatchObject({ isClear: false, problem: expect.stringMatching(/^Write/) })
  })

  it.each([
    [1_500, '1.5 s'],
    [1_000, '1 s'],
    [300, '300 ms'],
    [1_550, '1,550 ms'],
    [90_000, '1 min 30 s'],
    [61_500, '61,500 ms']
  ])('%s ms is written as %s', (ms, text) => expect(writeValue(ms, 'milliseconds')).toBe(text))

  it('reads what it writes for any time, so that leaving a field never changes its value', () => {
    fc.assert(fc.property(fc.nat(3_600_000), (ms) => read(writeValue(ms, 'milliseconds'), 'milliseconds') === ms))
    fc.assert(fc.property(fc.nat(31_536_000), (s) => read(writeValue(s, 'seconds'), 'seconds') === s))
    fc.assert(fc.property(fc.nat(100_000), (n) => read(writeValue(n, 'count'), 'count') === n))
  })

  it('never throws and never makes NaN of anything', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('seconds', 'milliseconds', 'bytes', 'count', 'fraction'),
        (text, kind) => {
          const answer = readText(text, kind)
          if (answer.isClear) expect(answer.value).toBeGreaterThanOrEqual(0)
        }
      )
    )
  })
})

/** As the core hands it out. */
const asked = (name: SettingName) => ({ name, ...settingDefinitions[name] })

describe('the words of each setting', () => {
  it.each(settingNames)('%s is refused on the page where its schema refuses it, and nowhere else', (name) => {
    const setting = asked(name)
    const { range, schema } = setting
    if (range === null) {
      expect(schema.safeParse(1).success).toBe(false)
      return
    }
    expect(schema.safeParse(range.min).success).toBe(true)
    expect(schema.safeParse(range.max).success).toBe(true)
    expect(schema.safeParse(range.min - 1).success).toBe(false)
    expect(schema.safeParse(range.max + 1).success).toBe(false)
    expect(outOfRange(setting, range.max + 1)).toMatch(/^At most .+\.$/)
    expect(outOfRange(setting, range.min)).toBeNull()
  })

  it.each(settingNames)('%s: every choice has a word of its own, and no word stands for nothing', (name) => {
    const labels = settingWords(name).choices ?? {}
    const choices = asked(name).choices ?? []
    expect(Object.keys(labels)).toEqual([...choices])
    expect(new Set(Object.values(labels)).size).toBe(choices.length)
  })

  it.each(settingNames)('%s: every special word is read back as its number', (name) => {
    const { specials } = settingWords(name)
    for (const [value, words] of Object.entries(specials))
      for (const word of words)
        expect(readText(word, kindOf(name), specials)).toEqual({ isClear: true, value: Number(value) })
  })

  // A value that cannot be typed back as it is shown can be changed, but never restored.
  it.each(settingNames)('%s: its default and its ends are read back as they are written', (name) => {
    const { default: value, range } = asked(name)
    if (typeof value !== 'number' || range === null) return
    const { specials } = settingWords(name)
    // Sizes are written rounded; their upper end is nobody's.
    const ends = kindOf(name) === 'bytes' ? [range.min] : [range.min, range.max]
    for (const number of [value, ...ends])
      expect(readText(writeValue(number, kindOf(name), specials), kindOf(name), specials)).toEqual({
        isClear: true,
        value: number
      })
  })

  it('takes a temperature with its point, and a comma for a slip', () => {
    const typed = (text: string) => readText(text, kindOf('localTemperature'))
    expect(typed(' 0.7 ')).toEqual({ isClear: true, value: 0.7 })
    expect(typed('0,7')).toEqual({ isClear: false, problem: 'Write a number, like “0.7”.' })
    expect(rangeText(asked('localTemperature'))).toBe('0 to 5')
  })

  it('says the range in the units of the value', () => {
    expect(rangeText(asked('maxLoadedModels'))).toBe('1 to 64 models')
    expect(rangeText(asked('firstTokenTimeoutMs'))).toBe('100 ms to 1 h')
    expect(rangeText(asked('defaultKeepAliveSeconds'))).toBe('Up to 365 days, or “Unload at once” or “Always”')
    expect(rangeText(asked('theme'))).toBeNull()
  })

  it('knows the kind of every number by the unit in its name', () => {
    expect(kindOf('reserveBytes')).toBe('bytes')
    expect(environmentName('reserveBytes')).toMatch(/_BYTES$/)
  })
})
