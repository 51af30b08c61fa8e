// A screen that rewrites somebody's file costs them their comments and their layout: an edit touches the lines it is about, or nothing.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FileModel } from '../../shared/modelsFile.ts'
import {
  newFileText,
  removeAlias,
  removeModel,
  saveAlias,
  saveModel,
  sayTheSame,
  type ModelsFileEdit
} from './editModelsFile.ts'
import { parseModelsFile } from './parseModelsFile.ts'
import { putBack } from './putBack.ts'

const model = (name: string, changes: Partial<FileModel> = {}): FileModel => ({
  name,
  path: `${name}.gguf`,
  loader: 'llama.cpp',
  contextLength: null,
  options: {},
  ...changes
})
const text = `# My models.

models:
  # The small one.
  - name: small   # for quick questions
    path: "small.gguf"
    context_length: 4096   # enough


  - name: large
    options:
      # cold
      temperature: 0.1
      seed: 7
    path: /data/large.gguf
aliases:
  coder: small # why
  # until the next one comes
  reviewer: built-in/large
`
const lines = (content: string): string[] => content.split('\n')
/** The lines that are only in the one or only in the other. */
function changedLines(before: string, after: string): { gone: string[]; come: string[] } {
  const gone = lines(before)
  const come = lines(after)
  while (gone.length > 0 && come.length > 0 && gone[0] === come[0]) {
    gone.shift()
    come.shift()
  }
  while (gone.length > 0 && come.length > 0 && gone.at(-1) === come.at(-1)) {
    gone.pop()
    come.pop()
  }
  return { gone, come }
}

describe('an alias', () => {
  it.each<[string, ModelsFileEdit, string[], string[]]>([
    ['new', saveAlias('writer', 'ollama/qwen3:8b'), [], ['  writer: ollama/qwen3:8b']],
    ['pointed elsewhere', saveAlias('coder', 'ollama/a b'), ['  coder: small # why'], ['  coder: ollama/a b # why']],
    ['renamed', saveAlias('dev', 'small', 'coder'), ['  coder: small # why'], ['  dev: small # why']],
    ['removed', removeAlias('coder'), ['  coder: small # why'], []],
    ['removed, the last one', removeAlias('reviewer'), ['  reviewer: built-in/large'], []],
    ['with a name to be quoted', saveAlias('no-1', '#5: "x"'), [], ['  no-1: "#5: \\"x\\""']]
  ])('%s changes its own line only', (_, edit, gone, come) => {
    expect(changedLines(text, edit(text))).toEqual({ gone, come })
  })

  it.each([
    ['', `aliases:\n  a: x\n`],
    [newFileText, `${newFileText}\naliases:\n  a: x\n`],
    ['models: []', 'models: []\naliases:\n  a: x\n'],
    ['aliases:\nmodels:\n', 'aliases:\n  a: x\nmodels:\n'],
    ['aliases: # none\n\n# end\n', 'aliases: # none\n  a: x\n\n# end\n'],
    ['aliases: {}\n', 'aliases: {a: x}\n'],
    ['aliases: ~\n', 'aliases: { a: x }\n'],
    ['aliases: { b: y, } # c\n', 'aliases: { b: y, a: x, } # c\n'],
    ['aliases:\n    b: y', 'aliases:\n    b: y\n    a: x'],
    ['{ models: [] }', '{ models: [], aliases: { a: x } }'],
    ['aliases:\n  a: # todo\n', 'aliases:\n  a: x # todo\n'],
    ['aliases:\n  a: |\n    long\n    name\n  b: y\n', 'aliases:\n  a: x\n  b: y\n'],
    ['a: &k x\naliases:\n  a: *k\n  b: *k\n', 'a: &k x\naliases:\n  a: x\n  b: *k\n'],
    ['models: []\r\naliases:\r\n  b: y\r\n', 'models: []\r\naliases:\r\n  b: y\r\n  a: x\r\n'],
    ['\uFEFFaliases:\n  b: y\n', '\uFEFFaliases:\n  b: y\n  a: x\n']
  ])('can be put into %j', (before, after) => {
    expect(saveAlias('a', 'x')(before)).toBe(after)
  })

  it.each([
    ['aliases: { a: x, b: y }\n', 'aliases: { b: y }\n'],
    ['aliases: {b: y, a: x}\n', 'aliases: {b: y}\n'],
    ['aliases: { a: x }\n', 'aliases: {  }\n'],
    ['aliases:\n  a: x', 'aliases:'],
    ['aliases:\n  a: one\n  b: y\n  a: two\n', 'aliases:\n  b: y\n']
  ])('can be taken out of %j', (before, after) => {
    expect(removeAlias('a')(before)).toBe(after)
  })
})

