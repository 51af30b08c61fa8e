/** What is put in at the wrong place, or left out without a word, is a wrong answer that nobody notices. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StokerError } from './errors.ts'
import { fillTemplate, type TemplateValues } from './fillTemplate.ts'
import { parseTemplate } from './template.ts'

const values: TemplateValues = {
  input: { text: 'name: Ada', columns: { name: 'Ada', 'home town': 'London', city: '' } },
  outputOf: (name) =>
    ({
      Draft: 'A draft.',
      Facts: 'Here:\n```json\n{"risks": [{"title": "Rain", "odds": 0.5}], "id": 12345678901234567890}\n```'
    })[name] ?? null
}
const fill = (text: string, more: Partial<TemplateValues> = {}) =>
  fillTemplate(parseTemplate(text), { ...values, ...more })
const errorOf = (text: string, more: Partial<TemplateValues> = {}) => {
  try {
    fill(text, more)
  } catch (error) {
    if (error instanceof StokerError) return error
  }
  throw new Error('No StokerError was thrown.')
}

describe('a filled template', () => {
  it.each([
    ['<{{input}}>', '<name: Ada>'],
    ['{{input.name}} of {{input["home town"]}}{{input.city}}.', 'Ada of London.'],
    ['{{steps.Draft}}', 'A draft.'],
    ['{{steps.Facts.json.risks[0].title}}', 'Rain'],
    ['{{steps.Facts.json.risks[0].odds}}', '0.5'],
    ['{{steps.Facts.json.risks}}', '[{"title":"Rain","odds":0.5}]'],
    ['{{steps.Facts.json.id}}', '12345678901234567890'],
    ['{{steps.Facts.json}}', '{"risks": [{"title": "Rain", "odds": 0.5}], "id": 12345678901234567890}'],
    ['\\{{input}}', '{{input}}']
  ])('%s', (template, text) => {
    expect(fill(template).text).toBe(text)
  })

  it('is not filled once more: a value may hold braces', () => {
    expect(fill('{{input}}', { input: { text: '{{steps.Draft}}', columns: null } }).text).toBe('{{steps.Draft}}')
  })

  it('says what was put in where', () => {
    const { text, pieces } = fill('a {{input.city}}{{steps.Draft}} b {{steps.Facts.json.id}}')
    expect(pieces.map(({ start, end, source }) => [text.slice(start, end), source])).toEqual([
      ['', { kind: 'input', column: 'city' }],
      ['A draft.', { kind: 'step', name: 'Draft', path: null }],
      ['12345678901234567890', { kind: 'step', name: 'Facts', path: ['id'] }]
    ])
  })

  it.each([
    ['{{input.nmae}}', 'invalid_input', 'It has “name”, “home town” and “city”. Did you mean “name”?'],
    ['{{input.constructor}}', 'invalid_input', 'does not have'],
    ['{{steps.Nobody}}', 'invalid_input', '“{{steps.Nobody}}” asks for an output that is not there.'],
    ['a\n{{inptu}}', 'invalid_input', 'Line 2, letter 3: “inptu”'],
    [
      '{{steps.Draft.json.title}}',
      'bad_answer',
      '“{{steps.Draft.json.title}}” needs JSON, and the output of “Draft” is none: “A draft.”.'
    ],
    [
      '{{steps.Facts.json.risks[1].title}}',
      'bad_answer',
      'The output of “Facts” has no “risks[1].title”, which “{{steps.Facts.json.risks[1].title}}” asks for: “{"risks"'
    ]
  ])('%s is refused with its place', (template, code, message) => {
    const error = errorOf(template)
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
  })

  it('says that an input is no table', () => {
    const error = errorOf('{{input.name}}', { input: { text: 'x', columns: null } })
    expect(error.message).toBe('“{{input.name}}” asks for a column, and the input has none.')
  })

  it('shows no more than the beginning of what came, and says when nothing did', () => {
    expect(errorOf('{{steps.A.json}}', { outputOf: () => 'x'.repeat(1e6) }).message.length).toBeLessThan(200)
    expect(errorOf('{{steps.A.json}}', { outputOf: () => ' ' }).message).toContain('is none: it is empty.')
  })

  it('holds every value whole at its piece, and throws nothing but what is for a person', () => {
    const pieces = fc.constantFrom(
      '{{input}}',
      '{{steps.A}}',
      '{{steps.A.json}}',
      '{{steps.A.json.a[0]}}',
      '{{input.a}}',
      ' x ',
      '\\{{',
      '{{'
    )
    fc.assert(
      fc.property(fc.array(pieces), fc.string(), fc.oneof(fc.string(), fc.json()), (template, text, output) => {
        const given = { input: { text, columns: { a: text } }, outputOf: () => output }
        try {
          const filled = fillTemplate(parseTemplate(template.join('')), given)
          for (const { start, end, source } of filled.pieces) {
            if (source.kind === 'input') expect(filled.text.slice(start, end)).toBe(text)
            else if (source.path === null) expect(filled.text.slice(start, end)).toBe(output)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(StokerError)
        }
      })
    )
  })
})
