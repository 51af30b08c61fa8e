// People write this file by hand: a mistake that hides the other models, or is named with the wrong line, costs them an evening.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseModelsFile, type ParsedModelsFile } from './parseModelsFile.ts'
import { maxTextLength } from './yamlDocument.ts'

const good = '  - name: good\n    path: good.gguf\n'
const names = ({ models, aliases }: ParsedModelsFile): string[] => [...models, ...aliases].map(({ name }) => name)
const said = ({ problems }: ParsedModelsFile): string[] => problems.map(({ line, message }) => `${line}: ${message}`)

describe('models.yaml', () => {
  it('is read with every field, each entry with its line', () => {
    const text = `# mine
models:
  - name: qwen-coder # small
    path: ~/models/qwen.gguf
    loader: llama.cpp
    context_length: 8192
    options:
      temperature: 0.2
      top_p: 0.9
      top_k: 40
      repeat_penalty: 1.1
      max_tokens: 500
      seed: 7
      stop: ["###", end]

  - { name: 'short: one', path: a b.gguf }
aliases:
  coder: built-in/qwen-coder
  reviewer: qwen3:8b
`
    expect(parseModelsFile(text)).toEqual({
      models: [
        {
          name: 'qwen-coder',
          path: '~/models/qwen.gguf',
          loader: 'llama.cpp',
          contextLength: 8192,
          options: {
            temperature: 0.2,
            topP: 0.9,
            topK: 40,
            repeatPenalty: 1.1,
            maxTokens: 500,
            seed: 7,
            stop: ['###', 'end']
          },
          line: 3
        },
        { name: 'short: one', path: 'a b.gguf', loader: 'llama.cpp', contextLength: null, options: {}, line: 16 }
      ],
      aliases: [
        { name: 'coder', written: 'built-in/qwen-coder', line: 18 },
        { name: 'reviewer', written: 'qwen3:8b', line: 19 }
      ],
      problems: [],
      broken: null
    })
  })

  it.each(['', '\n\n', '# nothing yet\n', 'models:\naliases:\n', 'models: []\naliases: {}\n', '---\n'])(
    'may hold nothing: %j',
    (text) => {
      expect(parseModelsFile(text)).toEqual({ models: [], aliases: [], problems: [], broken: null })
    }
  )

  it.each([
    ['a field of the wrong kind', '  - name: bad\n    path: [a]\n', /^4: “bad” is left out: path must be text/],
    ['a name that is a number', '  - name: 7\n    path: a\n', /^3: A model is left out: name must be text/],
    ['no path', '  - name: bad\n', /^3: “bad” is left out: it has no path/],
    ['an empty path', '  - name: bad\n    path:\n', /^4: “bad” is left out: it has no path/],
    ['no name', '  - path: a.gguf\n', /^3: A model is left out: it has no name/],
    [
      'an unknown loader',
      '  - name: bad\n    path: a\n    loader: mlx\n',
      /^5: “bad” is left out: the only loader is llama\.cpp/
    ],
    [
      'a context in words',
      '  - name: bad\n    path: a\n    context_length: 8k\n',
      /^5: .*context_length must be a whole number/
    ],
    ['a context of zero', '  - name: bad\n    path: a\n    context_length: 0\n', /^5: .*context_length/],
    [
      'an option out of range',
      '  - name: bad\n    path: a\n    options:\n      temperature: 9\n',
      /^6: .*temperature does not fit/
    ],
    ['options in a list', '  - name: bad\n    path: a\n    options: [1]\n', /^5: .*options must be a group/],
    ['an entry that is a word', '  - bad\n', /^3: A model must be written as/],
    ['a list where a model should be', '  - [a, b]\n', /^3: A model must be written as/]
  ])('names %s and hides nothing else', (_, entry, message) => {
    const parsed = parseModelsFile(`# head\nmodels:\n${entry}${good}aliases:\n  a: good\n`)
    expect(said(parsed)).toEqual([expect.stringMatching(message)])
    expect(names(parsed)).toEqual(['good', 'a'])
    expect(parsed.broken).toBeNull()
  })

  it.each([
    ['an unknown key', '  - name: x\n    path: a\n    ctx: 5\n', /^5: “x”: “ctx” is not known and is ignored/],
    ['an unknown option', '  - name: x\n    path: a\n    options: { temp: 1 }\n', /^5: “x”: “temp” is not known/],
    ['a key that is there twice', '  - name: x\n    path: a\n    path: b\n', /^5: “x”: “path” is there twice/]
  ])('warns of %s, and the entry counts', (_, entry, message) => {
    const parsed = parseModelsFile(`# head\nmodels:\n${entry}${good}`)
    expect(said(parsed)).toEqual([expect.stringMatching(message)])
    expect(names(parsed)).toEqual(['x', 'good'])
    expect(parsed.models[0]?.path).toBe('a')
  })

  it('takes the first of two with one name', () => {
    const parsed = parseModelsFile(`models:\n${good}  - name: good\n    path: other\naliases:\n  a: one\n  a: two\n`)
    expect(parsed.models.map(({ path }) => path)).toEqual(['good.gguf'])
    expect(parsed.aliases.map(({ written }) => written)).toEqual(['one'])
    expect(said(parsed)).toEqual([
      expect.stringMatching(/^4: “good” is there twice\. The first one counts, in line 2\./),
      expect.stringMatching(/^8: The alias “a” is there twice/)
    ])
  })

  it('says an alias that is called like a model, points at nothing, or cannot be called so', () => {
    const parsed = parseModelsFile(
      `models:\n${good}aliases:\n  good: x\n  empty:\n  "two words": x\n  num: 5\n  a: [x]\n  ok: x\n`
    )
    expect(said(parsed)).toEqual([
      expect.stringMatching(/^5: “good” is an alias and a model/),
      expect.stringMatching(/^6: The alias “empty” points at nothing/),
      expect.stringMatching(/^7: The alias “two words” cannot be called so\. Use letters/),
      expect.stringMatching(/^8: The alias “num” must be followed by a model’s name, in quotes/),
      expect.stringMatching(/^9: The alias “a” must be/)
    ])
    expect(names(parsed)).toEqual(['good', 'good', 'ok'])
  })

  it.each([
    ['a group where the list should be', 'models:\n  a: b\naliases:\n  a: x\n', /^1: “models” must be a list/],
    ['a list where the group should be', 'aliases:\n  - a\n', /^1: “aliases” must be a group/],
    ['another section', 'model:\n  - a\naliases:\n  a: x\n', /^1: “model” is not known here/],
    ['a section that is there twice', 'aliases:\n  a: x\naliases:\n  b: x\n', /^3: “aliases” is there twice/],
    ['a word alone', '\nhello\n', /^2: The file must begin with/]
  ])('names %s', (_, text, message) => {
    expect(said(parseModelsFile(text))).toEqual([expect.stringMatching(message)])
  })
})

