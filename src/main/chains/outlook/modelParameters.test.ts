import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateOptionsSchema } from '../../../shared/model.ts'
import { parseModelParameters } from './modelParameters.ts'

describe("a Modelfile's parameters", () => {
  // As recorded from a server: one a line, names padded, texts in quotes.
  it('are read as /api/show prints them, several stops among them', () => {
    const text = [
      'num_thread                     1',
      'temperature                    0.6',
      'top_k                          20',
      'top_p                          0.95',
      'repeat_penalty                 1',
      'num_predict                    512',
      'seed                           -7',
      'stop                           "<|im_start|>"',
      'stop                           "<|im_end|>"',
      'num_ctx                        4096'
    ].join('\n')
    expect(parseModelParameters(text)).toEqual({
      options: {
        temperature: 0.6,
        topK: 20,
        topP: 0.95,
        repeatPenalty: 1,
        maxTokens: 512,
        seed: -7,
        stop: ['<|im_start|>', '<|im_end|>']
      },
      isEndless: false
    })
  })

  it('may be spoken without an end: -1 and -2 are no number of tokens', () => {
    for (const endless of ['-1', '-2']) {
      expect(parseModelParameters(`num_predict   ${endless}`)).toEqual({ options: {}, isEndless: true })
    }
    expect(parseModelParameters(null)).toEqual({ options: {}, isEndless: false })
  })

  it('read escapes as the server wrote them: a backslash before an x is a backslash, and no bell becomes a blank', () => {
    const { options } = parseModelParameters(
      'stop "C:\\\\x41"\nstop "\\x1b[0m"\nstop "\\a\\v"\nstop "\\U000e0041\\u00e9abcd"'
    )
    expect(options.stop).toEqual(['C:\\x41', '\u001b[0m', '\u0007\u000b', '\u{e0041}éabcd'])
  })

  it('keep the escapes of a stop word, and stop words that stand bare', () => {
    const { options } = parseModelParameters('stop "\\n\\nUser:"\nstop "say \\"stop\\""\nstop <end>\nstop ""')
    expect(options.stop).toEqual(['\n\nUser:', 'say "stop"', '<end>'])
  })

  // A wrong value that was sent would be refused by the server, or answer with madness.
  it('are left out where they cannot be read or are out of range', () => {
    const text =
      'temperature hot\ntop_k 1.5\ntop_p 7\nseed 1e3\nrepeat_penalty\nTEMPERATURE 1\nconstructor 1\n__proto__ 2'
    expect(parseModelParameters(text).options).toEqual({ seed: 1_000 })
  })

  it('never throw, and never make anything up', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.constantFrom('temperature', 'stop', 'top_k', 'num_predict', 'seed'), fc.string())
        .map((pair) => pair.join('   ')),
      fc.double().map((value) => `temperature ${value}`)
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('\n')
        const { options } = parseModelParameters(text)
        expect(generateOptionsSchema.strict().safeParse(options).success).toBe(true)
        const names = {
          temperature: 'temperature',
          topK: 'top_k',
          maxTokens: 'num_predict',
          seed: 'seed',
          stop: 'stop'
        }
        for (const name of Object.keys(options)) expect(text).toContain(names[name as keyof typeof names])
      })
    )
  })
})
