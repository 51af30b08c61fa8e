// A form that lets through what the core refuses, or refuses what it takes, leaves a person without a way on.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateOptionsSchema, type Host, type Model } from '../../../../../shared/model.ts'
import { aliasNameSchema, fileModelSchema, type FileModel } from '../../../../../shared/modelsFile.ts'
import { aliasProblems, targetChoices } from './aliasForm.ts'
import {
  contextRange,
  fieldsOfModel,
  fileModelOf,
  fileModelProblems,
  mostStops,
  optionFields,
  optionNames
} from './fileModelForm.ts'
import { contextWords, mistakeTitle, optionWords } from './fileModelWords.ts'

const full: FileModel = {
  name: 'a',
  path: 'a.gguf',
  loader: 'llama.cpp',
  contextLength: 8192,
  options: { temperature: 0.2, topP: 0.9, topK: 40, repeatPenalty: 1.1, maxTokens: 500, seed: -7, stop: ['###', 'a b'] }
}

describe('the form of a model', () => {
  it('shows what is there and saves it unchanged', () => {
    expect(fileModelProblems(fieldsOfModel(full), [])).toEqual({})
    expect(fileModelOf(fieldsOfModel(full))).toEqual(full)
    const bare = { ...full, contextLength: null, options: {} }
    expect(fileModelOf(fieldsOfModel(bare))).toEqual(bare)
  })

  it.each(optionNames)('%s has the range that the contract has', (name) => {
    const schema = generateOptionsSchema.shape[name]
    const { range, isWhole } = optionFields[name]
    expect(schema.safeParse(0.5).success).toBe(!isWhole)
    if (range === null) return
    for (const end of [range.min, range.max]) expect(schema.safeParse(end).success).toBe(true)
    for (const beyond of [range.min - 1, range.max + 1]) expect(schema.safeParse(beyond).success).toBe(false)
  })

  it('has the contract’s limits of context and stops', () => {
    const context = fileModelSchema.shape.contextLength
    expect(
      [contextRange.min - 1, contextRange.min, contextRange.max, contextRange.max + 1].map(
        (n) => context.safeParse(n).success
      )
    ).toEqual([false, true, true, false])
    const stops = (count: number): boolean => generateOptionsSchema.safeParse({ stop: Array(count).fill('x') }).success
    expect([stops(mostStops), stops(mostStops + 1)]).toEqual([true, false])
  })

  it.each([
    ['name', '', 'A model needs a name.'],
    ['name', 'taken', '“taken” is in the file already.'],
    ['path', ' ', 'Write the path of its GGUF file.'],
    ['contextLength', '8k', 'Write a whole number.'],
    ['contextLength', '2', 'From 4 to 16,777,216.'],
    ['contextLength', '8.5', 'Write a whole number.']
  ])('says of %s “%s”: %s', (field, typed, problem) => {
    expect(fileModelProblems({ ...fieldsOfModel(full), [field]: typed }, ['taken'])).toEqual({ [field]: problem })
  })

  it('lets nothing through that the core would refuse', () => {
    const text = fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String))
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.dictionary(fc.constantFrom(...optionNames), text),
        text,
        (name, path, contextLength, options, stop) => {
          const empty = fieldsOfModel(null)
          const fields = { name, path, contextLength, options: { ...empty.options, ...options }, stop }
          if (Object.keys(fileModelProblems(fields, [])).length > 0) return
          expect(fileModelSchema.safeParse(fileModelOf(fields)).success).toBe(true)
        }
      )
    )
  })
})

describe('the form of an alias', () => {
  it('takes the names that the core takes, and no other', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('coder', 'a'.repeat(65), 'ü.1', '-x', 'a b')), (name) => {
        expect(aliasProblems({ name, target: 'h/m' }, []).name === undefined).toBe(
          aliasNameSchema.safeParse(name.trim()).success
        )
      })
    )
    expect(aliasProblems({ name: 'coder', target: null }, ['coder'])).toEqual({
      name: '“coder” is in the file already.',
      target: 'Choose a model.'
    })
  })

  it('offers each host’s models, and the one that is gone first', () => {
    const model = (hostId: string, name: string, state = 'unloaded'): Model =>
      ({ id: { hostId, name }, state }) as Model
    const hosts = [
      { id: 'a', name: 'A' },
      { id: 'b', name: 'B' }
    ] as Host[]
    const models = [model('a', 'z'), model('a', 'c'), model('b', 'x', 'absent')]
    expect(targetChoices(models, hosts, { hostId: 'b', name: 'x' })).toEqual([
      { group: 'Not there', items: [{ value: 'b/x', label: 'x' }] },
      {
        group: 'A',
        items: [
          { value: 'a/c', label: 'c' },
          { value: 'a/z', label: 'z' }
        ]
      }
    ])
    expect(targetChoices(models, hosts, null)).toHaveLength(1)
  })
})

describe('the words', () => {
  it('say context, options and mistakes', () => {
    expect(contextWords(16_384)).toBe('16,384 tokens')
    expect(contextWords(null)).toBe('default context')
    expect(optionWords({})).toBeNull()
    expect(optionWords({ seed: 0, temperature: 0.2, stop: ['a', 'b'] })).toBe('temperature 0.2, seed 0, 2 stops')
    expect(mistakeTitle([{ line: 7 }])).toBe('1 mistake in the file')
    expect(mistakeTitle([{ line: null }, { line: 7 }])).toBe('2 mistakes in the file, the first in line 7')
  })
})
