import { describe, expect, it } from 'vitest'
import type { EffectiveOption } from '../../../../../shared/plan.ts'
import { sourceWords } from './optionWords.ts'

const words = (option: Partial<EffectiveOption>, isOfChain = false): string =>
  sourceWords({ name: 'maxTokens', value: 1_024, source: 'local', note: null, ...option }, isOfChain)

describe('where an option comes from', () => {
  it('is said with what is in force, and with why it is not what was asked for', () => {
    expect(words({})).toBe('1024 from local defaults')
    expect(words({ value: 2_048, source: 'chain', note: '2,048 at most, 9,000 asked for' })).toBe(
      '2048 from the chain, 2,048 at most, 9,000 asked for'
    )
    expect(words({ source: 'step' })).toBe('set here')
    expect(words({ value: null, source: 'server' })).toBe('left to the server')
    expect(words({}, true)).toBe('')
  })

  // num_predict -1 of a Modelfile on another machine: nothing is sent, and yet the server did not decide it.
  it('is the model where that says of itself that its answers have no end', () => {
    expect(words({ value: null, source: 'model', note: 'without an end' })).toBe('without an end, says the model')
  })

  it('is said of stop words as they are typed', () => {
    expect(words({ name: 'stop', value: ['<end>', '\n\n'], source: 'model' })).toBe('<end>, \\n\\n from the model')
  })
})
