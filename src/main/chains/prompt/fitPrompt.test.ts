import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ContextPolicy } from '../../../shared/chain.ts'
import type { Span } from '../../../shared/template.ts'
import { answerRoom, fitPrompt, type FitRequest, type FittedPrompt } from './fitPrompt.ts'
import { estimateTokens } from './tokenEstimate.ts'

/** One token for each word with the blank before it, and for each other sign. */
const wordsOf = (text: string): number => text.match(/\s*\w{1,6}|\s+$|\s*\W/gu)?.length ?? 0

interface Asked {
  before?: string
  value: string
  after?: string
}

function request(
  { before = 'Summarise this: ', value, after = '\nIn one line.' }: Asked,
  changes: Partial<FitRequest>
) {
  const text = before + value + after
  const counts: string[] = []
  const asks: string[] = []
  const full: FitRequest = {
    text,
    pieces: [{ start: before.length, end: before.length + value.length }],
    system: '',
    windowTokens: 512,
    maxTokens: 128,
    policy: 'refuse',
    countTokens(part) {
      counts.push(part)
      return Promise.resolve({ tokens: wordsOf(part), isCounted: true })
    },
    ask(prompt, maxTokens) {
      asks.push(prompt)
      return Promise.resolve(prompt.split(/\s+/).slice(-Math.min(8, maxTokens)).join(' '))
    },
    signal: new AbortController().signal,
    ...changes
  }
  return { full, counts, asks, fit: (): Promise<FittedPrompt> => fitPrompt(full) }
}

const words = (count: number): string => Array.from({ length: count }, (_, index) => `w${index}`).join(' ')

describe('a prompt that fits', () => {
  it('goes as it is, after one count', async () => {
    const { fit, full, counts } = request({ value: words(20) }, {})
    await expect(fit()).resolves.toMatchObject({ text: full.text, note: null, isCounted: true })
    expect(counts).toHaveLength(1)
  })

  // A window nobody knows must not refuse what the server may well take.
  it('goes as it is where the window is unknown', async () => {
    const { fit } = request({ value: words(5_000) }, { windowTokens: null })
    await expect(fit()).resolves.toMatchObject({ note: null, answerTokens: null })
  })

  // With 2,048 tokens of answer wished for in a window of 2,048, nothing could ever be asked.
  it('may use half of the window however long the answer may be, and says that the answer has less', async () => {
    const { fit } = request({ value: words(150) }, { maxTokens: 512 })
    const { note, answerTokens } = await fit()
    expect(note).toMatch(/^room for \d+ of 512 tokens of answer$/)
    expect(answerTokens).toBeGreaterThanOrEqual(256)
    expect(answerRoom(512, 512)).toBe(256)
    expect(answerRoom(4_096, null)).toBe(1_024)
  })
})

describe('a prompt that is too long', () => {
  it('is refused with the numbers, and with what to do', async () => {
    await expect(request({ value: words(500) }, {}).fit()).rejects.toMatchObject({
      code: 'context_exceeded',
      message: expect.stringMatching(/has 5\d\d tokens, and there is room for 384 in a context of 512/),
      hint: expect.stringContaining('longer context')
    })
  })

  it('says of estimated numbers that they are', async () => {
    const countTokens = (text: string) => Promise.resolve({ tokens: estimateTokens(text), isCounted: false })
    await expect(request({ value: words(500) }, { countTokens }).fit()).rejects.toMatchObject({
      message: expect.stringContaining('(estimated)')
    })
    const cut = await request({ value: words(500) }, { countTokens, policy: 'cut_middle' }).fit()
    expect(cut).toMatchObject({ isCounted: false, note: expect.stringMatching(/cut from the middle \(estimated\)$/) })
  })

  it('loses the middle of its value: beginning, end and everything around it stay', async () => {
    const { text, note } = await request({ value: words(500) }, { policy: 'cut_middle' }).fit()
    expect(text).toMatch(/^Summarise this: w0 w1 /)
    expect(text).toMatch(/ w498 w499\nIn one line\.$/)
    const left = Number(/\[… ([\d,]+) tokens left out …\]/.exec(text)?.[1])
    expect(note).toBe(`${left} of 508 tokens cut from the middle`)
    expect(508 - left).toBeGreaterThan(330)
  })

  it('loses the beginning where it slides', async () => {
    const { text, note } = await request({ value: words(500) }, { policy: 'slide' }).fit()
    expect(text).toMatch(/^Summarise this: \n\[… [\d,]+ tokens left out …\]\n/)
    expect(text).toMatch(/ w498 w499\nIn one line\.$/)
    expect(note).toContain('cut from the beginning')
  })

  // The most that fits, or the model is told less than it could have been; but every count asks the engine.
  it('keeps as much as fits, within one word of 6 letters, in few counts', async () => {
    for (const length of [500, 3_000, 20_000]) {
      const { fit, counts } = request({ value: words(length) }, { policy: 'cut_middle' })
      expect((await fit()).promptTokens).toBeGreaterThan(512 - 128 - 6)
      expect(counts.length).toBeLessThan(22)
    }
  })

  it('shares the loss among values once the longest is as short as the next', async () => {
    const first = words(2_000)
    const text = `A: ${first}\nB: ${first.slice(0, 4_000)}\nC: short`
    const pieces: Span[] = [
      { start: 3, end: 3 + first.length },
      { start: first.length + 7, end: first.length + 4_007 },
      { start: text.length - 5, end: text.length }
    ]
    const fitted = await request({ value: '' }, { text, pieces, policy: 'cut_middle' }).fit()
    expect(fitted.text).toMatch(/^A: w0[^]*left out[^]*\nB: w0[^]*left out[^]*\nC: short$/)
    expect(fitted.note).toContain('of 2 values')
  })

  // No policy can mend it, and an empty value would hide the mistake.
  it('is refused whatever the policy when the fixed text alone is too long', async () => {
    for (const policy of ['cut_middle', 'slide', 'summarise'] satisfies ContextPolicy[]) {
      const asked = request({ before: words(600), value: words(50) }, { policy })
      await expect(asked.fit()).rejects.toMatchObject({ message: expect.stringContaining('own text') })
      await expect(request({ value: words(600) }, { policy, system: words(600) }).fit()).rejects.toMatchObject({
        code: 'context_exceeded'
      })
    }
  })

  it('never breaks a letter: not a pair of surrogates, nor a family of four', async () => {
    const value = '👩‍👩‍👧‍👦'.repeat(400)
    const countTokens = (text: string) => Promise.resolve({ tokens: Math.ceil(text.length / 2), isCounted: true })
    const { text } = await request({ value }, { countTokens, policy: 'cut_middle' }).fit()
    expect(text.isWellFormed()).toBe(true)
    expect(text.replace(/\n\[.*\]\n/, '')).toMatch(/^Summarise this: (👩‍👩‍👧‍👦)+\nIn one line\.$/u)
  })
})

