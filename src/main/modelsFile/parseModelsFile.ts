/** The text of models.yaml as models, aliases and mistakes: what is wrong is named with its line and hides nothing else. Pure. */
import { isMap, isScalar, isSeq, type Node } from 'yaml'
import { aliasNameSchema, type FileModel } from '../../shared/modelsFile.ts'
import { parseFileModel } from './parseFileModel.ts'
import { splitSections, type Piece } from './splitSections.ts'
import { fieldsOf, readYaml, type Mistake, type YamlDocument } from './yamlDocument.ts'

export interface ParsedAlias {
  name: string
  /** The model it points at, as it stands in the file. */
  written: string
  line: number
}

export interface ParsedModelsFile {
  models: (FileModel & { line: number })[]
  aliases: ParsedAlias[]
  problems: Mistake[]
  /** The first thing that keeps the text from being changed in place; null when nothing does. */
  broken: Broken | null
}

/** `isUnread`: not a word of it is known, and its line is null. */
export type Broken = (Mistake & { isUnread?: never }) | { line: null; message: string; isUnread: true }

const maxProblems = 50
/** How many times the length of the text may be read to find its mistakes, and what a reading costs beside its length. */
const maxReadings = 10
const readingCost = 100
const leastBudget = 20_000
const known = ['models', 'aliases']

export function parseModelsFile(written: string): ParsedModelsFile {
  const text = written.replace(/^\uFEFF/, '')
  const yaml = readYaml(text)
  const [first] = yaml.mistakes
  const parsed = first === undefined ? readWhole(yaml) : readPieces(yaml.isRefused ? '' : text, yaml.mistakes)
  const problems = parsed.problems.sort((a, b) => a.line - b.line)
  const more = problems.length - maxProblems
  const last = problems[maxProblems]
  return {
    ...parsed,
    problems:
      last === undefined
        ? problems
        : [...problems.slice(0, maxProblems), { line: last.line, message: `And ${more} more from here on.` }],
    broken: first ?? null
  }
}

interface Found {
  models: ParsedModelsFile['models']
  aliases: ParsedAlias[]
  problems: Mistake[]
}

function readWhole(yaml: YamlDocument): Found {
  const found: Found = { models: [], aliases: [], problems: [] }
  const root = yaml.resolve(yaml.root)
  if (root === null || isNothing(root)) return found
  if (!isMap(root)) {
    found.problems.push({ line: yaml.lineOf(root), message: 'The file must begin with “models:” or “aliases:”.' })
    return found
  }
  const seen = new Set<string>()
  for (const { key, keyNode, value } of fieldsOf(yaml, root)) {
    const line = yaml.lineOf(keyNode)
    if (!known.includes(key))
      found.problems.push({ line, message: `“${short(key)}” is not known here: only models and aliases are.` })
    else if (seen.has(key)) found.problems.push({ line, message: `“${key}” is there twice. The first one counts.` })
    else if (key === 'models') readModels(yaml, yaml.resolve(value), line, found)
    else readAliases(yaml, yaml.resolve(value), line, found)
    seen.add(key)
  }
  sayTwins(found)
  return found
}

/**
 * The text as a whole makes no sense: in halves, and halves of those, down to the entries, so that one mistake does not hide the others
 * and a long file is not read a thousand times.
 */
