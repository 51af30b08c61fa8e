/** Changes of models.yaml as text: every line that is not about the entry stays byte for byte as it was, or the change is refused. Pure. */
import { isMap, isSeq, type YAMLMap } from 'yaml'
import { StokerError } from '../../shared/errors.ts'
import type { GenerateOptions } from '../../shared/model.ts'
import type { FileModel } from '../../shared/modelsFile.ts'
import { optionKeys } from './parseFileModel.ts'
import { parseModelsFile, type ParsedModelsFile } from './parseModelsFile.ts'
import { fieldsOf, readYaml } from './yamlDocument.ts'
import {
  appendEntry,
  appendLines,
  entryLines,
  fillSection,
  pairOf,
  removeEntry,
  removeField,
  renameField,
  setField
} from './yamlSplice.ts'
import { stringText, yamlText, type YamlValue } from './yamlText.ts'

export const newFileText = [
  '# Models of the built-in engine, and aliases (roles) for models of any host.',
  '# Stoker reads this file as soon as it is saved, and keeps your comments when it changes an entry.',
  ''
].join('\n')

/** Each takes the text and answers the new one; throws `invalid_input`, `model_not_found` or `not_supported`. */
export interface ModelsFileEdit {
  (text: string): string
}

export function saveAlias(name: string, written: string, previousName = name): ModelsFileEdit {
  return (text) => {
    const before = parseForEdit(text)
    refuseTaken(name, previousName, before.aliases, before.models)
    const aliases = sectionOf(text, 'aliases')
    const isThere = isMap(aliases) && pairOf(aliases, previousName) !== undefined
    if (!isThere && previousName !== name) throw notThere(`alias “${previousName}”`)
    let next =
      isThere && isMap(aliases) ? setField(text, aliases, previousName, written) : addAlias(text, name, written)
    const renamed = sectionOf(next, 'aliases')
    if (name !== previousName && isMap(renamed)) next = renameField(next, renamed, previousName, name)
    return verified(text, next, (expected) => {
      const alias = { name, written, line: 0 }
      const at = expected.aliases.findIndex((each) => each.name === previousName)
      if (at === -1) expected.aliases.push(alias)
      else expected.aliases[at] = alias
    })
  }
}

export function removeAlias(name: string): ModelsFileEdit {
  return (text) => {
    parseForEdit(text)
    const next = withoutAlias(text, name)
    if (next === text) throw notThere(`alias “${name}”`)
    return verified(text, next, (expected) => {
      expected.aliases = expected.aliases.filter((each) => each.name !== name)
    })
  }
}

export function saveModel(model: FileModel, previousName = model.name): ModelsFileEdit {
  return (text) => {
    const before = parseForEdit(text)
    refuseTaken(model.name, previousName, before.models, before.aliases)
    const isThere = entryAt(text, previousName) !== null
    if (!isThere && previousName !== model.name) throw notThere(`model “${previousName}”`)
    const next = isThere ? changeModel(text, previousName, model) : addModel(text, model)
    return verified(text, next, (expected) => {
      const at = expected.models.findIndex(({ name }) => name === previousName)
      if (at === -1) expected.models.push({ ...model, line: 0 })
      else expected.models[at] = { ...model, line: 0 }
    })
  }
}

export function removeModel(name: string): ModelsFileEdit {
  return (text) => {
    parseForEdit(text)
    if (entryAt(text, name) === null) throw notThere(`model “${name}”`)
    return verified(text, withoutModel(text, name), (expected) => {
      expected.models = expected.models.filter((each) => each.name !== name)
    })
  }
}

/** With its twins, of which only the first one counts. */
function withoutModel(text: string, name: string): string {
  const models = sectionOf(text, 'models')
  const entry = entryAt(text, name)
  if (!isSeq(models) || entry === null) return text
  const next = removeEntry(text, models, entry.at)
  return next.length < text.length ? withoutModel(next, name) : text
}

function withoutAlias(text: string, name: string): string {
  const aliases = sectionOf(text, 'aliases')
  if (!isMap(aliases) || pairOf(aliases, name) === undefined) return text
  const next = removeField(text, aliases, name)
  return next.length < text.length ? withoutAlias(next, name) : text
}

/** A text with a mistake in it is not touched: nobody could say what else would change. */
function parseForEdit(text: string): ParsedModelsFile {
  const parsed = parseModelsFile(text)
  if (parsed.broken === null) return parsed
  const { line, message } = parsed.broken
  throw new StokerError(
    'invalid_input',
    `models.yaml has a mistake in line ${line}, so it was not changed. ${message}`,
    'Put that line right in an editor, then try again.'
  )
}

/** A name that another entry has; one that an entry had already is left to it. */
function refuseTaken(
  name: string,
  previousName: string,
  own: readonly { name: string }[],
  others: readonly { name: string }[]
): void {
  const has = (list: readonly { name: string }[]): boolean => list.some((each) => each.name === name)
  if (has(own) ? name !== previousName : has(others))
    throw new StokerError('invalid_input', `“${name}” is there already.`, 'Choose another name.')
}

function notThere(what: string): StokerError {
  return new StokerError('model_not_found', `There is no ${what} in models.yaml.`, 'It may have been changed by hand.')
}

function rootOf(text: string): YAMLMap | null {
  const { root } = readYaml(text)
  return isMap(root) ? root : null
}

function sectionOf(text: string, key: 'models' | 'aliases'): unknown {
  const root = rootOf(text)
  return root === null ? undefined : pairOf(root, key)?.value
}