describe('a summary in parts', () => {
  it('asks for each part with room for its instructions, and puts the summaries in', async () => {
    const { fit, asks } = request({ value: words(1_500) }, { policy: 'summarise' })
    const { text, note } = await fit()
    expect(asks.length).toBeGreaterThan(3)
    for (const prompt of asks) expect(wordsOf(prompt)).toBeLessThanOrEqual(384)
    expect(asks.map((prompt) => prompt.slice(prompt.indexOf('\n\n') + 2)).join('')).toBe(words(1_500))
    expect(text).toMatch(/^Summarise this: w[^]*w1499\nIn one line\.$/)
    expect(note).toMatch(/^1,508 tokens summarised to \d+ in \d+ parts$/)
  })

  it('summarises the summaries where they are still too long, and gives up after some rounds', async () => {
    const long = request({ value: words(3_000) }, { policy: 'summarise', ask: async (_, most) => words(most) })
    await expect(long.fit()).resolves.toMatchObject({ note: expect.stringContaining('parts') })
    let asks = 0
    const echo = async (prompt: string): Promise<string> => {
      asks += 1
      return prompt
    }
    await expect(request({ value: words(800) }, { policy: 'summarise', ask: echo }).fit()).rejects.toMatchObject({
      code: 'context_exceeded'
    })
    expect(asks).toBeLessThan(200)
  })

  it('ends when it is cancelled, before the next part is asked', async () => {
    const stop = new AbortController()
    let asks = 0
    const ask = async (): Promise<string> => {
      asks += 1
      stop.abort()
      return 'short'
    }
    const asked = request({ value: words(2_000) }, { policy: 'summarise', ask, signal: stop.signal })
    await expect(asked.fit()).rejects.toMatchObject({ code: 'aborted' })
    expect(asks).toBe(1)
  })
})

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 600 }),
  fc.string({ unit: 'binary', maxLength: 900 }),
  fc.array(fc.lorem(), { maxLength: 60 }).map((parts) => parts.join(' '))
)
const counters: ((text: string) => number)[] = [
  wordsOf,
  estimateTokens,
  (text) => new TextEncoder().encode(text).length,
  (text) => Math.ceil(text.length / 7)
]

describe('whatever is asked', () => {
  it('fits by the same count, keeps all outside the values, and says how much is missing; or is refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(anyText, anyText), { minLength: 1, maxLength: 4 }),
        anyText,
        fc.integer({ min: 16, max: 2_000 }),
        fc.integer({ min: 1, max: 3_000 }),
        fc.constantFrom<ContextPolicy>('cut_middle', 'slide', 'summarise'),
        fc.constantFrom(...counters),
        async (parts, system, windowTokens, maxTokens, policy, count) => {
          let text = ''
          const pieces = parts.map(([fixed, value]) => {
            const start = text.length + fixed.length
            text += fixed + value
            return { start, end: text.length }
          })
          const countTokens = (part: string) => Promise.resolve({ tokens: count(part), isCounted: true })
          const asked = request({ value: '' }, { text, pieces, system, windowTokens, maxTokens, policy, countTokens })
          const fitted = await asked.fit().catch((error: { code?: string }) => {
            expect(error.code).toBe('context_exceeded')
            return null
          })
          if (fitted === null) return
          const room = windowTokens - answerRoom(windowTokens, maxTokens)
          expect(count(fitted.text) + count(system)).toBeLessThanOrEqual(room)
          expect(fitted.note === null || /cut|summarised|room for/.test(fitted.note)).toBe(true)
          if (text.isWellFormed()) expect(fitted.text.isWellFormed()).toBe(true)
          let at = 0
          for (const [fixed] of parts) {
            const place = fitted.text.indexOf(fixed, at)
            expect(place).toBeGreaterThanOrEqual(at)
            at = place + fixed.length
          }
          if (fitted.text !== text) expect(fitted.note).toMatch(policy === 'summarise' ? /summarised/ : /left out|cut/)
        }
      ),
      { numRuns: 300 }
    )
  })
})