describe('a model', () => {
  it('new is written field by field behind the others', () => {
    const wanted = model('new: one', { contextLength: 8192, options: { temperature: 0.5, stop: ['###', 'a'] } })
    expect(changedLines(text, saveModel(wanted)(text))).toEqual({
      gone: [],
      come: [
        '  - name: "new: one"',
        '    path: "new: one.gguf"',
        '    loader: llama.cpp',
        '    context_length: 8192',
        '    options: { temperature: 0.5, stop: ["###", a] }'
      ]
    })
  })

  it.each<[string, ModelsFileEdit, string[], string[]]>([
    [
      'with another context',
      saveModel(model('small', { path: 'small.gguf', contextLength: 8192 })),
      ['    context_length: 4096   # enough'],
      ['    context_length: 8192   # enough']
    ],
    [
      'without a context',
      saveModel(model('small', { path: 'small.gguf' })),
      ['    context_length: 4096   # enough'],
      []
    ],
    [
      'renamed',
      saveModel(model('tiny', { path: 'small.gguf', contextLength: 4096 }), 'small'),
      ['  - name: small   # for quick questions'],
      ['  - name: tiny   # for quick questions']
    ],
    [
      'with one option changed',
      saveModel(model('large', { path: '/data/large.gguf', options: { temperature: 0.3, seed: 7 } })),
      ['      temperature: 0.1'],
      ['      temperature: 0.3']
    ],
    [
      'with one option more',
      saveModel(model('large', { path: '/data/large.gguf', options: { temperature: 0.1, seed: 7, topK: 5 } })),
      [],
      ['      top_k: 5']
    ],
    [
      'with the first option gone',
      saveModel(model('large', { path: '/data/large.gguf', options: { seed: 7 } })),
      ['      temperature: 0.1'],
      []
    ],
    [
      'with its first options',
      saveModel(model('small', { path: 'small.gguf', contextLength: 4096, options: { seed: 1 } })),
      [],
      ['    options: { seed: 1 }']
    ]
  ])('%s changes that line only', (_, edit, gone, come) => {
    expect(changedLines(text, edit(text))).toEqual({ gone, come })
  })

  it('that was left out for a mistake can be put right', () => {
    const before =
      'models:\n  - context_length: many # tokens\n    name: a\n    path: a.gguf\n  - name: b\n    path: b\n'
    const after = saveModel(model('a', { contextLength: 4096 }))(before)
    expect(after).toBe(before.replace('many', '4096'))
    expect(saveModel(model('a'))(before)).toBe('models:\n  - name: a\n    path: a.gguf\n  - name: b\n    path: b\n')
  })

  it('removed takes its lines with it, and nothing around them', () => {
    expect(changedLines(text, removeModel('small')(text)).gone).toEqual([
      '  - name: small   # for quick questions',
      '    path: "small.gguf"',
      '    context_length: 4096   # enough'
    ])
    expect(removeModel('a')('models:\n- name: a\n  path: x\n# end\n')).toBe('models:\n# end\n')
    expect(removeModel('a')('models: [{ name: a, path: x }, { name: b, path: y }]\n')).toBe(
      'models: [{ name: b, path: y }]\n'
    )
  })

  it.each([
    ['', 'models:\n  - name: a\n    path: a.gguf\n    loader: llama.cpp\n'],
    ['models: []\n', 'models: [{ name: a, path: a.gguf, loader: llama.cpp }]\n'],
    [
      'models:\n- name: b\n  path: b\naliases:\n  x: b\n',
      'models:\n- name: b\n  path: b\n- name: a\n  path: a.gguf\n  loader: llama.cpp\naliases:\n  x: b\n'
    ],
    [
      'models:\n  -\n    name: b\n    path: b\n',
      'models:\n  -\n    name: b\n    path: b\n  - name: a\n    path: a.gguf\n    loader: llama.cpp\n'
    ]
  ])('can be put into %j', (before, after) => {
    expect(saveModel(model('a'))(before)).toBe(after)
  })
})

