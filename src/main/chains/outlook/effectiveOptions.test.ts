import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateOptionsSchema, type GenerateOptions } from '../../../shared/model.ts'
import { effectiveOptions, type LocalDefaults, type OptionSources } from './effectiveOptions.ts'

const local: LocalDefaults = {
  localTemperature: 0.3,
  localTopP: 0.9,
  localTopK: 40,
  localRepeatPenalty: 1.1,
  localNewTokens: 1_024,
  localMaxTokens: 2_048,
  localTokenLimit: 0
}
const sources = (changes: Partial<OptionSources>): OptionSources => ({
  step: {},
  chain: {},
  model: { options: {}, isEndless: false },
  local,
  ...changes
})
const one = (changes: Partial<OptionSources>, name: keyof GenerateOptions) =>
  effectiveOptions(sources(changes)).list.find((option) => option.name === name)

describe('the options of a step', () => {
  it('are the local defaults where nobody says otherwise, and what is left to the server is not sent', () => {
    const { options, list } = effectiveOptions(sources({}))
    expect(options).toEqual({ temperature: 0.3, topP: 0.9, topK: 40, repeatPenalty: 1.1, maxTokens: 1_024 })
    expect(list.map(({ name }) => name).sort()).toEqual(Object.keys(generateOptionsSchema.shape).sort())
    expect(one({}, 'seed')).toEqual({ name: 'seed', value: null, source: 'server', note: null })
  })

  it('are taken from the step before the chain before the model before the local defaults', () => {
    const model = { options: { temperature: 0.6, topK: 20, stop: ['<end>'] }, isEndless: false }
    const said = { step: { temperature: 0 }, chain: { temperature: 1, topK: 5 }, model }
    expect(one(said, 'temperature')).toMatchObject({ value: 0, source: 'step' })
    expect(one(said, 'topK')).toMatchObject({ value: 5, source: 'chain' })
    expect(one(said, 'stop')).toMatchObject({ value: ['<end>'], source: 'model' })
    expect(one(said, 'topP')).toMatchObject({ value: 0.9, source: 'local' })
    expect(one({ ...said, local: null }, 'topP')).toMatchObject({ value: null, source: 'server' })
  })

  // The whole machine waits for an answer that does not end.
  it('never ask for a longer answer than this machine allows, and say so', () => {
    expect(one({ step: { maxTokens: 9_000 } }, 'maxTokens')).toEqual({
      name: 'maxTokens',
      value: 2_048,
      source: 'step',
      note: '2,048 at most, 9,000 asked for'
    })
    expect(one({ model: { options: {}, isEndless: true } }, 'maxTokens')).toMatchObject({
      value: 2_048,
      source: 'model',
      note: '2,048 at most, the model says without an end'
    })
    expect(one({ local: { ...local, localNewTokens: 4_096 } }, 'maxTokens')).toMatchObject({ value: 2_048 })
    expect(one({ step: { maxTokens: 9_000 }, local: null }, 'maxTokens')).toMatchObject({ value: 9_000, note: null })
    expect(one({ model: { options: {}, isEndless: true }, local: null }, 'maxTokens')).toMatchObject({
      value: null,
      source: 'model'
    })
  })

  it('say of each value where it is from, truthfully, and send what they say', () => {
    const options = fc.record(
      { temperature: fc.integer({ min: 0, max: 5 }), topK: fc.nat(100), maxTokens: fc.integer({ min: 1, max: 5_000 }) },
      { requiredKeys: [] }
    )
    fc.assert(
      fc.property(options, options, options, fc.boolean(), (step, chain, model, isLocal) => {
        const all = sources({ step, chain, model: { options: model, isEndless: false }, local: isLocal ? local : null })
        const { list, options: sent } = effectiveOptions(all)
        for (const { name, value, source, note } of list) {
          expect(sent[name] ?? null).toEqual(value)
          const said = { step, chain, model }[source as 'step' | 'chain' | 'model'] as GenerateOptions | undefined
          if (said !== undefined && note === null) expect(said[name]).toEqual(value)
          if (source === 'local') expect(isLocal).toBe(true)
        }
        if (isLocal) expect(sent.maxTokens).toBeLessThanOrEqual(local.localMaxTokens)
      })
    )
  })
})
