import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimateTokens } from './tokenEstimate.ts'
import { truncationNote, type ReadPrompt } from './truncation.ts'

const prompt = (changes: Partial<ReadPrompt>): ReadPrompt => ({
  sentTokens: 3_000,
  isCounted: false,
  letters: 11_000,
  readTokens: 2_900,
  windowTokens: 4_096,
  serverVersion: '0.33.0',
  ...changes
})

describe('a prompt that the server cut', () => {
  // Recorded: Ollama 0.11.4, num_ctx 512, "ab " x 3,000: prompt_eval_count 512.
  it('is told where an old server filled the window with what is left of it', () => {
    const text = 'ab '.repeat(3_000)
    const sent = { sentTokens: estimateTokens(text), letters: text.length }
    const note = truncationNote(prompt({ ...sent, readTokens: 512, windowTokens: 512, serverVersion: '0.11.4' }))
    expect(note).toBe('Ollama cut the prompt: it read 512 of about 3,000 tokens')
  })

  // Told of 0.30 and later: num_ctx 65536 -> 32770, 32768 -> 16386 and 16387, 4096 -> 2050 and 2051.
  it.each([
    [65_536, 32_770],
    [32_768, 16_386],
    [32_768, 16_387],
    [4_096, 2_050],
    [4_096, 2_051]
  ])('is told where a new one keeps half of a window of %i', (windowTokens, readTokens) => {
    const sent = { sentTokens: windowTokens + 200, isCounted: true, letters: windowTokens * 4 }
    expect(truncationNote(prompt({ ...sent, readTokens, windowTokens }))).toContain('cut the prompt')
    expect(truncationNote(prompt({ ...sent, isCounted: false, readTokens, windowTokens }))).toContain('about')
  })

  it('is told of a window that nobody knows where so few tokens cannot be', () => {
    const long = { windowTokens: null, letters: 159_062, sentTokens: 50_000, readTokens: 2_050 }
    expect(truncationNote(prompt(long))).toContain('it read 2,050 of about 50,000')
    // An old server may have remembered all but the last 2,050 of them.
    expect(truncationNote(prompt({ ...long, serverVersion: '0.11.4' }))).toBeNull()
    expect(truncationNote(prompt({ ...long, serverVersion: '0.0.0' }))).toBeNull()
    expect(truncationNote(prompt({ ...long, serverVersion: null }))).toBeNull()
  })
})

describe('a prompt that was read whole', () => {
  // Recorded: 65,530 tokens in a window of 65,536 are all read.
  it('is not accused for nearly filling the window, also where the estimate was half too high', () => {
    const full = { readTokens: 65_530, windowTokens: 65_536, letters: 230_000 }
    expect(truncationNote(prompt({ ...full, sentTokens: 65_530, isCounted: true }))).toBeNull()
    expect(truncationNote(prompt({ ...full, sentTokens: 98_000 }))).toBeNull()
    // Exactly at half of it by chance.
    expect(truncationNote(prompt({ readTokens: 2_050, sentTokens: 3_200 }))).toBeNull()
  })

  // Before 0.30 the second prompt with the same beginning counted its end only.
  it('is not accused where an old server remembered most of it', () => {
    const remembered = { readTokens: 18, sentTokens: 3_000, isCounted: true, serverVersion: '0.24.0' }
    expect(truncationNote(prompt(remembered))).toBeNull()
    expect(truncationNote(prompt({ ...remembered, readTokens: 1 }))).toBeNull()
  })

  it('is not accused where the server tells nothing', () => {
    expect(truncationNote(prompt({ readTokens: null }))).toBeNull()
    // omitempty: absent means 0.
    expect(truncationNote(prompt({ readTokens: 0 }))).toBeNull()
  })

  it('is never accused for reading as much as was sent', () => {
    const tokens = fc.integer({ min: 1, max: 300_000 })
    fc.assert(
      fc.property(tokens, tokens, fc.boolean(), fc.option(tokens), (sent, more, isCounted, windowTokens) => {
        const whole = { sentTokens: sent, readTokens: sent + more, letters: sent * 4, isCounted, windowTokens }
        expect(truncationNote(prompt(whole))).toBeNull()
        // Whatever weights the estimate has: half too many is still no accusation.
        expect(truncationNote(prompt({ ...whole, isCounted: false, readTokens: Math.ceil(sent / 1.6) }))).toBeNull()
      })
    )
  })
})