describe('an edit is refused', () => {
  it('where the file has a mistake, and names its line', () => {
    const broken = 'models:\n  - name: "a\n    path: x\naliases:\n  b: y\n'
    for (const edit of [saveAlias('c', 'x'), removeAlias('b'), saveModel(model('c')), removeModel('a')])
      expect(() => edit(broken)).toThrow(expect.objectContaining({ message: expect.stringContaining('line 2') }))
  })

  it('where it would give two things one name', () => {
    for (const edit of [
      saveAlias('reviewer', 'x', 'coder'),
      saveAlias('small', 'x'),
      saveModel(model('coder')),
      saveModel(model('large'), 'small')
    ])
      expect(() => edit(text)).toThrow(expect.objectContaining({ code: 'invalid_input' }))
  })

  it('where what it is about is gone', () => {
    for (const edit of [removeAlias('x'), removeModel('x'), saveAlias('a', 'y', 'x'), saveModel(model('a'), 'x')])
      expect(() => edit(text)).toThrow(expect.objectContaining({ code: 'model_not_found' }))
  })

  it('where it would change another entry, too', () => {
    const shared = 'models:\n  - &a\n    name: a\n    path: x\n  - <<: *a\n    name: b\n'
    expect(() => saveModel(model('a', { path: 'y' }))(shared)).toThrow(
      expect.objectContaining({ code: 'not_supported' })
    )
    expect(() => saveAlias('a', 'x')('- just\n- a list\n')).toThrow(expect.objectContaining({ code: 'not_supported' }))
  })
})