function readPieces(text: string, mistakes: readonly Mistake[]): Found {
  const found: Found = { models: [], aliases: [], problems: [] }
  const lines = text.split('\n')
  const pieces = splitSections(lines)
  let left = maxReadings * text.length + leastBudget
  function read(some: readonly Piece[]): void {
    const [first] = some
    const last = some.at(-1)
    if (first === undefined || last === undefined) return
    // The heading above takes the number of the line before, so that every line keeps its own.
    const piece = [`${first.section}:`, ...lines.slice(first.start, last.end)].join('\n')
    left -= piece.length + readingCost
    if (left < 0) return
    const yaml = readYaml(piece, first.start)
    const [mistake] = yaml.mistakes
    if (mistake === undefined) return add(readWhole(yaml), found)
    if (first !== last) {
      const middle = some.length >> 1
      read(some.slice(0, middle))
      return read(some.slice(middle))
    }
    const { line, message } = mistake
    found.problems.push({ line: Math.min(line, last.end), message: `${message} This entry is left out.` })
  }
  for (const section of ['models', 'aliases']) read(pieces.filter((piece) => piece.section === section))
  if (left < 0) found.problems.push({ line: lines.length, message: 'Too many mistakes: some entries were not read.' })
  const isInside = (line: number): boolean => pieces.some(({ start, end }) => line > start && line <= end)
  const outside = mistakes.filter(({ line }) => !isInside(line))
  found.problems.push(...(found.problems.length === 0 ? mistakes : outside))
  sayTwins(found)
  return found
}

function add(part: Found, found: Found): void {
  for (const model of part.models) addModel(model, found)
  for (const alias of part.aliases) addAlias(alias, found)
  found.problems.push(...part.problems)
}

function readModels(yaml: YamlDocument, node: Node | null, line: number, found: Found): void {
  if (node === null || isNothing(node)) return
  if (!isSeq(node)) {
    found.problems.push({ line, message: '“models” must be a list: each entry begins with “- name: …”.' })
    return
  }
  for (const item of node.items) {
    const { model, problems } = parseFileModel(yaml, item as Node)
    found.problems.push(...problems)
    if (model !== null) addModel(model, found)
  }
}

function addModel(model: FileModel & { line: number }, found: Found): void {
  const first = found.models.find(({ name }) => name === model.name)
  if (first === undefined) found.models.push(model)
  else
    found.problems.push({
      line: model.line,
      message: `“${short(model.name)}” is there twice. The first one counts, in line ${first.line}.`
    })
}

function readAliases(yaml: YamlDocument, node: Node | null, line: number, found: Found): void {
  if (node === null || isNothing(node)) return
  if (!isMap(node)) {
    found.problems.push({ line, message: '“aliases” must be a group: one “role: model” in each line.' })
    return
  }
  for (const { key, keyNode, value } of fieldsOf(yaml, node)) {
    const target = yaml.resolve(value)
    const at = yaml.lineOf(keyNode)
    const wrong = wrongAlias(key, target)
    if (wrong !== null) found.problems.push({ line: at, message: `The alias “${short(key)}” ${wrong}` })
    else addAlias({ name: key, written: String(isScalar(target) && target.value).trim(), line: at }, found)
  }
}

function wrongAlias(name: string, target: Node | null): string | null {
  const parsed = aliasNameSchema.safeParse(name)
  if (!parsed.success) return `cannot be called so. ${parsed.error.issues[0]?.message ?? ''}`.trim()
  if (target === null || isNothing(target)) return 'points at nothing: write a model’s name behind it.'
  if (!isScalar(target) || typeof target.value !== 'string')
    return 'must be followed by a model’s name, in quotes where it looks like a number.'
  const length = target.value.trim().length
  return length === 0 || length > 321 ? 'must be followed by a model’s name.' : null
}

function addAlias(alias: ParsedAlias, found: Found): void {
  const first = found.aliases.find(({ name }) => name === alias.name)
  if (first === undefined) found.aliases.push(alias)
  else
    found.problems.push({
      line: alias.line,
      message: `The alias “${alias.name}” is there twice. The first one counts, in line ${first.line}.`
    })
}

function sayTwins(found: Found): void {
  for (const { name, line } of found.aliases) {
    if (found.models.some((model) => model.name === name))
      found.problems.push({
        line,
        message: `“${name}” is an alias and a model of this file. Both count; another name would tell them apart.`
      })
  }
}

export function isNothing(node: Node): boolean {
  return isScalar(node) && (node.value === null || node.value === undefined)
}

/** A name in a sentence, however long it is. */
export function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
