/** A template that is read wrongly sends the wrong prompt to a model, silently. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTemplate, placedMessage, templateText, writeReference, type WrittenPart } from './template.ts'

const read = (text: string) => parseTemplate(text).parts.map(({ start: _start, end: _end, ...part }) => part)
const mistakesOf = (text: string) => parseTemplate(text).mistakes.map(placedMessage)

/** Letters that mean something to the reader, so that chance finds their combinations. */
const hardText = fc
  .array(
    fc.constantFrom(
      ...[
        '{',
        '{{',
        '}',
        '}}',
        '\\',
        '[',
        ']',
        '"',
        "'",
        '.',
        ' ',
        '\n',
        'input',
        'steps',
        'json',
        'a',
        '0',
        'é',
        '😀',
        '\ud800'
      ]
    ),
    { maxLength: 40 }
  )
  .map((pieces) => pieces.join(''))
const anyText = fc.oneof(
  hardText,
  fc.array(fc.nat({ max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: 'grapheme' })
)
const anyName = fc
  .oneof(hardText, fc.string(), fc.constantFrom('Draft', 'first name', 'a.b', '__proto__'))
  .filter((name) => name !== '')
const anyPath = fc.array(fc.oneof(anyText, fc.nat()), { maxLength: 5 })
const anyReference: fc.Arbitrary<WrittenPart> = fc.oneof(
  fc.record({ kind: fc.constant('input' as const), column: fc.option(anyName) }),
  fc.record({ kind: fc.constant('step' as const), name: anyName, path: fc.option(anyPath) })
)
const anyParts = fc.array(fc.oneof(anyReference, fc.record({ kind: fc.constant('text' as const), text: anyText })), {
  maxLength: 8
})

describe('a template', () => {
  it.each<[string, WrittenPart[]]>([
    ['', []],
    ['{{input}}', [{ kind: 'input', column: null }]],
    ['{{ input }}', [{ kind: 'input', column: null }]],
    ['{{input.city}}', [{ kind: 'input', column: 'city' }]],
    ['{{input["first name"]}}', [{ kind: 'input', column: 'first name' }]],
    ["{{ input [ 'a}}b' ] }}", [{ kind: 'input', column: 'a}}b' }]],
    ['{{steps.First draft}}', [{ kind: 'step', name: 'First draft', path: null }]],
    ['{{ steps . First draft . json }}', [{ kind: 'step', name: 'First draft', path: [] }]],
    ['{{steps.json.json.json}}', [{ kind: 'step', name: 'json', path: ['json'] }]],
    ['{{steps.A.json.risks[0]["a key"].b}}', [{ kind: 'step', name: 'A', path: ['risks', 0, 'a key', 'b'] }]],
    ['{{steps.A.json.0}}', [{ kind: 'step', name: 'A', path: ['0'] }]],
    ['{{steps["a.b"]}}', [{ kind: 'step', name: 'a.b', path: null }]],
    ['{{\n  input\n}}', [{ kind: 'input', column: null }]]
  ])('%j', (text, parts) => {
    expect(read(text)).toEqual(parts)
    expect(parseTemplate(text).mistakes).toEqual([])
  })

  it.each([
    ['\\{{input}}', '{{input}}'],
    ['a \\ b \\n', 'a \\ b \\n'],
    ['\\{{{input}}', '{{{input}}'],
    ['{ } }} {a} \\{', '{ } }} {a} \\{']
  ])('%j is plain text', (text, plain) => {
    expect(read(text)).toEqual([{ kind: 'text', text: plain }])
  })

  it('can be written inside the braces of JSON and behind a backslash', () => {
    const input = { kind: 'input', column: null }
    expect(read('{"a": {{{input}}}}')).toEqual([{ kind: 'text', text: '{"a": {' }, input, { kind: 'text', text: '}}' }])
    expect(read('C:\\\\{{input}}')).toEqual([{ kind: 'text', text: 'C:\\' }, input])
    expect(read('\\\\\\{{input}}')).toEqual([{ kind: 'text', text: '\\{{input}}' }])
  })

  it.each([
    ['a\n  {{inptu}}', 'Line 2, letter 5: “inptu” is neither “input” nor “steps”. Did you mean “input”?'],
    ['{{step.A}}', 'Line 1, letter 3: “step” is neither “input” nor “steps”. Did you mean “steps”?'],
    ['{{Input}}', 'Did you mean “input”?'],
    ['{{}}', 'Nothing stands between the braces.'],
    ['{{"x"}}', '“"x"” is neither'],
    ['{{.x}}', '“input” or “steps” is missing.'],
    ['{{input', 'Line 1, letter 8: The closing “}}” is missing.'],
    ['{{', 'Line 1, letter 3: The closing “}}” is missing.'],
    ['{{input}', 'The closing “}}” is missing.'],
    ['{{steps}}', 'The name of a step is missing: {{steps.NAME}}.'],
    ['{{steps.}}', 'The name of a step is missing'],
    ['{{input.}}', 'The name of a column is missing'],
    ['{{input[""]}}', 'The name of a column is empty.'],
    ['{{input.first name}}', 'A column of several words is written {{input["first name"]}}.'],
    ['{{input.a.b}}', '“.” cannot stand here'],
    ['{{input[0]}}', 'The name of a column stands in quotes: ["0"].'],
    ['{{steps.A.title}}', 'only “.json” can stand: {{steps.A.json.title}}.'],
    ['{{steps.A.json.}}', 'A key is missing after “.”.'],
    ['{{steps.A.json[-1]}}', 'a number from 0 or a key in quotes'],
    ['{{steps.A.json["b}}', 'A closing quote is missing.'],
    ['{{steps.A.json["b" }}', 'A closing “]” is missing.'],
    ['{{steps.A!}}', '“!” cannot stand here']
  ])('%j is mistaken', (text, message) => {
    expect(mistakesOf(text).join()).toContain(message)
    expect(read(text)).toEqual([{ kind: 'text', text }])
  })

  // A mistake that swallows what follows would hide the next one, and make a good reference look like text.
  it('goes on behind a mistake', () => {
    const { parts, mistakes } = parseTemplate('{{x {{input}} {{y}} \\{{z {{steps.A}}')
    expect(parts.map(({ kind }) => kind)).toEqual(['text', 'input', 'text', 'step'])
    expect(mistakes.map(({ start, end }) => [start, end])).toEqual([
      [0, 3],
      [14, 19]
    ])
    expect(parts[2]).toMatchObject({ text: ' {{y}} {{z ' })
    expect(parseTemplate('{{x \\{{y').mistakes).toHaveLength(1)
  })

  it('marks an open reference only as far as it goes, not the rest of the text', () => {
    const [mistake] = parseTemplate('{{inp and so on\nand more').mistakes
    expect(mistake).toMatchObject({ start: 0, end: 5 })
  })
})

describe('any template at all', () => {
  // A letter that belongs to no part, or to two, moves every mark of the editor and every cut of the runner.
  it('is covered by its parts without a gap, never throws, and no text follows a text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { parts, mistakes } = parseTemplate(text)
        let at = 0
        for (const part of parts) {
          expect(part.start).toBe(at)
          expect(part.end).toBeGreaterThan(part.start)
          at = part.end
        }
        expect(at).toBe(text.length)
        expect(parts.some((part, place) => part.kind === 'text' && parts[place + 1]?.kind === 'text')).toBe(false)
        let last = 0
        for (const { start, end, line, column } of mistakes) {
          expect(start).toBeGreaterThanOrEqual(last)
          expect(end).toBeGreaterThan(start)
          expect(text.slice(start, start + 2)).toBe('{{')
          const before = text.split('\n').slice(0, line - 1)
          expect(before.join('\n').length + (line > 1 ? 1 : 0) + column - 1).toBeGreaterThanOrEqual(start)
          last = end
        }
      }),
      { numRuns: 2_000 }
    )
  })

  // A writer and a reader that differ turn a renamed step into another one, or text into a reference.
  it('is read as the parts that it was written from', () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        const merged: WrittenPart[] = []
        for (const part of parts) {
          const last = merged.at(-1)
          if (part.kind === 'text' && last?.kind === 'text') last.text += part.text
          else if (part.kind !== 'text' || part.text !== '') merged.push({ ...part })
        }
        const text = templateText(parts)
        expect(parseTemplate(text).mistakes).toEqual([])
        expect(read(text)).toEqual(merged)
      }),
      { numRuns: 2_000 }
    )
  })

  it('says the same again when it is read, written and read once more', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(read(templateText(parseTemplate(text).parts))).toEqual(read(text))
      }),
      { numRuns: 1_000 }
    )
  })

  it('quotes only what needs it', () => {
    expect(writeReference({ kind: 'input', column: 'city' })).toBe('{{input.city}}')
    expect(writeReference({ kind: 'input', column: 'first name' })).toBe('{{input["first name"]}}')
    expect(writeReference({ kind: 'step', name: 'First draft', path: ['a', 0, 'b c'] })).toBe(
      '{{steps.First draft.json.a[0]["b c"]}}'
    )
    expect(writeReference({ kind: 'step', name: 'A', path: null })).toBe('{{steps.A}}')
    expect(writeReference({ kind: 'step', name: ' A', path: [] })).toBe('{{steps[" A"].json}}')
  })

  // Work that grows with the square of the text would hold the core, and this test, for minutes.
  it.each([
    '{{',
    '{{x',
    '{{input',
    '{{input["',
    '{{input[\'a"]',
    '\\{{',
    '{',
    '\\',
    '{{steps.A.json["{{steps.A.json["]',
    '{{x\n'
  ])('of 200,000 letters of %j is read in one go', (piece) => {
    const text = piece.repeat(Math.ceil(200_000 / piece.length)).slice(0, 200_000)
    const { parts, mistakes } = parseTemplate(text)
    expect(parts.at(-1)?.end).toBe(200_000)
    expect(mistakes.length).toBeLessThanOrEqual(100_000)
    expect(templateText(parts).length).toBeGreaterThan(0)
  })
})