describe('a models.yaml that is no YAML', () => {
  it.each([
    ['an unclosed quote', `  - name: "bad\n    path: x\n${good}`, /^3: A quotation mark is not closed/],
    ['a tab', `\t- name: bad\n\t  path: x\n`, /^3: A tab cannot indent here/],
    ['a tab within an entry', `  - name: bad\n\tpath: x\n${good}`, /^4: A tab cannot indent here/],
    ['an open bracket', `  - name: bad\n    path: [x\n${good}`, /^\d: /],
    ['a line that is out of place', `  - name: bad\n   path: x\n${good}`, /^4: /],
    ['a colon too many', `  - name: bad: worse: worst\n    path: x\n${good}`, /^3: /]
  ])('because of %s names its line, and the others count', (_, entries, message) => {
    const parsed = parseModelsFile(`# head\nmodels:\n${entries}aliases:\n  a: good\n  b: "x\n  c: good\n`)
    expect(said(parsed)[0]).toMatch(message)
    expect(
      said(parsed).some((line) => /^\d+: A quotation mark is not closed\. This entry is left out\.$/.test(line))
    ).toBe(true)
    expect(names(parsed)).toEqual([...(entries.includes('good') ? ['good'] : []), 'a', 'c'])
    expect(parsed.broken).not.toBeNull()
  })

  it('of two documents is read as far as its own sections go', () => {
    const parsed = parseModelsFile(`models:\n${good}---\nother: 1\n`)
    expect(said(parsed)).toEqual([expect.stringMatching(/^4: A second document/)])
    expect(names(parsed)).toEqual(['good'])
  })
})

