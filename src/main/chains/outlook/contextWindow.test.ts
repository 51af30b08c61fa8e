import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contextWindow, readBillions, tokensBySize, type WindowLimits } from './contextWindow.ts'

const limits = (changes: Partial<WindowLimits>): WindowLimits => ({
  modelTokens: 131_072,
  memoryTokens: null,
  stepTokens: null,
  settingTokens: 0,
  parameters: '7.6B',
  loadedTokens: null,
  ...changes
})

describe('the window of a step', () => {
  it('goes by the size of the model where nobody says otherwise', () => {
    expect(contextWindow(limits({}))).toEqual({
      windowTokens: 4_096,
      windowLimitedBy: 'setting',
      windowWords: '4,096 for a model of 7.6B'
    })
    expect(contextWindow(limits({ parameters: '72.7B' })).windowTokens).toBe(32_768)
    expect(contextWindow(limits({ parameters: null })).windowWords).toBe('4,096 for a model of unknown size')
  })

  it('is what the step says, but never more than the settings allow', () => {
    expect(contextWindow(limits({ settingTokens: 10_000 }))).toMatchObject({
      windowTokens: 10_000,
      windowLimitedBy: 'setting'
    })
    expect(contextWindow(limits({ settingTokens: 10_000, stepTokens: 20_000 }))).toEqual({
      windowTokens: 10_000,
      windowLimitedBy: 'setting',
      windowWords: '10,000: the settings allow no more'
    })
    for (const settingTokens of [0, 10_000, null]) {
      expect(contextWindow(limits({ settingTokens, stepTokens: 8_000 }))).toMatchObject({
        windowTokens: 8_000,
        windowLimitedBy: 'step'
      })
    }
    expect(contextWindow(limits({ settingTokens: 0, stepTokens: 20_000 })).windowTokens).toBe(20_000)
  })

  it('is never more than the model can or the memory holds, and says which', () => {
    expect(contextWindow(limits({ stepTokens: 200_000 }))).toMatchObject({
      windowTokens: 131_072,
      windowLimitedBy: 'model'
    })
    expect(contextWindow(limits({ stepTokens: 65_536, memoryTokens: 9_984 }))).toEqual({
      windowTokens: 9_984,
      windowLimitedBy: 'memory',
      windowWords: '9,984: more does not fit the memory'
    })
  })

  // Another machine's memory is not known here; a context that is asked for would load the model anew there.
  it('is left to the server of another machine, unless the step says one', () => {
    expect(contextWindow(limits({ settingTokens: null }))).toMatchObject({ windowTokens: null, windowLimitedBy: null })
    expect(contextWindow(limits({ settingTokens: null, loadedTokens: 8_192 }))).toMatchObject({ windowTokens: 8_192 })
    expect(contextWindow(limits({ settingTokens: null, stepTokens: 16_384 }))).toMatchObject({
      windowTokens: 16_384,
      windowLimitedBy: 'step'
    })
  })

  it('is the smallest of the limits, whatever they are', () => {
    const tokens = fc.option(fc.integer({ min: 64, max: 300_000 }))
    fc.assert(
      fc.property(tokens, tokens, tokens, fc.nat(50_000), (modelTokens, memoryTokens, stepTokens, settingTokens) => {
        const { windowTokens, windowLimitedBy } = contextWindow(
          limits({ modelTokens, memoryTokens, stepTokens, settingTokens })
        )
        const most = settingTokens > 0 ? settingTokens : Infinity
        const wished = Math.min(stepTokens ?? (settingTokens > 0 ? settingTokens : 4_096), most)
        const smallest = Math.min(wished, modelTokens ?? Infinity, memoryTokens ?? Infinity)
        expect(windowTokens).toBe(smallest)
        const by = { model: modelTokens, memory: memoryTokens, step: stepTokens, setting: wished }
        expect(windowLimitedBy === null ? null : by[windowLimitedBy]).toBe(smallest)
      })
    )
  })
})

describe('the limit by size', () => {
  it('is 4,096 up to 7B, 32,768 from 72B, and never shrinks between', () => {
    expect([0.3, 7, 8.2, 14.8, 32.8, 70.6, 72, 671].map(tokensBySize)).toEqual([
      4_096, 4_096, 4_096, 8_192, 16_384, 16_384, 32_768, 32_768
    ])
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2_000, noNaN: true }),
        fc.double({ min: 0, max: 500, noNaN: true }),
        (size, more) => {
          expect(tokensBySize(size + more)).toBeGreaterThanOrEqual(tokensBySize(size))
        }
      )
    )
  })

  it('reads sizes as people write them, and nothing else', () => {
    expect(['8.2B', '334M', '8x7B', '1T', ' 70b ', '137.0M'].map(readBillions)).toEqual([
      8.2, 0.334, 56, 1_000, 70, 0.137
    ])
    expect([null, '', 'large', 'B', '7', '-7B', '7 B B', '1e9B'].map(readBillions)).toEqual(Array(8).fill(null))
    fc.assert(
      fc.property(fc.string(), (text) => {
        const size = readBillions(text)
        expect(size === null || (Number.isFinite(size) && size >= 0 && /\d/.test(text))).toBe(true)
      })
    )
  })
})