describe('any edit of any file', () => {
  const word = fc.oneof(
    fc.stringMatching(/^[a-z][a-z0-9._-]{0,8}$/),
    fc.constantFrom('no', 'null', '1.5', 'ünï', '~', 'a/b:c')
  )
  const free = fc.oneof(
    word,
    fc.string({ minLength: 1, maxLength: 20 }).filter((each) => each.trim() === each && each !== '')
  )
  const quoted = free.map((each) => JSON.stringify(each))
  const comment = fc.constantFrom('', ' # note', '   # [odd: "')
  const between = fc.array(fc.constantFrom('', '  # between', '# left'), { maxLength: 2 })
  const role = fc.stringMatching(/^[a-z][a-z0-9._-]{0,8}$/)
  const eol = fc.constantFrom('\n', '\r\n')
  const file = fc
    .record({
      models: fc.array(fc.tuple(free, quoted, comment, between, fc.boolean()), { maxLength: 4 }),
      aliases: fc.array(fc.tuple(role, quoted, comment, between), { maxLength: 4 }),
      indent: fc.constantFrom('', '  ', '    '),
      isAliasesFirst: fc.boolean(),
      eol,
      end: fc.constantFrom('', '\n')
    })
    .map(({ models, aliases, indent, isAliasesFirst, eol: newline, end }) => {
      const list = models.flatMap(([name, path, note, gap, isFlow]) =>
        isFlow
          ? [...gap, `${indent}- { name: ${JSON.stringify(name)}, path: ${path} }${note}`]
          : [
              ...gap,
              `${indent}- name: ${JSON.stringify(name)}${note}`,
              `${indent}  path: ${path}`,
              `${indent}  context_length: 512${note}`
            ]
      )
      const roles = aliases.flatMap(([name, target, note, gap]) => [...gap, `  ${name}: ${target}${note}`])
      const parts = [
        ['# top', 'models:', ...list],
        ['aliases:', ...roles]
      ]
      return `${(isAliasesFirst ? parts.reverse() : parts).flat().join(newline)}${end && newline}`
    })
  const option = fc.record(
    {
      temperature: fc.integer({ min: 0, max: 5 }),
      seed: fc.integer(),
      stop: fc.array(free, { minLength: 1, maxLength: 3 })
    },
    { requiredKeys: [] }
  )
  const newModel = fc
    .record({ name: free, path: free, contextLength: fc.option(fc.integer({ min: 4, max: 100_000 })), options: option })
    .map((fields): FileModel => ({ ...fields, loader: 'llama.cpp' }))
  const edits = fc.oneof(
    fc.tuple(role, free).map(([name, target]) => ({ what: 'alias', edit: saveAlias(name, target) })),
    newModel.map((wanted) => ({ what: 'model', edit: saveModel(wanted) }))
  )
  const attempt = (edit: ModelsFileEdit, before: string): string | null => {
    try {
      return edit(before)
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^(invalid_input|model_not_found|not_supported)$/) })
      return null
    }
  }

  it('keeps every other line as it was, and says exactly what was wanted', () => {
    let done = 0
    fc.assert(
      fc.property(file, edits, (before, { edit }) => {
        const after = attempt(edit, before)
        if (after === null) return
        done += 1
        const { gone } = changedLines(before, after)
        const kept = lines(after)
        for (const line of lines(before).filter((each) => !gone.includes(each))) expect(kept).toContain(line)
        // At most the value of one alias, or the fields of one entry.
        expect(gone.filter((line) => /name|path|context/.test(line) === false).length).toBeLessThanOrEqual(2)
        expect(parseModelsFile(after).problems.length).toBeLessThanOrEqual(parseModelsFile(before).problems.length)
      }),
      { numRuns: 150 }
    )
    expect(done).toBeGreaterThan(100)
  })

  it('and its undoing leave the text as it was', () => {
    fc.assert(
      fc.property(file, role, free, newModel, (before, name, target, wanted) => {
        const parsed = parseModelsFile(before)
        const taken = [...parsed.models, ...parsed.aliases].map((each) => each.name)
        const withAlias =
          taken.includes(name) || parsed.aliases.length === 0 ? null : attempt(saveAlias(name, target), before)
        if (withAlias !== null) expect(removeAlias(name)(withAlias)).toBe(before)
        const isNew = !taken.includes(wanted.name) && parsed.models.length > 0
        const withModel = isNew ? attempt(saveModel(wanted), before) : null
        if (withModel !== null) expect(removeModel(wanted.name)(withModel)).toBe(before)
      }),
      { numRuns: 100 }
    )
  })

  it('that takes an entry away can be undone to the letter, also after another edit', () => {
    let exact = 0
    fc.assert(
      fc.property(file, fc.nat(), edits, (before, nth, { edit }) => {
        const { models, aliases } = parseModelsFile(before)
        const entries = [
          ...models.map((each) => ({ name: each.name, save: saveModel(each), remove: removeModel(each.name) })),
          ...aliases.map((each) => ({
            name: each.name,
            save: saveAlias(each.name, each.written),
            remove: removeAlias(each.name)
          }))
        ]
        const entry = entries[nth % Math.max(1, entries.length)]
        const after = entry ? attempt(entry.remove, before) : null
        if (!entry || after === null) return
        const removal = { before, after, save: entry.save }
        expect(putBack(removal, entry.save)(after)).toBe(before)
        exact += 1
        const between = attempt(edit, after)
        const back = between === null ? null : attempt(putBack(removal, entry.save), between)
        if (between === null || back === null) return
        expect(sayTheSame(parseModelsFile(back), parseModelsFile(entry.save(between)))).toBe(true)
      }),
      { numRuns: 30 }
    )
    expect(exact).toBeGreaterThan(10)
  })

  it('throws nothing but a refusal, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), edits, (before, { edit }) => {
        attempt(edit, before)
      }),
      { numRuns: 100 }
    )
  })
})