describe('what YAML can do', () => {
  it('anchors and merged groups are read as what they stand for', () => {
    const parsed = parseModelsFile(`models:
  - &base
    name: one
    path: &file one.gguf
    options: &o { temperature: 0.5 }
  - <<: *base
    name: two
  - { name: three, path: *file, options: { <<: *o, seed: 1 } }
aliases: { a: *file }
`)
    expect(parsed.problems).toEqual([])
    expect(parsed.models.map(({ name, path, options }) => [name, path, options])).toEqual([
      ['one', 'one.gguf', { temperature: 0.5 }],
      ['two', 'one.gguf', { temperature: 0.5 }],
      ['three', 'one.gguf', { temperature: 0.5, seed: 1 }]
    ])
    expect(parsed.aliases[0]?.written).toBe('one.gguf')
  })

  it('an anchor that is nowhere, or stands in itself, is a field that is missing', () => {
    const parsed = parseModelsFile(`models:\n  - name: x\n    path: *gone\n  - &me\n    <<: *me\n    name: y\n${good}`)
    expect(names(parsed)).toEqual(['good'])
    expect(said(parsed)).toHaveLength(2)
  })

  it('a billion laughs are not laughed', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
    for (let level = 1; level < 30; level += 1)
      lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`)
    const merged = Array.from(
      { length: 30 },
      (_, n) => `m${n}: &m${n} { <<: [*m${n - 1}, *m${n - 1}, *m${n - 1}], k: 1 }`
    )
    const text = [...lines, ...merged, 'models:', '  - name: bomb', '    path: *a29', '  - <<: *m29', good, ''].join(
      '\n'
    )
    expect(names(parseModelsFile(text))).toEqual(['good'])
  })

  it.each([
    ['10 MB', 'a'.repeat(10_000_000)],
    ['10 MB of entries', good.repeat(350_000)],
    ['a hundred thousand brackets', '['.repeat(100_000)],
    ['brackets with quotes between', '[ "]", '.repeat(20_000)],
    ['groups in groups', '{a: '.repeat(50_000)],
    ['dashes', '- '.repeat(100_000)],
    ['questions', '? '.repeat(100_000)],
    ['a staircase', Array.from({ length: 600 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')]
  ])('%s are refused at once', (_, text) => {
    const parsed = parseModelsFile(text)
    expect(parsed.broken).not.toBeNull()
    expect(parsed.problems.length).toBeGreaterThan(0)
    expect(parsed.models).toEqual([])
  })

  it('thousands of mistakes, or of merged groups, are told as fifty', { timeout: 60_000 }, () => {
    const number = (count: number, line: (n: number) => string): string =>
      Array.from({ length: count }, (_, n) => line(n)).join('\n')
    const texts = [
      `aliases:\n${number(4_000, (n) => `  a${n}: "x`)}`,
      `b: &b {${number(2_000, (n) => `k${n}: 1,`)}}\nmodels:\n${number(2_000, () => '- <<: *b')}`,
      '&a b\n'.repeat(10_000)
    ]
    for (const text of texts) {
      const { problems } = parseModelsFile(text)
      expect(problems.length).toBeLessThanOrEqual(51)
    }
  })

  it('ten mistakes among three hundred entries: each is named, and the rest counts', () => {
    const isBad = (n: number): boolean => n % 30 === 7
    const text = `aliases:\n${Array.from({ length: 300 }, (_, n) => (isBad(n) ? `  a${n}: [x` : `  a${n}: x`)).join('\n')}\n`
    const parsed = parseModelsFile(text)
    expect(parsed.aliases).toHaveLength(290)
    expect(parsed.problems.map(({ line }) => line)).toEqual(Array.from({ length: 10 }, (_, n) => n * 30 + 9))
  })

  it('a file of a thousand models is read', () => {
    const text = `models:\n${Array.from({ length: 1_000 }, (_, n) => `  - name: model-${n}\n    path: /models/${n}.gguf\n`).join('')}`
    expect(text.length).toBeLessThan(maxTextLength)
    expect(parseModelsFile(text).models).toHaveLength(1_000)
  })

  it('lines are counted the same with Windows line ends and a mark at the beginning', () => {
    const text = `\uFEFF# head\r\nmodels:\r\n  - name: x\r\n    path: a\r\n    ctx: 5\r\naliases:\r\n  a: x\r\n`
    const parsed = parseModelsFile(text)
    expect(names(parsed)).toEqual(['x', 'a'])
    expect(parsed.models[0]).toMatchObject({ path: 'a', line: 3 })
    expect(said(parsed)).toEqual([expect.stringMatching(/^5: /)])
  })
})

describe('whatever the file holds', () => {
  const line = fc.constantFrom(
    'models:',
    'aliases:',
    '  - name: a',
    '    path: x',
    '  - {name: b, path: y}',
    '    options:',
    '      stop: [a, b',
    '  coder: x',
    '\t- name: t',
    '  "q',
    "  'q: z",
    '- a',
    '? x',
    '<<: *a',
    '&a b: c',
    '---',
    '...',
    '%YAML 1.2',
    '# c',
    '',
    '  x: |',
    '    text',
    '*a : b',
    '!!map {',
    '  context_length: 1e9',
    '\u0000',
    '[',
    ']',
    '}',
    ': :',
    '- - - a',
    '  - *a'
  )
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.array(line, { maxLength: 30 }).map((lines) => lines.join('\n')),
    fc.array(fc.oneof(line, fc.string()), { maxLength: 20 }).map((lines) => lines.join('\r\n'))
  )

  it('it is read without a throw, and every mistake has a line that is there', () => {
    fc.assert(
      fc.property(text, (content) => {
        const parsed = parseModelsFile(content)
        const count = content.split('\n').length
        for (const { line: at } of [...parsed.problems, ...parsed.models, ...parsed.aliases]) {
          expect(at).toBeGreaterThanOrEqual(1)
          expect(at).toBeLessThanOrEqual(count)
        }
        if (parsed.broken !== null) expect(parsed.problems.length).toBeGreaterThan(0)
      }),
      { numRuns: 400 }
    )
  })
})
