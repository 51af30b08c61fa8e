/**
 * Changes of a YAML text that touch nothing but what changes: the tree tells where, the text is cut there. (Writing the tree out again
 * would keep comments, but lay every line out anew.) Pure.
 */
import { isCollection, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml'
import { stringText, yamlText, type YamlValue } from './yamlText.ts'

type Item = Pair<Node, Node | null>

export function endOfLineIn(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n'
}

/** Sets one key of a map, behind the others where it is new. */
export function setField(text: string, map: YAMLMap, key: string, value: YamlValue): string {
  const pair = pairOf(map, key)
  if (pair === undefined) return insert(text, map, `${stringText(key)}: ${yamlText(value)}`)
  return replaceValue(text, pair, yamlText(value))
}

export function renameField(text: string, map: YAMLMap, key: string, newKey: string): string {
  const range = pairOf(map, key)?.key.range
  return range ? cut(text, range[0], range[1], stringText(newKey)) : text
}

export function removeField(text: string, map: YAMLMap, key: string): string {
  const at = itemsOf(map).findIndex((pair) => keyOf(pair) === key)
  const pair = itemsOf(map)[at]
  if (pair === undefined) return text
  if (map.flow === true) return removeFlow(text, map, at)
  const start = startOf(pair)
  const next = itemsOf(map)[at + 1]
  // The first of an entry stands behind its dash: what follows moves up.
  if (text.slice(lineStart(text, start), start).trim() !== '')
    return next === undefined ? text : cut(text, start, startOf(next), '')
  return cutLines(text, start, endOf(text, pair))
}

/** A list's entry, each field on a line of its own. */
export function appendEntry(text: string, list: YAMLSeq, fields: Readonly<Record<string, YamlValue>>): string {
  return insert(text, list, yamlText(fields), (indent) => entryLines(fields, indent))
}

export function removeEntry(text: string, list: YAMLSeq, at: number): string {
  const item = list.items[at] as Node | undefined
  const dash = dashesOf(list)[at]
  if (item === undefined) return text
  if (list.flow === true) return removeFlow(text, list, at)
  return dash === undefined ? text : cutLines(text, dash, endOf(text, item))
}

/** Fills a section that stands there with nothing in it: in lines of its own, or behind the heading where "null" is written there. */
export function fillSection(text: string, root: YAMLMap, key: string, lines: LinesOf, inline: YamlValue): string {
  const pair = pairOf(root, key)
  if (pair === undefined) return text
  if (root.flow === true || (isScalar(pair.value) && (pair.value.source ?? '') !== ''))
    return replaceValue(text, pair, yamlText(inline))
  const start = startOf(pair)
  const indent = ' '.repeat(start - lineStart(text, start) + 2)
  return insertAfterLine(text, endOf(text, pair), lines(indent))
}

export type LinesOf = (indent: string) => string[]

export function entryLines(fields: Readonly<Record<string, YamlValue>>, indent: string): string[] {
  return Object.entries(fields).map(
    ([key, value], index) => `${indent}${index === 0 ? '- ' : '  '}${stringText(key)}: ${yamlText(value)}`
  )
}

export function pairOf(map: YAMLMap, key: string): Item | undefined {
  return itemsOf(map).find((pair) => keyOf(pair) === key)
}

/** Puts lines at the end of a text. */
export function appendLines(text: string, lines: readonly string[]): string {
  const eol = endOfLineIn(text)
  const before = text === '' || text.endsWith('\n') ? text : `${text}${eol}`
  return `${before}${lines.map((line) => `${line}${eol}`).join('')}`
}

function itemsOf(map: YAMLMap): Item[] {
  return map.items as Item[]
}

function keyOf({ key }: Item): string | null {
  return isScalar(key) ? String(key.value) : null
}

function startOf(item: Item | Node): number {
  const node = 'key' in item ? item.key : item
  return node.range?.[0] ?? 0
}

/** Behind the last character that belongs to it, comments not counted. */
function endOf(text: string, item: Item | Node): number {
  const node = 'key' in item ? (item.value ?? item.key) : item
  if (isCollection(node) && node.flow !== true) {
    const last = node.items.at(-1) as Item | Node | undefined
    if (last !== undefined) return endOf(text, last)
  }
  const start = node.range?.[0] ?? 0
  let end = node.range?.[1] ?? start
  while (end > start && /\s/.test(text.charAt(end - 1))) end -= 1
  return end
}

function replaceValue(text: string, { key, value }: Item, written: string): string {
  const behindKey = text.indexOf(':', key.range?.[1] ?? 0) + 1
  if (value === null || (isScalar(value) && value.source === '')) return cut(text, behindKey, behindKey, ` ${written}`)
  return cut(text, startOf(value), endOf(text, value), written)
}

function insert(
  text: string,
  into: YAMLMap | YAMLSeq,
  inline: string,
  lines: LinesOf = (indent) => [`${indent}${inline}`]
): string {
  const last = into.items.at(-1) as Item | Node | undefined
  if (into.flow === true) {
    if (last === undefined) return cut(text, startOf(into as Node) + 1, startOf(into as Node) + 1, inline)
    return cut(text, endOf(text, last), endOf(text, last), `, ${inline}`)
  }
  if (last === undefined) return text
  const first = isSeq(into) ? (dashesOf(into)[0] ?? 0) : startOf(into.items[0] as Item)
  return insertAfterLine(text, endOf(text, last), lines(' '.repeat(first - lineStart(text, first))))
}

function removeFlow(text: string, from: YAMLMap | YAMLSeq, at: number): string {
  const items = from.items as (Item | Node)[]
  const [before, item, next] = [items[at - 1], items[at], items[at + 1]]
  if (item === undefined) return text
  if (next !== undefined) return cut(text, startOf(item), startOf(next), '')
  return cut(text, before === undefined ? startOf(item) : endOf(text, before), endOf(text, item), '')
}

/** Where the dash of each entry stands. */
function dashesOf(list: YAMLSeq): (number | undefined)[] {
  const token = list.srcToken
  if (token?.type !== 'block-seq') return []
  return token.items.map(({ start }) => start.find(({ type }) => type === 'seq-item-ind')?.offset)
}

function insertAfterLine(text: string, at: number, lines: readonly string[]): string {
  const eol = endOfLineIn(text)
  const newline = text.indexOf('\n', at)
  const end = newline === -1 ? text.length : text[newline - 1] === '\r' ? newline - 1 : newline
  return cut(text, end, end, lines.map((line) => `${eol}${line}`).join(''))
}

/** Removes whole lines, from that of `start` to that of `end`. */
function cutLines(text: string, start: number, end: number): string {
  const newline = text.indexOf('\n', end)
  if (newline !== -1) return cut(text, lineStart(text, start), newline + 1, '')
  // The last line had no end of its own: neither has the one before it then.
  return text.slice(0, lineStart(text, start)).replace(/\r?\n$/, '')
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

function cut(text: string, start: number, end: number, put: string): string {
  return `${text.slice(0, start)}${put}${text.slice(end)}`
}
