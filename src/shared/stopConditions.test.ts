/** A condition that holds when it should not throws finished work away; one that never holds lets a batch run for hours. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stopConditionSchema, type StopCondition } from './chain.ts'
import { firstStop, stopWords } from './stopConditions.ts'

type Kind<K extends StopCondition['kind']> = Extract<StopCondition, { kind: K }>
const end = { reason: '', finalOutput: null }
const contains = (text: string, ignoreCase = false): StopCondition => ({ kind: 'contains', text, ignoreCase, ...end })
const pattern = (text: string, ignoreCase = false): StopCondition => ({
  kind: 'matches',
  pattern: text,
  ignoreCase,
  ...end
})
const length = (comparison: 'over' | 'under', letters: number): StopCondition => ({
  kind: 'length',
  comparison,
  letters,
  ...end
})
const json = (path: string, comparison: Kind<'json_path'>['comparison'], value: string | null): StopCondition => ({
  kind: 'json_path',
  path,
  comparison,
  value,
  ...end
})
const steps = (number: number): StopCondition => ({ kind: 'step_number', number, ...end })

const matches = (source: string, flags: string, text: string) => new RegExp(source, flags).test(text)
const wordsOf = (condition: StopCondition, text: string, stepNumber = 1) =>
  firstStop([condition], { text, stepNumber }, matches)?.words ?? null
const verdict = '```json\n{"verdict": "bad", "score": 7, "text": "8", "none": null, "no": false, "list": [1, "a"]}\n```'

describe('a stop condition', () => {
  it.each<[StopCondition, string, string]>([
    [contains('STOP'), 'do STOP now', 'The output contains “STOP”'],
    [contains('stop', true), 'do STOP now', 'The output contains “stop”, capitals or not'],
    [pattern('^no', true), 'No risks', 'The output matches “^no”, capitals or not'],
    [length('over', 2_000), 'x'.repeat(2_001), 'The output is longer than 2,000 letters'],
    [length('under', 1), '', 'The output is shorter than 1 letter'],
    [length('under', 3), '😀😀', 'The output is shorter than 3 letters'],
    [json('verdict', 'is', 'bad'), verdict, 'In the output, “verdict” is “bad”'],
    [json('score', 'is', '7.0'), verdict, 'In the output, “score” is “7.0”'],
    [json('list', 'is', '[1, "a"]'), verdict, 'In the output, “list” is “[1, "a"]”'],
    [json('verdict', 'is_not', 'good'), verdict, 'In the output, “verdict” is not “good”'],
    [json('score', 'over', '5'), verdict, 'In the output, “score” is over 5'],
    [json('text', 'under', '8.5'), verdict, 'In the output, “text” is under 8.5'],
    [json('list[1]', 'is', null), verdict, 'In the output, “list[1]” is there'],
    [json('none', 'is_not', null), verdict, 'In the output, “none” is not there'],
    [json('a', 'is_not', null), 'no JSON', 'In the output, “a” is not there'],
    [steps(1), '', '1 step has ended']
  ])('%j holds', (condition, text, words) => {
    expect(wordsOf(condition, text)).toBe(words)
  })

  it.each<[StopCondition, string]>([
    [contains('STOP'), 'do stop now'],
    [pattern('^no'), 'No risks'],
    [length('over', 2_000), 'x'.repeat(2_000)],
    [length('over', 2), '😀😀'],
    [json('verdict', 'is', 'Bad'), verdict],
    [json('missing', 'is_not', 'bad'), verdict],
    [json('verdict', 'is', 'bad'), 'no JSON'],
    [json('score', 'over', '7'), verdict],
    // Nothing is 0 only because it is empty, or no number.
    [json('none', 'under', '5'), verdict],
    [json('verdict', 'under', '5'), verdict],
    [json('score', 'over', ''), verdict],
    [json('score', 'over', null), verdict],
    [json('no', 'is', null), verdict],
    [json('none', 'is', null), verdict],
    [json('constructor', 'is', null), verdict],
    [json('a..', 'is', null), verdict],
    [steps(2), '']
  ])('%j does not hold', (condition, text) => {
    expect(wordsOf(condition, text)).toBeNull()
  })

  it('gives its own reason where it has one, and the first that holds counts', () => {
    const first = { ...contains('a'), reason: ' no risks found ' }
    const stop = firstStop([contains('z'), first, contains('b')], { text: 'ab', stepNumber: 1 }, matches)
    expect(stop).toEqual({ condition: first, words: 'no risks found' })
    expect(firstStop([], { text: '', stepNumber: 1 }, matches)).toBeNull()
  })

  it('holds from its number of steps on', () => {
    expect(wordsOf(steps(2), '', 3)).toBe('2 steps have ended')
  })

  it('is matched by whoever can end a pattern that takes too long', () => {
    const asked: string[] = []
    const slow = (...args: string[]) => asked.push(args.join()) > 1
    expect(firstStop([pattern('a', true)], { text: 'x', stepNumber: 1 }, slow)).toBeNull()
    expect(asked).toEqual(['a,iu,x'])
  })

  it('has words, and an answer without throwing, whatever it says and whatever came', () => {
    const text = fc.string({ minLength: 1, maxLength: 20 })
    const any = fc.oneof(
      fc.tuple(text, fc.boolean()).map(([said, ignoreCase]) => contains(said, ignoreCase)),
      fc
        .tuple(fc.constantFrom('over' as const, 'under' as const), fc.nat({ max: 10_000_000 }))
        .map(([how, letters]) => length(how, letters)),
      fc
        .tuple(
          text,
          fc.constantFrom('is' as const, 'is_not' as const, 'over' as const, 'under' as const),
          fc.option(fc.oneof(fc.string(), fc.json()))
        )
        .map(([path, how, value]) => json(path, how, value))
    )
    fc.assert(
      fc.property(any, fc.oneof(fc.string(), fc.json()), (condition, output) => {
        expect(stopConditionSchema.safeParse(condition).success).toBe(true)
        const stop = firstStop([condition], { text: output, stepNumber: 1 }, () => false)
        expect(stopWords(condition)).not.toBe('')
        if (stop !== null) expect(stop.words).toContain(stopWords(condition))
      })
    )
  })
})