/** The first entry of that name, also one that is left out for another mistake. */
function entryAt(text: string, name: string): { at: number; map: YAMLMap } | null {
  const yaml = readYaml(text)
  const models = sectionOf(text, 'models')
  if (!isSeq(models)) return null
  for (const [at, item] of models.items.entries()) {
    if (!isMap(item)) continue
    const value = fieldsOf(yaml, item).find(({ key }) => key === 'name')?.value
    if (value && 'value' in value && typeof value.value === 'string' && value.value.trim() === name)
      return { at, map: item }
  }
  return null
}

function addAlias(text: string, name: string, written: string): string {
  const aliases = sectionOf(text, 'aliases')
  if (isMap(aliases)) return setField(text, aliases, name, written)
  return addSection(text, 'aliases', (indent) => [`${indent}${stringText(name)}: ${yamlText(written)}`], {
    [name]: written
  })
}

function addModel(text: string, model: FileModel): string {
  const fields = fieldsFor(model)
  const models = sectionOf(text, 'models')
  if (isSeq(models)) return appendEntry(text, models, fields)
  return addSection(text, 'models', (indent) => entryLines(fields, indent), [fields])
}

function addSection(
  text: string,
  key: 'models' | 'aliases',
  lines: (indent: string) => string[],
  inline: YamlValue
): string {
  const root = rootOf(text)
  if (root !== null && pairOf(root, key) !== undefined) return fillSection(text, root, key, lines, inline)
  if (root?.flow === true) return setField(text, root, key, inline)
  const space = text === '' || /\n\r?\n$/.test(text) || !text.endsWith('\n') ? [] : ['']
  return appendLines(text, [...space, `${key}:`, ...lines('  ')])
}

function fieldsFor(model: FileModel): Record<string, YamlValue> {
  const options = optionFields(model.options)
  return {
    name: model.name,
    path: model.path,
    loader: model.loader,
    ...(model.contextLength === null ? {} : { context_length: model.contextLength }),
    ...(Object.keys(options).length === 0 ? {} : { options })
  }
}

function optionFields(options: GenerateOptions): Record<string, YamlValue> {
  return Object.fromEntries(
    Object.entries(optionKeys).flatMap(([key, name]) => {
      const value = options[name]
      return value === undefined ? [] : [[key, value]]
    })
  )
}

/** Only the fields that differ. Each step reads the text anew: the one before it has moved what follows. */
function changeModel(text: string, name: string, model: FileModel): string {
  const now = parseModelsFile(text).models.find((each) => each.name === name)
  const change = (at: string, edit: (text: string, map: YAMLMap) => string): string => {
    const entry = entryAt(at, name)
    return entry === null ? at : edit(at, entry.map)
  }
  let next = text
  const differs = (key: keyof FileModel): boolean => JSON.stringify(now?.[key]) !== JSON.stringify(model[key])
  if (differs('options')) next = change(next, (at, map) => setOptions(at, map, model.options))
  if (differs('contextLength')) {
    const { contextLength } = model
    next = change(next, (at, map) =>
      contextLength === null
        ? removeField(at, map, 'context_length')
        : setField(at, map, 'context_length', contextLength)
    )
  }
  // Left out, it is this one.
  if (differs('loader'))
    next = change(next, (at, map) => (pairOf(map, 'loader') ? setField(at, map, 'loader', model.loader) : at))
  if (differs('path')) next = change(next, (at, map) => setField(at, map, 'path', model.path))
  if (name !== model.name) next = change(next, (at, map) => setField(at, map, 'name', model.name))
  return next
}

/** Option by option where they stand as a group, so that comments among them stay, too. */
function setOptions(text: string, map: YAMLMap, options: GenerateOptions): string {
  const wanted = optionFields(options)
  const group = pairOf(map, 'options')?.value
  if (Object.keys(wanted).length === 0) return removeField(text, map, 'options')
  const isKept = isMap(group) && Object.keys(wanted).some((key) => pairOf(group, key) !== undefined)
  if (!isKept) return setField(text, map, 'options', wanted)
  const differing = Object.keys(optionKeys).find((key) => {
    const pair = pairOf(group, key)
    const value = pair?.value?.toJSON() as unknown
    return JSON.stringify(value ?? null) !== JSON.stringify(wanted[key] ?? null)
  })
  if (differing === undefined) return text
  const value = wanted[differing]
  const next = value === undefined ? removeField(text, group, differing) : setField(text, group, differing, value)
  const name = fieldsOf(readYaml(text), map).find(({ key }) => key === 'name')?.value
  const entry = next === text || !name || !('value' in name) ? null : entryAt(next, String(name.value).trim())
  return entry === null ? next : setOptions(next, entry.map, options)
}

/** The new text says what was wanted and nothing else, or it is not taken. */
function verified(before: string, after: string, apply: (expected: ParsedModelsFile) => void): string {
  const expected = parseModelsFile(before)
  apply(expected)
  const got = parseModelsFile(after)
  if (got.broken === null && sayTheSame(got, expected)) return after
  throw new StokerError(
    'not_supported',
    'models.yaml is written in a way that Stoker cannot change here without touching other lines.',
    'Change it in an editor: Stoker takes it up at once.'
  )
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1)

/** The same models and aliases, in whatever order and words. */
export function sayTheSame(got: ParsedModelsFile, expected: ParsedModelsFile): boolean {
  const facts = ({ models, aliases }: ParsedModelsFile): string =>
    JSON.stringify([
      models
        .toSorted(byName)
        .map(({ name, path, loader, contextLength, options }) => [
          name,
          path,
          loader,
          contextLength,
          optionFields(options)
        ]),
      aliases.toSorted(byName).map(({ name, written }) => [name, written])
    ])
  return facts(got) === facts(expected)
}
